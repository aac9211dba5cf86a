/** Dot products of two tensors' rows. */
import { MyelinError, shapeText } from '../../core/index.js'
import type { Tensor } from '../../ops/index.js'
import { div, maximum, mul, reshape, sqrt, square, sum, transpose } from '../../ops/index.js'
import { resolveAxis } from '../../ops/rules/check.js'
import { defineMergeLayer } from '../layer.js'
import { axes as axesParameter, boolean } from '../parameters.js'

/** Keras's ε, below which a length does not count. */
const least = 1e-7

/**
 * Σ a b over an axis of each, row by row, as Keras's `Dot`: the other axes of a come first, then those of b; where none
 * is left the result is [batch, 1]. With `normalize` the result is the cosine of the angle between the two.
 */
export const dot = defineMergeLayer(
  'dot',
  2,
  () => ({
    axes: axesParameter({ default: -1, help: 'the axis that is summed over, or a list with one for each tensor' }),
    normalize: boolean({ default: false, help: 'whether both are divided by their lengths along the axis first' }),
  }),
  () => [
    { options: { axes: 1 }, inputShape: [[3], [3]] },
    { options: { axes: [2, 1] }, inputShape: [[2, 3], [3, 4]] },
    { options: { axes: 1, normalize: true }, inputShape: [[4], [4]] },
    { options: { axes: [1, 1] }, inputShape: [[3], [3, 2]] },
  ],
  ({ axes, normalize }) =>
    (inputs) => {
      const [a, b] = inputs as readonly [Tensor, Tensor]
      const [first, second = first] = typeof axes === 'number' ? [axes] : axes
      const x = lastAxis(a, first!, normalize)
      const y = lastAxis(b, second!, normalize)
      const n = x.shape.at(-1)!
      if (y.shape.at(-1) !== n) {
        throw new MyelinError(
          'shape',
          `dot: the axes summed over have ${n} and ${y.shape.at(-1)} elements, of ${shapeText(a.shape)} and ` +
            shapeText(b.shape),
        )
      }
      const own = x.shape.slice(1, -1)
      const others = y.shape.slice(1, -1)
      const batch = x.shape[0]!
      const product = mul(
        reshape(x, [batch, ...own, ...others.map(() => 1), n]),
        reshape(y, [batch, ...own.map(() => 1), ...others, n]),
      )
      const result = sum(product, { axis: -1 })
      return result.shape.length === 1 ? reshape(result, [batch, 1]) : result
    },
)

/** The tensor with this axis last, and divided by its length along it where asked for. */
function lastAxis(x: Tensor, axis: number, normalize: boolean): Tensor {
  const at = resolveAxis('dot', axis, x.shape)
  if (at === 0) throw new MyelinError('argument', 'dot: axis 0 is that of the rows; sum over another')
  const others = x.shape.map((_, i) => i).filter((i) => i !== at)
  const moved = transpose(x, [...others, at])
  return normalize ? div(moved, maximum(sqrt(sum(square(moved), { axis: -1, keepDims: true })), least)) : moved
}
