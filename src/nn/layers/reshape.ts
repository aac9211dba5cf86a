/** Rows in another shape. */
import { MyelinError, shapeText, sizeOf } from '../../core/index.js'
import { reshape as reshapeTensor } from '../../ops/index.js'
import { defineLayer } from '../layer.js'
import { list } from '../parameters.js'

/**
 * [batch, ...] -> [batch, ...targetShape], row-major, as Keras; one size may be -1, which is what is left.
 * @throws MyelinError `shape` where the numbers of elements differ
 */
export const reshape = defineLayer(
  'reshape',
  () => ({
    targetShape: list({
      required: true,
      help: 'the shape of one row of output; one size may be -1',
      allowed: 'a list of sizes such as [28, 28], of which one may be -1',
      each: (n) => Number.isSafeInteger(n) && (n > 0 || n === -1),
    }),
  }),
  () => [
    { options: { targetShape: [3, 2] }, inputShape: [6] },
    { options: { targetShape: [-1] }, inputShape: [2, 3] },
    { options: { targetShape: [1, -1, 2] }, inputShape: [3, 2] },
  ],
  ({ targetShape }) => ({
    call(x) {
      const size = sizeOf(x.shape.slice(1))
      const known = targetShape.reduce((product, n) => (n === -1 ? product : product * n), 1)
      const open = targetShape.filter((n) => n === -1).length
      if (open > 1 || (open === 0 ? known !== size : size % known !== 0)) {
        throw new MyelinError(
          'shape',
          `reshape: rows of shape ${shapeText(x.shape.slice(1))} have ${size} elements, which do not fill ` +
            `${shapeText(targetShape)}; give sizes whose product is ${size}, at most one of them -1`,
        )
      }
      return reshapeTensor(x, [x.shape[0]!, ...targetShape.map((n) => (n === -1 ? size / known : n))])
    },
  }),
)
