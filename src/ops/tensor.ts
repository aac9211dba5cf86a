/** The chaining handle over a graph node: calling its methods builds graph and computes nothing. */
import type { DType, Node, Shape } from '../core/index.js'

/** What an operation takes where it takes a tensor: plain numbers adopt the other side's data type and shape. */
export type TensorLike = Tensor | number

/** An array to be computed. Made by operations, layers and `tensor(...)`; its values come from `await t.data()`. */
export class Tensor {
  constructor(readonly node: Node) {}

  get shape(): Shape {
    return this.node.shape
  }

  get dtype(): DType {
    return this.node.dtype
  }
}
