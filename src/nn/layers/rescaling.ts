/** Inputs in another scale. */
import { add, mul } from '../../ops/index.js'
import { defineLayer } from '../layer.js'
import { number } from '../parameters.js'

/** x scale + offset: `rescaling({ scale: 1 / 255 })` takes bytes to 0 .. 1. */
export const rescaling = defineLayer(
  'rescaling',
  () => ({
    scale: number({ help: 'what x is multiplied by' }),
    offset: number({ default: 0, help: 'what is added afterwards' }),
  }),
  () => [
    { options: { scale: 0.5 }, inputShape: [3] },
    { options: { scale: 2, offset: -1 }, inputShape: [2, 3] },
  ],
  ({ scale, offset }) => ({ call: (x) => add(mul(x, scale), offset) }),
)
