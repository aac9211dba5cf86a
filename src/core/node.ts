/** The graph: nodes, the operations they apply, and what an operation means. */
import { MyelinError } from './errors.js'
import type { Scalar } from './scalar/scalar.js'
import { scalarKey } from './scalar/scalar.js'

/** `uint8` is storage only: it is gathered and cast, never computed with. */
export type DType = 'float32' | 'float64' | 'int32' | 'uint8'
export type FloatType = 'float32' | 'float64'
/** The sizes of the axes, outermost first: [rows, columns]. A scalar has the shape []. */
export type Shape = readonly number[]
/** The arrays that hold numbers of the four data types. */
export type TypedArray = Float32Array | Float64Array | Int32Array | Uint8Array

export interface Spec {
  readonly shape: Shape
  readonly dtype: DType
}

/** How the elements of a node lie in a flat buffer, in elements: address = offset + sum of index times stride. */
export interface Layout {
  readonly shape: Shape
  readonly offset: number
  readonly strides: readonly number[]
}

/** What an operation means. Compiler passes and gradients look at this, never at the operation's name. */
export type Body<A> =
  /** Data from outside: a variable, a placeholder or a constant. */
  | { readonly kind: 'input' }
  /** Elementwise: every input has the output's shape; `expr` reads input i as arg(i). */
  | { readonly kind: 'map'; expr(inputs: readonly Spec[], attrs: A): Scalar }
  /** The same elements under another layout; null where strides cannot say it, then the input is copied first. */
  | { readonly kind: 'view'; layout(input: Layout, output: Spec, attrs: A): Layout | null }
  /** `fill` everywhere, then input i written through layouts[i] of the output; no two inputs overlap. */
  | {
      readonly kind: 'place'
      readonly fill: number
      layouts(output: Layout, inputs: readonly Spec[], attrs: A): readonly Layout[]
    }
  /** Combines the elements along `axes`, which leave the shape. Sums run in float64 in no backend but the oracle. */
  | { readonly kind: 'reduce'; readonly combine: Combine; axes(attrs: A): readonly number[] }
  /** Other operations, kept whole until late. */
  | { readonly kind: 'composite'; expand(inputs: readonly Node[], attrs: A): Node }
  /** Its own code in every backend; `reference` is the plain meaning, on dense row-major arrays. */
  | {
      readonly kind: 'kernel'
      /** output[i.., r..] = inputs[0][inputs[1][i..], r..]: loops may read through the index instead of copying. */
      readonly indexed?: true
      /** Every output element is finished once, so maps of the result can be applied before it is stored. */
      readonly fuses?: true
      /** Its inputs must lie dense, in row-major order; views of others are copied first. */
      readonly dense?: true
      reference(inputs: readonly Dense[], output: Dense, attrs: A, evaluate: EvaluateGraph): void
    }

/** Computes nodes from the values of their leaves: what a kernel needs that holds a graph of its own. */
export type EvaluateGraph = (roots: readonly Node[], leaves: ReadonlyMap<Node, TypedArray>) => readonly TypedArray[]

export type Combine = 'add' | 'max' | 'min'

/** A dense row-major array with its shape. */
export interface Dense extends Spec {
  readonly data: TypedArray
}

/** One case on which the conformance suite judges an operation. */
export interface Sample<A> {
  readonly inputs: readonly SampleInput[]
  /** A function where they depend on the floating-point type in which inputs are drawn. */
  readonly attrs: A | ((float: FloatType) => A)
}
export interface SampleInput {
  readonly shape: Shape
  readonly dtype?: DType
  /** Values are drawn uniformly from here; default [-2, 2], and 0 .. 3 for ints. */
  readonly range?: readonly [number, number]
  /** Or these very values, row-major. */
  readonly values?: readonly number[]
  /** Points that the draw stays 0.05 away from: kinks and jumps, where a central difference means nothing. */
  readonly avoid?: readonly number[]
}

export interface Op<A = unknown> {
  readonly name: string
  /** The shape rule; throws a MyelinError that names what was expected and received. */
  infer(inputs: readonly Spec[], attrs: A): Spec
  /** Gradients of the inputs, as more graph; without it the body's own rule holds. `null`: no gradient flows there. */
  vjp?(grad: Node, node: Node<A>): readonly (Node | null)[]
  /** Why no gradient can flow through, where that is so and training through it should say it by name. */
  readonly noGradient?: string
  readonly body: Body<A>
  readonly samples: readonly Sample<A>[]
}

export interface Node<A = unknown> extends Spec {
  readonly op: Op<A>
  readonly inputs: readonly Node[]
  readonly attrs: A
  /** Where it was built, such as a layer's name; for messages. */
  readonly scope: string
}

let scopes: string[] = []

/** Runs `build`; nodes made inside carry the name, and errors thrown inside end in `; in layer "name"`. */
export function withScope<T>(name: string, build: () => T): T {
  const outer = scopes
  scopes = [...outer, name]
  try {
    return build()
  } catch (error) {
    if (error instanceof MyelinError && !error.message.includes('; in layer ')) {
      throw new MyelinError(error.code, `${error.message}; in layer "${scopes.join('/')}"`, { cause: error })
    }
    throw error
  } finally {
    scopes = outer
  }
}

/** Applies an operation: checks shapes by its rule and makes the node. */
export function apply<A>(op: Op<A>, inputs: readonly Node[], attrs: A): Node<A> {
  const { shape, dtype } = op.infer(inputs, attrs)
  return { op, inputs, attrs, shape, dtype, scope: scopes.join('/') }
}

export const sizeOf = (shape: Shape): number => shape.reduce((product, n) => product * n, 1)
export const isFloat = (dtype: DType): dtype is FloatType => dtype === 'float32' || dtype === 'float64'
export const bytesOf = (dtype: DType): number => (dtype === 'float64' ? 8 : dtype === 'uint8' ? 1 : 4)
export const shapeText = (shape: Shape): string => `[${shape.join(', ')}]`
export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((n, i) => n === b[i])

/** Row-major strides. */
export function denseLayout(shape: Shape): Layout {
  const strides = new Array<number>(shape.length)
  let step = 1
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = step
    step *= shape[i]!
  }
  return { shape, offset: 0, strides }
}

const arrays = { float32: Float32Array, float64: Float64Array, int32: Int32Array, uint8: Uint8Array } as const

/** A typed array of the data type: zeros, or a copy of values (ints are truncated). */
export function typedArray(dtype: DType, from: number | ArrayLike<number>): TypedArray {
  return new arrays[dtype](from as ArrayLike<number>)
}

export const dtypeOf = (data: TypedArray): DType =>
  data instanceof Float32Array ? 'float32' : data instanceof Float64Array ? 'float64' : data instanceof Int32Array ? 'int32' : 'uint8'

/** The expansion of a composite node; always the same nodes, so that forward and backward passes share them. */
export function expansion(node: Node): Node {
  const known = expansions.get(node)
  if (known) return known
  const { body } = node.op
  if (body.kind !== 'composite') throw new MyelinError('state', `${node.op.name} is not a composite`)
  const outer = scopes
  scopes = node.scope ? [node.scope] : []
  try {
    const result = body.expand(node.inputs, node.attrs)
    if (!sameShape(result.shape, node.shape) || result.dtype !== node.dtype) {
      throw new MyelinError('shape', `${node.op.name}: expands to ${shapeText(result.shape)} ${result.dtype}, ` +
        `but its shape rule says ${shapeText(node.shape)} ${node.dtype}`)
    }
    expansions.set(node, result)
    return result
  } finally {
    scopes = outer
  }
}
const expansions = new WeakMap<Node, Node>()

/** Every node that `roots` depend on, each once, inputs before users. */
export function topological(roots: readonly Node[], inputsOf: (n: Node) => readonly Node[] = (n) => n.inputs): Node[] {
  const order: Node[] = []
  const seen = new Set<Node>()
  // an explicit stack: unrolled graphs are deeper than the call stack
  const stack: { node: Node; next: number }[] = []
  for (const root of roots) {
    if (seen.has(root)) continue
    seen.add(root)
    stack.push({ node: root, next: 0 })
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!
      const input = inputsOf(top.node)[top.next++]
      if (input === undefined) {
        order.push(top.node)
        stack.pop()
      } else if (!seen.has(input)) {
        seen.add(input)
        stack.push({ node: input, next: 0 })
      }
    }
  }
  return order
}

/** A text for attributes that is equal exactly when they mean the same; functions mean the same when they are the same. */
export function attrsKey(attrs: unknown): string {
  return JSON.stringify(attrs, (_, value: unknown) => {
    if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0) ? value : `#${Object.is(value, -0) ? '-0' : value}`
    if (typeof value === 'function') return `#f${identityOf(value)}`
    return isScalar(value) ? scalarKey(value) : value
  }) ?? ''
}
const identities = new WeakMap<object, number>()
let identityCount = 0
/** A number for an object, the same each time. */
export function identityOf(object: object): number {
  let number = identities.get(object)
  if (number === undefined) identities.set(object, (number = ++identityCount))
  return number
}
const isScalar = (value: unknown): value is Scalar =>
  typeof value === 'object' && value !== null && 'op' in value && 'args' in value && 'type' in value
