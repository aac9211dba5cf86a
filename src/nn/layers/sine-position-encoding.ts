/** Places as sines and cosines. */
import { MyelinError, shapeText } from '../../core/index.js'
import { hostFunctions } from '../../core/scalar/host.js'
import { broadcastTo, gather, reshape, tensor } from '../../ops/index.js'
import { defineLayer } from '../layer.js'
import { number } from '../parameters.js'

/**
 * For place p the vector of sin(p / λ^(2i / features)) at its features 2i and of the cosine at 2i + 1, with λ = `maxWavelength`
 * (Vaswani et al. 2017), to be added to what stands there: [batch, steps, features] -> the same shape. As SinePositionEncoding
 * of KerasHub; the angles are computed in float64.
 *
 * @throws MyelinError `shape` for rows that are not [steps, features]
 */
export const sinePositionEncoding = defineLayer(
  'sinePositionEncoding',
  () => ({ maxWavelength: number({ default: 10_000, above: 0, help: 'the greatest wave length, divided by 2π' }) }),
  () => [
    { options: {}, inputShape: [3, 5] },
    { options: { maxWavelength: 10 }, inputShape: [5, 2] },
  ],
  ({ maxWavelength }) => ({
    call(x, { dtype, past }) {
      if (x.shape.length !== 3) {
        throw new MyelinError(
          'shape', `sinePositionEncoding: expected rows of steps and features, such as [20, 64], received rows of shape ${
            shapeText(x.shape.slice(1))}`)
      }
      const [, steps, features] = x.shape as [number, number, number]
      const { sin, cos, pow } = hostFunctions
      const rates = Array.from({ length: features }, (_, i) => pow(maxWavelength, -(i - (i % 2)) / features))
      const values = Array.from({ length: past?.capacity ?? steps }, (_, p) => rates.map((rate, i) => (i % 2 === 0 ? sin : cos)(p * rate)))
      const all = reshape(tensor(values.flat(), { dtype }), [values.length, features])
      return broadcastTo(past ? gather(all, past.places) : all, x.shape)
    },
    stepwise: true,
  }),
)
