/** The plain interpreter of graphs: one node after another on dense row-major arrays, nothing fused, nothing shared. */
import type { Dense, EvaluateGraph, Node, ProgramSpec, TypedArray } from '../../core/index.js'
import {
  constantData, denseLayout, dtypeOf, expansion, inputName, isVariable, MyelinError, shapeText, sizeOf, topological, typedArray,
} from '../../core/index.js'
import { interpret } from '../../core/scalar/interpret.js'
import type { Scalar } from '../../core/scalar/scalar.js'
import { visit } from '../../core/scalar/scalar.js'
import { functions } from './functions.js'
import { copyStrided, reduceAxes } from './strided.js'

/**
 * How floats are computed with. `exact`: everything in float64, so that the result is the truth for the given inputs,
 * to be rounded when it leaves. `own`: every value in its node's data type, so that what overflows there overflows here.
 */
export type Precision = 'exact' | 'own'

/** Values of placeholders and variables; a variable that is not given has the value of its host buffer. */
export type InputValues = ReadonlyMap<Node, TypedArray>

/** The value of every node that was computed, inputs before users. */
export type NodeValues = ReadonlyMap<Node, TypedArray>

type Evaluate = (inputs: readonly TypedArray[]) => TypedArray

/** What a program computes from: composites stand for their expansions. */
export const sourcesOf = (node: Node): readonly Node[] =>
  node.op.body.kind === 'composite' ? [expansion(node)] : node.inputs

export const rootsOf = ({ outputs = [], updates = [] }: ProgramSpec): Node[] =>
  [...outputs, ...updates.map(([, node]) => node)]

/**
 * Prepares the evaluation of everything that `roots` depend on.
 * @throws MyelinError `state`, when run, for a placeholder without a value; `data` from kernels, for a bad index
 */
export function interpreter(roots: readonly Node[], precision: Precision = 'exact'): (inputs: InputValues) => NodeValues {
  const steps = topological(roots, sourcesOf).map((node) => ({ node, evaluate: evaluatorOf(node, precision) }))
  return (inputs) => {
    const values = new Map<Node, TypedArray>()
    for (const { node, evaluate } of steps) {
      values.set(node, evaluate ? evaluate(sourcesOf(node).map((source) => values.get(source)!)) : inputValue(node, inputs))
    }
    return values
  }
}

function inputValue(node: Node, inputs: InputValues): TypedArray {
  const value = inputs.get(node) ?? constantData(node) ?? (isVariable(node) ? node.data : undefined)
  if (!value) {
    throw new MyelinError('state', `placeholder "${inputName(node)}" ${shapeText(node.shape)} has no value: ` +
      'name it among the inputs of the program, and feed it')
  }
  return value
}

function evaluatorOf(node: Node, precision: Precision): Evaluate | null {
  const { body } = node.op
  const make = (): TypedArray =>
    typedArray(precision === 'exact' && node.dtype === 'float32' ? 'float64' : node.dtype, sizeOf(node.shape))
  switch (body.kind) {
    case 'input':
      return null
    case 'composite':
      return ([value]) => value!
    case 'map':
      return mapEvaluator(node, body.expr(node.inputs, node.attrs), precision, make)
    case 'view': {
      const layout = body.layout(denseLayout(node.inputs[0]!.shape), node, node.attrs)
      if (!layout) throw new MyelinError('state', `${node.op.name}: no layout over a dense input`)
      return ([from]) => {
        const to = make()
        copyStrided(from!, layout, to, denseLayout(node.shape))
        return to
      }
    }
    case 'place': {
      const layouts = body.layouts(denseLayout(node.shape), node.inputs, node.attrs)
      return (inputs) => {
        const to = make().fill(body.fill)
        inputs.forEach((from, i) => copyStrided(from, denseLayout(node.inputs[i]!.shape), to, layouts[i]!))
        return to
      }
    }
    case 'reduce': {
      const axes = body.axes(node.attrs)
      return ([from]) => {
        const to = make()
        reduceAxes(body.combine, from!, node.inputs[0]!.shape, axes, to)
        return to
      }
    }
    case 'kernel':
      return (inputs) => {
        const to = make()
        body.reference(inputs.map((data, i) => dense(node.inputs[i]!, data)), dense(node, to), node.attrs, evaluateGraph(precision))
        return to
      }
  }
}

/** The graph within a kernel is prepared once and run many times. */
function evaluateGraph(precision: Precision): EvaluateGraph {
  let ready: { readonly roots: readonly Node[], readonly run: (inputs: InputValues) => NodeValues } | undefined
  return (roots, leaves) => {
    if (ready?.roots !== roots) ready = { roots, run: interpreter(roots, precision) }
    const values = ready.run(leaves)
    return roots.map((root) => values.get(root)!)
  }
}

const dense = ({ shape }: Node, data: TypedArray): Dense => ({ shape, dtype: dtypeOf(data), data })

function mapEvaluator(node: Node, expr: Scalar, precision: Precision, make: () => TypedArray): Evaluate {
  const single = precision === 'own' && [node, ...node.inputs].every(({ dtype }) => dtype !== 'float64')
  const run = interpret([expr], { float: single ? 'float32' : 'float64', functions })
  let positioned = false
  visit([expr], (e) => {
    positioned ||= e.op === 'coordinate'
  })
  const { strides } = denseLayout(node.shape)
  const result = [0]
  return (inputs) => {
    const to = make()
    const args = new Array<number>(inputs.length)
    const coordinates = new Array<number>(node.shape.length).fill(0)
    for (let k = 0; k < to.length; k++) {
      for (let i = 0; i < inputs.length; i++) args[i] = inputs[i]![k]!
      if (positioned) strides.forEach((step, axis) => { coordinates[axis] = Math.floor(k / step) % node.shape[axis]! })
      run(args, result, k, coordinates)
      to[k] = result[0]!
    }
    return to
  }
}
