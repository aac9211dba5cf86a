/** Pictures moved, turned and stretched: each pixel of the result is looked up where it comes from. */
import type { Tensor } from '../ops/index.js'
import {
  add, cast, ceil, clip, div, floor, gather, greaterEqual, less, minimum, mul, reshape, select, sub, tensor,
} from '../ops/index.js'
import { choice, number } from './parameters.js'

/** The options of layers that move pictures. */
export const affineParameters = {
  fillMode: choice({
    default: 'reflect', choices: ['constant', 'nearest', 'reflect', 'wrap'],
    help: 'what lies beyond the border: fillValue (kk|abcd|kk), the last pixel (aa|abcd|dd), the picture turned over ' +
      '(ba|abcd|dc), or the picture again (cd|abcd|ab)',
  }),
  interpolation: choice({
    default: 'bilinear', choices: ['nearest', 'bilinear'],
    help: 'what lies between pixels: nearest, the nearest one; bilinear, values on straight lines between neighbours',
  }),
  fillValue: number({ default: 0, help: 'the value beyond the border where fillMode is constant' }),
}

/** What these options become. */
export interface Filling {
  readonly fillMode: 'constant' | 'nearest' | 'reflect' | 'wrap'
  readonly interpolation: 'nearest' | 'bilinear'
  readonly fillValue: number
}

/** One of the pixels that make a value, along one axis. */
interface Neighbour {
  /** Where it is, within the picture. */
  readonly at: Tensor
  /** Its part of the value; null for all of it. */
  readonly weight: Tensor | null
  /** int32, whether it lies within the picture before it was brought there; null where it does not matter. */
  readonly inside: Tensor | null
}

/** Halves go away from 0. */
const nearest = (x: Tensor): Tensor => select(less(x, 0), ceil(sub(x, 0.5)), floor(add(x, 0.5)))

/** A whole number brought into 0 ... size - 1. */
function within(at: Tensor, size: number, mode: Filling['fillMode']): Tensor {
  const modulo = (n: number): Tensor => sub(at, mul(floor(div(at, n)), n))
  if (mode === 'wrap') return modulo(size)
  if (mode !== 'reflect') return clip(at, 0, size - 1)
  const there = modulo(2 * size)
  return minimum(there, sub(2 * size - 1, there))
}

/** The pixels from which the value at `x` is made, along an axis of this size. */
function neighbours(x: Tensor, size: number, { fillMode, interpolation }: Filling): Neighbour[] {
  const at = (place: Tensor, weight: Tensor | null): Neighbour => ({
    at: within(place, size, fillMode),
    weight,
    inside: fillMode === 'constant' ? mul(greaterEqual(place, 0), less(place, size)) : null,
  })
  if (interpolation === 'nearest') return [at(nearest(x), null)]
  const below = floor(x), part = sub(x, below)
  return [at(below, sub(1, part)), at(add(below, 1), part)]
}

const both = (a: Tensor | null, b: Tensor | null): Tensor | null => (a && b ? mul(a, b) : a ?? b)

/** Columns or rows, 0, 1, ..., as a tensor along one of the axes of [batch, height, width]. */
export const places = (count: number, axis: 1 | 2, dtype: 'float32' | 'float64'): Tensor =>
  tensor(Array.from({ length: count }, (_, i) => i), { dtype }).reshape(axis === 1 ? [1, count, 1] : [1, 1, count])

/**
 * The values of pictures at other places.
 *
 * @param pictures [batch, height, width, channels]
 * @param row where each value comes from, broadcasting to [batch, height, width]: 0 is the middle of the first pixel
 * @param column likewise
 * @returns [batch, height, width, channels]
 */
export function resampled(pictures: Tensor, row: Tensor, column: Tensor, filling: Filling): Tensor {
  const [batch, height, width, channels] = pictures.shape as [number, number, number, number]
  const pixels = reshape(pictures, [batch * height * width, channels])
  const first = tensor(Int32Array.from({ length: batch }, (_, i) => i * height * width), { dtype: 'int32' }).reshape([batch, 1, 1])
  const spread = (part: Tensor): Tensor => reshape(part, [...part.shape, 1])
  let sum: Tensor | undefined
  for (const y of neighbours(row, height, filling)) {
    for (const x of neighbours(column, width, filling)) {
      const place = add(add(first, mul(cast(y.at, 'int32'), width)), cast(x.at, 'int32'))
      const found = gather(pixels, place)
      const inside = both(y.inside, x.inside)
      const value = inside ? select(spread(inside), found, filling.fillValue) : found
      const weight = both(y.weight, x.weight)
      const share = weight ? mul(value, spread(weight)) : value
      sum = sum ? add(sum, share) : share
    }
  }
  return sum!
}
