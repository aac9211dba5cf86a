/**
 * The reference backend: the plain meaning of every graph, computed in float64 with the engine's own Math functions and
 * rounded only where a value leaves. It is what the conformance suite measures the other backends against.
 */
import type { Backend, Node, Program, ProgramSpec, Session, TypedArray, Variable } from '../../core/index.js'
import {
  dtypeOf, inputName, isVariable, MyelinError, sameShape, shapeText, sizeOf, topological, typedArray,
} from '../../core/index.js'
import type { NodeValues } from './interpreter.js'
import { interpreter, rootsOf, sourcesOf } from './interpreter.js'

export { interpreter } from './interpreter.js'
export type { InputValues, NodeValues, Precision } from './interpreter.js'
export { firstNonFinite, trace } from './trace.js'

export const referenceBackend: Backend = { name: 'reference', session: (variables) => new ReferenceSession(variables) }

class ReferenceSession implements Session {
  readonly state = new Map<Node, TypedArray>()

  constructor(variables: readonly Variable[]) {
    for (const variable of variables) this.state.set(variable, variable.data.slice())
  }

  get bytes(): number {
    return [...this.state.values()].reduce((sum, { byteLength }) => sum + byteLength, 0)
  }

  release(): void {
    this.state.clear()
  }

  read(variable: Variable, into?: TypedArray): TypedArray {
    const value = this.valueOf(variable)
    if (into === undefined) return value.slice()
    into.set(value)
    return into
  }

  write(variable: Variable, data: TypedArray): void {
    requireValue(`variable "${variable.name}"`, variable, data)
    this.valueOf(variable)
    this.state.set(variable, data.slice())
  }

  compile(spec: ProgramSpec): Program {
    for (const [variable, value] of spec.updates ?? []) {
      if (!sameShape(variable.shape, value.shape) || variable.dtype !== value.dtype) {
        throw new MyelinError('shape', `update of variable "${variable.name}": expected ${specText(variable)}, ` +
          `received ${specText(value)}`)
      }
    }
    for (const node of [...topological(rootsOf(spec), sourcesOf), ...(spec.updates ?? []).map(([variable]) => variable)]) {
      if (isVariable(node)) this.valueOf(node)
    }
    return new ReferenceProgram(this, spec)
  }

  private valueOf(variable: Variable): TypedArray {
    const value = this.state.get(variable)
    if (!value) {
      throw new MyelinError('state', `variable "${variable.name}" does not belong to this session; ` +
        'name it when the session is made')
    }
    return value
  }
}

class ReferenceProgram implements Program {
  private readonly evaluate
  private values: NodeValues | undefined

  constructor(private readonly session: ReferenceSession, private readonly spec: ProgramSpec) {
    this.evaluate = interpreter(rootsOf(spec))
  }

  run(feeds: readonly TypedArray[] = [], steps = 1): void {
    const { inputs = [], updates = [] } = this.spec
    const { state } = this.session
    if (feeds.length !== inputs.length) {
      throw new MyelinError('argument', `run: expected ${inputs.length} feeds, received ${feeds.length}`)
    }
    inputs.forEach((input, i) => requireValue(`run: placeholder "${inputName(input)}"`, input, feeds[i]!))
    for (let step = 0; step < steps; step++) {
      const values = this.evaluate(new Map([...state, ...inputs.map((input, i) => [input, feeds[i]!] as const)]))
      // arrays are replaced, not written to: `values` may hold the old ones
      for (const [variable, value] of updates) state.set(variable, rounded(variable, values.get(value)!))
      this.values = values
    }
  }

  output(index: number): TypedArray {
    const node = this.spec.outputs?.[index]
    if (!node) {
      throw new MyelinError('argument', `output: there are ${this.spec.outputs?.length ?? 0} outputs, received index ${index}`)
    }
    if (!this.values) throw new MyelinError('state', 'output: the program has not run yet; call run() first')
    return rounded(node, this.values.get(node)!)
  }

  explain(): string {
    const numbers = new Map<Node, number>()
    const lines = topological(rootsOf(this.spec), sourcesOf).map((node) => {
      numbers.set(node, numbers.size)
      const name = node.op.body.kind === 'input' ? `${node.op.name} "${inputName(node)}"` : node.op.name
      const sources = sourcesOf(node).map((source) => `%${numbers.get(source)}`).join(', ')
      return `%${numbers.get(node)} = ${name}(${sources}): ${specText(node)}${node.scope && `  in ${node.scope}`}`
    })
    const { outputs = [], updates = [] } = this.spec
    return [
      ...lines,
      ...outputs.map((node, i) => `output ${i} = %${numbers.get(node)}`),
      ...updates.map(([variable, node]) => `variable "${variable.name}" = %${numbers.get(node)}`),
    ].join('\n')
  }
}

const specText = ({ shape, dtype }: Pick<Node, 'shape' | 'dtype'>): string => `${shapeText(shape)} ${dtype}`

/** A copy in the node's own data type. */
const rounded = (node: Node, value: TypedArray): TypedArray => typedArray(node.dtype, value)

function requireValue(what: string, node: Node, data: TypedArray): void {
  const received = dtypeOf(data)
  if (received !== node.dtype) {
    throw new MyelinError('dtype', `${what}: expected values of ${node.dtype}, received ${received}`)
  }
  if (data.length !== sizeOf(node.shape)) {
    throw new MyelinError('shape', `${what}: shape ${shapeText(node.shape)} has ${sizeOf(node.shape)} elements, ` +
      `received ${data.length} values`)
  }
}
