/** The leaves of a graph: variables (state with a host buffer), placeholders (fed at each run) and constants. */
import { MyelinError } from './errors.js'
import type { DType, Node, Op, Shape, Spec, TypedArray } from './node.js'
import { apply, dtypeOf, shapeText, sizeOf } from './node.js'

interface Input extends Spec {
  readonly name: string
}

const input = (name: string): Op<Input> => ({
  name,
  infer: (_, { shape, dtype }) => ({ shape, dtype }),
  body: { kind: 'input' },
  samples: [],
})
const variableOp = input('variable')
const placeholderOp = input('placeholder')

/** A named input that keeps its value between runs; the host buffer is what a new session starts from. */
export interface Variable extends Node<Input> {
  readonly name: string
  readonly data: TypedArray
}

/**
 * @throws MyelinError `shape` when the buffer's length is not the shape's size
 */
export function variable(name: string, shape: Shape, data: TypedArray): Variable {
  if (sizeOf(shape) !== data.length) {
    throw new MyelinError('shape', `variable "${name}": shape ${shapeText(shape)} has ${sizeOf(shape)} elements, ` +
      `received ${data.length} values`)
  }
  return { ...apply(variableOp, [], { name, shape, dtype: dtypeOf(data) }), name, data }
}

export const isVariable = (node: Node): node is Variable => node.op === (variableOp as Op)

/** An input that is given anew at each run of a program. */
export const placeholder = (name: string, shape: Shape, dtype: DType): Node => apply(placeholderOp, [], { name, shape, dtype })
export const isPlaceholder = (node: Node): boolean => node.op === (placeholderOp as Op)

const constantOp: Op<{ shape: Shape; dtype: DType; data: TypedArray }> = {
  name: 'constant',
  infer: (_, { shape, dtype }) => ({ shape, dtype }),
  body: { kind: 'input' },
  samples: [],
}

/** An array that never changes. The buffer is kept, not copied: do not write to it afterwards. */
export function constantArray(shape: Shape, data: TypedArray): Node {
  if (sizeOf(shape) !== data.length) {
    throw new MyelinError('shape', `constant: shape ${shapeText(shape)} has ${sizeOf(shape)} elements, received ${data.length} values`)
  }
  return apply(constantOp, [], { shape, dtype: dtypeOf(data), data })
}

/** The values of a constant node, or null for any other. */
export const constantData = (node: Node): TypedArray | null =>
  node.op === (constantOp as Op) ? (node.attrs as { data: TypedArray }).data : null

/** The name of a variable or a placeholder, for messages. */
export const inputName = (node: Node): string => (node.attrs as Partial<Input>).name ?? node.op.name
