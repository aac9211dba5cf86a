/** What operations check about their inputs, and how they say it. */
import type { Shape, Spec } from '../../core/index.js'
import { isFloat, MyelinError, shapeText } from '../../core/index.js'

/** @throws MyelinError `dtype` unless the input is float32 or float64 */
export function requireFloat(name: string, { dtype }: Spec): void {
  if (!isFloat(dtype)) {
    throw new MyelinError(
      'dtype',
      `${name}: expected float32 or float64, received ${dtype}; convert it first with cast(x, 'float32')`,
    )
  }
}

/** @throws MyelinError `dtype` for uint8, which is storage only */
export function requireNumber(name: string, { dtype }: Spec): void {
  if (dtype === 'uint8') {
    throw new MyelinError('dtype', `${name}: uint8 is for storage only; convert it first with cast(x, 'float32')`)
  }
}

/** @throws MyelinError `dtype` unless the input is int32 */
export function requireInt(name: string, what: string, { dtype }: Spec): void {
  if (dtype !== 'int32') {
    throw new MyelinError(
      'dtype',
      `${name}: ${what} must be int32, received ${dtype}; convert it with cast(x, 'int32')`,
    )
  }
}

/** @throws MyelinError `argument` unless `value` is a whole number of at least `least` */
export function requireCount(name: string, what: string, value: number, least = 0): void {
  if (!Number.isInteger(value) || value < least) {
    throw new MyelinError('argument', `${name}: ${what} must be a whole number of at least ${least}, received ${value}`)
  }
}

/** An axis as 0 .. rank - 1; negative ones count from the last. */
export function resolveAxis(name: string, axis: number, shape: Shape): number {
  const rank = shape.length
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    throw new MyelinError(
      'argument',
      `${name}: axis ${axis} does not exist in shape ${shapeText(shape)}` +
        (rank > 0 ? `; expected ${-rank} to ${rank - 1}` : ', which has none'),
    )
  }
  return axis < 0 ? axis + rank : axis
}

/** Axes in ascending order; undefined stands for all. */
export function resolveAxes(name: string, axis: number | readonly number[] | undefined, shape: Shape): number[] {
  if (axis === undefined) return shape.map((_, i) => i)
  const named = typeof axis === 'number' ? [axis] : axis
  const axes = named.map((a) => resolveAxis(name, a, shape))
  if (new Set(axes).size < axes.length) {
    throw new MyelinError('argument', `${name}: axes ${shapeText(named)} name an axis of ${shapeText(shape)} twice`)
  }
  return axes.sort((a, b) => a - b)
}

/** @throws MyelinError `shape` when one of the axes has no elements */
export function requireFilled(name: string, { shape }: Spec, axes: readonly number[]): void {
  const empty = axes.find((axis) => shape[axis] === 0)
  if (empty !== undefined) {
    throw new MyelinError(
      'shape',
      `${name}: axis ${empty} of ${shapeText(shape)} is empty, and an empty axis has no ${name}`,
    )
  }
}

/** The shape that both stretch to, aligned at the right, by NumPy's rule. */
export function broadcastShapes(name: string, a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, i) => {
    const m = a[i - rank + a.length] ?? 1,
      n = b[i - rank + b.length] ?? 1
    if (m !== n && m !== 1 && n !== 1) {
      throw new MyelinError(
        'shape',
        `${name}: shapes do not broadcast: ${shapeText(a)} and ${shapeText(b)}; ` +
          'aligned at the right, each pair of sizes must be equal or contain 1',
      )
    }
    return m === 1 ? n : m
  })
}
