/** Plain loops over strided layouts: copying from one to another, and combining along axes. */
import type { Combine, Layout, Shape, TypedArray } from '../../core/index.js'
import { denseLayout } from '../../core/index.js'

/** Calls `visit` with two addresses for every element of a shape, in row-major order. */
function walk(shape: Shape, a: Layout, b: Layout, visit: (at: number, bt: number) => void): void {
  const inner = (axis: number, at: number, bt: number): void => {
    if (axis === shape.length) {
      visit(at, bt)
      return
    }
    for (let i = 0; i < shape[axis]!; i++) inner(axis + 1, at + i * a.strides[axis]!, bt + i * b.strides[axis]!)
  }
  inner(0, a.offset, b.offset)
}

/** Reads every element of `from` through its layout and writes it through the layout of `to`, of the same shape. */
export function copyStrided(from: TypedArray, fromLayout: Layout, to: TypedArray, toLayout: Layout): void {
  walk(toLayout.shape, fromLayout, toLayout, (f, t) => {
    to[t] = from[f]!
  })
}

/** Combines a dense array along axes into a dense array without them. */
export function reduceAxes(combine: Combine, from: TypedArray, shape: Shape, axes: readonly number[], to: TypedArray): void {
  const ints = to instanceof Int32Array
  if (combine === 'max') to.fill(ints ? -0x8000_0000 : -Infinity)
  if (combine === 'min') to.fill(ints ? 0x7fff_ffff : Infinity)
  const kept = denseLayout(shape.filter((_, i) => !axes.includes(i)))
  let next = 0
  const target: Layout = { shape, offset: 0, strides: shape.map((_, i) => (axes.includes(i) ? 0 : kept.strides[next++]!)) }
  const step = combine === 'add' ? (a: number, b: number) => a + b : Math[combine]
  walk(shape, denseLayout(shape), target, (f, t) => {
    to[t] = step(to[t]!, from[f]!)
  })
}
