/** The exponential linear unit as a layer. */
import { elu as eluTensor } from '../../ops/index.js'
import { defineLayer } from '../layer.js'
import { number } from '../parameters.js'

/** x where it is positive, else alpha (exp(x) - 1); alpha is 1 by default (Clevert et al. 2015). */
export const elu = defineLayer(
  'elu',
  () => ({
    alpha: number({ default: 1, min: 0, help: 'the limit below is -alpha' }),
  }),
  () => [
    { options: {}, inputShape: [4], avoid: [0] },
    { options: { alpha: 0.5 }, inputShape: [2, 3], avoid: [0] },
  ],
  ({ alpha }) => ({ call: (x) => eluTensor(x, { alpha }) }),
)
