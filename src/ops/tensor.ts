/** The chaining handle over a graph node: calling its methods builds graph and computes nothing. */
import type { DType, Node, Shape, TypedArray } from '../core/index.js'
import { shapeText } from '../core/index.js'
import { add, div, mul, neg, pow, sub } from './arithmetic.js'
import type { EvaluateOptions } from './evaluate.js'
import { evaluate } from './evaluate.js'
import { matmul } from './matmul.js'
import { abs, cast, exp, log, sqrt, square } from './math.js'
import type { ReduceOptions } from './reductions.js'
import { argMax, max, mean, min, prod, sum } from './reductions.js'
import { reshape, transpose } from './shape.js'
import { slice } from './slicing.js'

/** What an operation takes where it takes a tensor: plain numbers adopt the other side's data type and shape. */
export type TensorLike = Tensor | number

/** Numbers in lists in lists, as deep as there are axes. */
export type NestedNumbers = number | readonly NestedNumbers[]

/**
 * An array to be computed. Made by operations, layers and `tensor(...)`; its values come from `await t.data()`.
 *
 * The methods are the functions of the same names, for chaining; every other operation is a function only.
 */
export class Tensor {
  constructor(readonly node: Node) {}

  /** The sizes of the axes. */
  get shape(): Shape {
    return this.node.shape
  }

  /** The data type of the elements. */
  get dtype(): DType {
    return this.node.dtype
  }

  /** The values, computed now, row-major. Several tensors at once: `evaluate`. */
  async data(options?: EvaluateOptions): Promise<TypedArray> {
    return (await evaluate([this], options))[0]!
  }

  /** The values, computed now, as lists in lists; of a scalar, the number. */
  async array(options?: EvaluateOptions): Promise<NestedNumbers> {
    return nest(await this.data(options), this.shape)
  }

  /** Such as `Tensor [2, 3] float32 (matmul)`; the values are not computed. */
  toString(): string {
    return `Tensor ${shapeText(this.shape)} ${this.dtype} (${this.node.op.name})`
  }

  /** `add(this, other)`: a + b, with broadcasting. */
  add(other: TensorLike): Tensor {
    return add(this, other)
  }

  /** `sub(this, other)`: a - b, with broadcasting. */
  sub(other: TensorLike): Tensor {
    return sub(this, other)
  }

  /** `mul(this, other)`: a b, element by element, with broadcasting. */
  mul(other: TensorLike): Tensor {
    return mul(this, other)
  }

  /** `div(this, other)`: a / b, with broadcasting; int32 is cut off toward zero. */
  div(other: TensorLike): Tensor {
    return div(this, other)
  }

  /** `neg(this)`: -a. */
  neg(): Tensor {
    return neg(this)
  }

  /** `pow(this, exponent)`: a to the power of b, with broadcasting. */
  pow(exponent: TensorLike): Tensor {
    return pow(this, exponent)
  }

  /** `matmul(this, other)`: the matrix product of [..., m, k] and [..., k, n]. */
  matmul(other: Tensor): Tensor {
    return matmul(this, other)
  }

  /** `sum(this, options)`: over all axes, or over `axis`. */
  sum(options?: ReduceOptions): Tensor {
    return sum(this, options)
  }

  /** `mean(this, options)`: over all axes, or over `axis`. */
  mean(options?: ReduceOptions): Tensor {
    return mean(this, options)
  }

  /** `max(this, options)`: over all axes, or over `axis`. */
  max(options?: ReduceOptions): Tensor {
    return max(this, options)
  }

  /** `min(this, options)`: over all axes, or over `axis`. */
  min(options?: ReduceOptions): Tensor {
    return min(this, options)
  }

  /** `prod(this, options)`: the product over all axes, or over `axis`. */
  prod(options?: ReduceOptions): Tensor {
    return prod(this, options)
  }

  /** `argMax(this, options)`: where the maximum is, as int32. */
  argMax(options?: { axis?: number; keepDims?: boolean }): Tensor {
    return argMax(this, options)
  }

  /** `reshape(this, shape)`: the same elements in another shape. */
  reshape(shape: Shape): Tensor {
    return reshape(this, shape)
  }

  /** `transpose(this, permutation)`: the axes in another order; without one, in the reverse order. */
  transpose(permutation?: readonly number[]): Tensor {
    return transpose(this, permutation)
  }

  /** `slice(this, ...)`: a part along each axis. */
  slice(...range: Parameters<typeof slice> extends [Tensor, ...infer Range] ? Range : never): Tensor {
    return slice(this, ...range)
  }

  /** `cast(this, dtype)`: the same numbers in another data type. */
  cast(dtype: DType): Tensor {
    return cast(this, dtype)
  }

  /** `square(this)`: a². */
  square(): Tensor {
    return square(this)
  }

  /** `sqrt(this)`: √a. */
  sqrt(): Tensor {
    return sqrt(this)
  }

  /** `exp(this)`: e to the power of a. */
  exp(): Tensor {
    return exp(this)
  }

  /** `log(this)`: the natural logarithm. */
  log(): Tensor {
    return log(this)
  }

  /** `abs(this)`: |a|. */
  abs(): Tensor {
    return abs(this)
  }
}

function nest(data: TypedArray, shape: Shape): NestedNumbers {
  const [n, ...inner] = shape
  if (n === undefined) return data[0]!
  const step = data.length / n
  return Array.from({ length: n }, (_, i) => nest(data.subarray(i * step, (i + 1) * step), inner))
}
