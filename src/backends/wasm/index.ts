/** The WebAssembly engine: variables in one linear memory, and one compiled module per program over it. */
import type { Backend, DType, Program, ProgramSpec, Session, TypedArray, Variable } from '../../core/index.js'
import { MyelinError, constantData, dtypeOf, inputName, isVariable, shapeText } from '../../core/index.js'
import type { Buffer, Plan } from '../../compile/index.js'
import { bytesFor, explainPlan, layoutArena, plan } from '../../compile/index.js'
import { emitProgram, scratchBytes } from './program.js'

const page = 65536
/** What 32-bit addresses reach. */
const limit = 65535 * page
/** The first bytes hold the status word, so that no buffer lies at address 0. */
const reserved = 64

const arrayTypes = { float32: Float32Array, float64: Float64Array, int32: Int32Array, uint8: Uint8Array } as const

class WasmSession implements Session {
  private held: WebAssembly.Memory | null
  private readonly addresses = new Map<Variable, number>()
  private readonly arenaStart: number
  /** The program whose constants and results lie in the arena now. */
  active: Program | null = null

  constructor(variables: readonly Variable[]) {
    let end = reserved
    for (const variable of variables) {
      if (this.addresses.has(variable)) continue
      this.addresses.set(variable, end)
      end += bytesFor({ dtype: variable.dtype, size: variable.data.length })
    }
    this.arenaStart = end
    checkMemory(end, 'the variables')
    this.held = takeMemory(Math.max(1, Math.ceil(end / page)))
    for (const [variable] of this.addresses) this.write(variable, variable.data)
  }

  get memory(): WebAssembly.Memory {
    if (!this.held) throw new MyelinError('state', 'the session has given its memory back; make a new one')
    return this.held
  }

  get bytes(): number {
    return this.held ? this.held.buffer.byteLength : 0
  }

  release(): void {
    if (this.held) keepMemory(this.held)
    this.held = null
  }

  private view(variable: Variable): TypedArray {
    const at = this.addresses.get(variable)
    if (at === undefined) {
      throw new MyelinError('state', `variable "${variable.name}" does not belong to this session; pass it to backend.session(...)`)
    }
    return new arrayTypes[variable.dtype](this.memory.buffer, at, variable.data.length)
  }

  read(variable: Variable): TypedArray {
    return this.view(variable).slice()
  }

  write(variable: Variable, data: TypedArray): void {
    const view = this.view(variable)
    if (data.length !== view.length || dtypeOf(data) !== variable.dtype) {
      throw new MyelinError('shape', `variable "${variable.name}": expected ${view.length} ${variable.dtype} values, ` +
        `received ${data.length} ${dtypeOf(data)}`)
    }
    view.set(data)
  }

  compile(spec: ProgramSpec): Program {
    return new WasmProgram(this, spec, plan(spec))
  }

  variableAddress(buffer: Buffer): number {
    const { node } = buffer
    const at = isVariable(node) ? this.addresses.get(node) : undefined
    if (at === undefined) {
      throw new MyelinError('state', `variable "${inputName(node)}" does not belong to this session; pass it to backend.session(...)`)
    }
    return at
  }

  /** Makes room for an arena behind the variables, and gives its start. */
  reserve(bytes: number): number {
    const end = this.arenaStart + bytes
    checkMemory(end, 'the variables and the step')
    const missing = Math.ceil((end - this.bytes) / page)
    if (missing > 0) growMemory(this.memory, missing)
    return this.arenaStart
  }
}

/**
 * The memory of the last session that was released. Pages that were used before are several times faster to fill than
 * new ones; kept for a few seconds only, for it may be large.
 */
let spare: WebAssembly.Memory | null = null
let spareTimer: ReturnType<typeof setTimeout> | undefined
const spareMilliseconds = 2000
/** A small session must not hold on to the memory of a large one. */
const spareFactor = 4

function keepMemory(memory: WebAssembly.Memory): void {
  spare = memory
  clearTimeout(spareTimer)
  spareTimer = setTimeout(() => {
    spare = null
  }, spareMilliseconds)
  // in Node a timer alone must not keep the process alive
  ;(spareTimer as { unref?: () => void }).unref?.()
}

function takeMemory(pages: number): WebAssembly.Memory {
  const memory = spare
  const has = memory ? memory.buffer.byteLength / page : 0
  if (memory && has <= pages * spareFactor) {
    spare = null
    if (has < pages) growMemory(memory, pages - has)
    return memory
  }
  try {
    return new WebAssembly.Memory({ initial: pages })
  } catch (cause) {
    throw outOfMemory(pages * page, cause)
  }
}

function growMemory(memory: WebAssembly.Memory, pages: number): void {
  try {
    memory.grow(pages)
  } catch (cause) {
    throw outOfMemory(memory.buffer.byteLength + pages * page, cause)
  }
}

const outOfMemory = (bytes: number, cause: unknown): MyelinError =>
  new MyelinError('memory', `out of memory: ${bytes} bytes are needed in all, and the system does not give them`, { cause })

function checkMemory(bytes: number, what: string): void {
  if (bytes <= limit) return
  throw new MyelinError('memory', `${what} need ${bytes} bytes, and WebAssembly memory ends at ${limit}; ` +
    'use a smaller batch, a smaller network or fewer rows')
}

interface Feed {
  readonly name: string
  readonly dtype: DType
  readonly size: number
  readonly shape: readonly number[]
  readonly at: number | null
}

class WasmProgram implements Program {
  private readonly start: (steps: number) => void
  private readonly constants: { readonly at: number; readonly data: TypedArray }[] = []
  private readonly feeds: readonly Feed[]
  private readonly results: readonly { readonly buffer: Buffer; readonly at: number }[]
  private readonly describe: () => string
  private readonly labels: readonly string[]

  constructor(private readonly session: WasmSession, spec: ProgramSpec, made: Plan) {
    const arena = layoutArena(made)
    const base = session.reserve(arena.bytes + scratchBytes(made))
    const address = (buffer: Buffer): number =>
      buffer.home === 'variable' ? session.variableAddress(buffer) : base + arena.offsets.get(buffer)!
    for (const buffer of made.buffers) {
      const data = constantData(buffer.node)
      if (buffer.home === 'constant' && data) this.constants.push({ at: address(buffer), data })
    }
    this.feeds = (spec.inputs ?? []).map((node, i) => {
      const buffer = made.inputs[i] ?? null
      return { name: inputName(node), dtype: node.dtype, shape: node.shape, size: node.shape.reduce((a, b) => a * b, 1),
        at: buffer && address(buffer) }
    })
    this.results = made.outputs.map((buffer) => ({ buffer, at: address(buffer) }))
    this.labels = made.steps.map((step) => step.label)
    const bytes = emitProgram(made, address, base + arena.bytes)
    this.start = instantiate(bytes, session.memory)
    this.describe = () => `${explainPlan(made, arena)}\nmodule: ${bytes.length} bytes`
  }

  run(feeds: readonly TypedArray[] = [], steps = 1): void {
    const { session } = this
    const { buffer } = session.memory
    if (feeds.length !== this.feeds.length) {
      throw new MyelinError('argument', `run: expected ${this.feeds.length} arrays for the placeholders, received ${feeds.length}`)
    }
    for (let i = 0; i < feeds.length; i++) {
      const { name, dtype, size, shape, at } = this.feeds[i]!
      const data = feeds[i]!
      if (data.length !== size || dtypeOf(data) !== dtype) {
        throw new MyelinError('shape', `run: placeholder "${name}" takes ${size} ${dtype} values (${shapeText(shape)}), ` +
          `received ${data.length} ${dtypeOf(data)}`)
      }
      if (at !== null) new arrayTypes[dtype](buffer, at, size).set(data)
    }
    if (session.active !== this) {
      for (const { at, data } of this.constants) new arrayTypes[dtypeOf(data)](buffer, at, data.length).set(data)
      session.active = this
    }
    try {
      this.start(steps)
    } catch (cause) {
      const status = new Int32Array(buffer, 0, 1)
      const label = this.labels[status[0]! - 1]
      status[0] = 0
      if (label === undefined) throw cause
      throw new MyelinError('data', `an index is out of range in ${label}`, { cause })
    }
  }

  output(index: number): TypedArray {
    const result = this.results[index]
    if (!result) throw new MyelinError('argument', `output ${index}: the program has ${this.results.length} outputs`)
    if (this.session.active !== this) {
      throw new MyelinError('state', 'the program has not run yet, or another of its session has run since; run it first')
    }
    const { buffer, at } = result
    return new arrayTypes[buffer.dtype](this.session.memory.buffer, at, buffer.size).slice()
  }

  explain(): string {
    return this.describe()
  }
}

/** Compiled modules by their bytes: the same step in the same layout is compiled, and optimised, once. */
const modules = new Map<number, { readonly bytes: Uint8Array; readonly module: WebAssembly.Module }>()
const keptModules = 64

function compiled(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  let hash = 0x811c9dc5
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193)
  const known = modules.get(hash)
  const module = known && sameBytes(known.bytes, bytes) ? known.module : new WebAssembly.Module(bytes)
  modules.delete(hash)
  modules.set(hash, { bytes, module })
  if (modules.size > keptModules) modules.delete(modules.keys().next().value!)
  return module
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i])

function instantiate(bytes: Uint8Array<ArrayBuffer>, memory: WebAssembly.Memory): (steps: number) => void {
  const instance = new WebAssembly.Instance(compiled(bytes), { m: { m: memory } })
  return instance.exports['run'] as (steps: number) => void
}

/** The engine that `myelin` uses unless told otherwise. */
export const wasmBackend: Backend = {
  name: 'wasm',
  session: (variables) => new WasmSession(variables),
}
