/** The WebAssembly engine: variables in one linear memory, and one compiled module per program over it. */
import type { Backend, Program, ProgramSpec, Session, TypedArray, Variable } from '../../core/index.js'
import { MyelinError, dtypeOf, shapeText, sizeOf } from '../../core/index.js'
import { bytesFor, explainPlan, layoutArena, plan } from '../../compile/index.js'
import type { Compiled } from './compiled.js'
import { compile, constantsOf } from './compiled.js'
import { checkMemory, growMemory, keepMemory, newMemory, page, takeMemory } from './memory.js'
import { normalBlocks, uniformBlocks } from './random-blocks.js'

/** The first bytes hold the status word, so that no buffer lies at address 0. */
const reserved = 64

const arrayTypes = { float32: Float32Array, float64: Float64Array, int32: Int32Array, uint8: Uint8Array } as const

class WasmSession implements Session {
  private held: WebAssembly.Memory | null
  private readonly addresses = new Map<Variable, number>()
  private readonly arenaStart: number
  /** The program whose constants and results lie in the arena now. */
  active: Program | null = null

  constructor(variables: readonly Variable[], lasting?: boolean) {
    let end = reserved
    for (const variable of variables) {
      if (this.addresses.has(variable)) continue
      this.addresses.set(variable, end)
      end += bytesFor({ dtype: variable.dtype, size: variable.data.length })
    }
    this.arenaStart = end
    checkMemory(end, 'the variables')
    this.held = (lasting ? newMemory : takeMemory)(Math.max(1, Math.ceil(end / page)))
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

  private addressOf(variable: Variable): number {
    const at = this.addresses.get(variable)
    if (at === undefined) {
      throw new MyelinError('state', `variable "${variable.name}" does not belong to this session; pass it to backend.session(...)`)
    }
    return at
  }

  private view(variable: Variable): TypedArray {
    return new arrayTypes[variable.dtype](this.memory.buffer, this.addressOf(variable), variable.data.length)
  }

  read(variable: Variable, into?: TypedArray): TypedArray {
    const view = this.view(variable)
    if (into === undefined) return view.slice()
    into.set(view)
    return into
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
    return new WasmProgram(this, compile(spec, this.arenaStart, (variable) => this.addressOf(variable)), spec)
  }

  /** Makes room for an arena behind the variables. */
  reserve(bytes: number): void {
    const end = this.arenaStart + bytes
    const missing = Math.ceil((end - this.bytes) / page)
    if (missing > 0) growMemory(this.memory, missing)
  }
}

class WasmProgram implements Program {
  private readonly start: (steps: number) => void
  private readonly constants: readonly { readonly at: number; readonly data: TypedArray }[]

  constructor(private readonly session: WasmSession, private readonly compiled: Compiled, private readonly spec: ProgramSpec) {
    session.reserve(compiled.bytes)
    this.constants = constantsOf(spec).flatMap((data, i) => {
      const at = compiled.constants[i]
      return at === null || at === undefined ? [] : [{ at, data }]
    })
    const instance = new WebAssembly.Instance(compiled.module, { m: { m: session.memory } })
    this.start = instance.exports['run'] as (steps: number) => void
  }

  run(feeds: readonly TypedArray[] = [], steps = 1): void {
    const { session, compiled } = this
    const { buffer } = session.memory
    if (feeds.length !== compiled.feeds.length) {
      throw new MyelinError('argument', `run: expected ${compiled.feeds.length} arrays for the placeholders, received ${feeds.length}`)
    }
    for (let i = 0; i < feeds.length; i++) {
      const { name, dtype, shape, at } = compiled.feeds[i]!
      const data = feeds[i]!
      const size = sizeOf(shape)
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
      const label = compiled.labels[status[0]! - 1]
      status[0] = 0
      if (label === undefined) throw cause
      throw new MyelinError('data', `an index is out of range in ${label}`, { cause })
    }
  }

  output(index: number): TypedArray {
    const result = this.compiled.results[index]
    if (!result) throw new MyelinError('argument', `output ${index}: the program has ${this.compiled.results.length} outputs`)
    if (this.session.active !== this) {
      throw new MyelinError('state', 'the program has not run yet, or another of its session has run since; run it first')
    }
    const { dtype, size, at } = result
    return new arrayTypes[dtype](this.session.memory.buffer, at, size).slice()
  }

  explain(): string {
    const made = plan(this.spec)
    return `${explainPlan(made, layoutArena(made))}\nmodule: ${this.compiled.moduleBytes} bytes`
  }
}

/** The engine that `myelin` uses unless told otherwise. */
export const wasmBackend: Backend = {
  name: 'wasm',
  uniformBlocks,
  normalBlocks,
  session: (variables, lasting) => new WasmSession(variables, lasting),
}
