/** An activation function as a layer of its own. */
import { activationParameter } from '../activations.js'
import { defineLayer } from '../layer.js'

/** y = f(x), of any shape; `activation({ activation: 'relu' })` after a layer equals the layer's own option. */
export const activation = defineLayer(
  'activation',
  () => ({
    activation: activationParameter('linear', 'the function'),
  }),
  () => [
    { options: { activation: 'sigmoid' }, inputShape: [3] },
    { options: { activation: 'softmax' }, inputShape: [2, 4] },
    { options: { activation: 'gelu' }, inputShape: [5] },
  ],
  ({ activation }) => ({ call: (x) => activation.call(x), stepwise: true }),
)
