/** A layer applied to each step. */
import { MyelinError, shapeText } from '../../core/index.js'
import { reshape } from '../../ops/index.js'
import { callInner } from '../inner-layer.js'
import { defineLayer } from '../layer.js'
import { layerParameter } from '../layer-json.js'

/**
 * A layer applied to each step of a sequence, with the same weights: [batch, steps, ...] -> [batch, steps, ...], as if steps
 * were rows. So an inner `batchNormalization` takes its statistics over all steps of all rows. A mask is passed on. The weights
 * are `inner/kernel`, ...; as Keras's TimeDistributed.
 *
 * @throws MyelinError `argument` for a layer that gives several tensors, `shape` for rows without steps, or a layer that does not
 * fit their steps
 */
export const timeDistributed = defineLayer(
  'timeDistributed',
  () => ({ innerLayer: layerParameter('the layer that is applied to each step', 'a layer, such as dense({ units: 8 }) or { layer: "dense", units: 8 }') }),
  () => [
    { options: { innerLayer: { layer: 'dense', units: 2, activation: 'tanh', biasRegularizer: 'l2' } }, inputShape: [3, 2] },
    { options: { innerLayer: { layer: 'conv1D', filters: 2, kernelSize: 2, trainable: false } }, inputShape: [2, 3, 2] },
    { options: { innerLayer: { layer: 'dropout', rate: 0.4 } }, inputShape: [2, 3] },
    { options: { innerLayer: { layer: 'batchNormalization' } }, inputShape: [3, 2] },
    { options: { innerLayer: { layer: 'bidirectional', forwardLayer: { layer: 'gru', units: 1 } } }, inputShape: [2, 3, 1] },
  ],
  ({ innerLayer }) => {
    if (innerLayer.gives > 1) {
      throw new MyelinError('argument', `timeDistributed: ${innerLayer.kind} gives ${innerLayer.gives} tensors here, and one is wanted; ` +
        'leave out returnState')
    }
    return {
      call(x, context) {
        const [batch, steps, ...row] = x.shape as [number, number, ...number[]]
        if (x.shape.length < 3 || steps === 0) {
          throw new MyelinError('shape', 'timeDistributed: expected rows of steps with at least one more axis, such as ' +
            `inputShape: [20, 8], received rows of shape ${shapeText(x.shape.slice(1))}`)
        }
        const [y] = callInner(innerLayer, 'inner', [reshape(x, [batch * steps, ...row])], context)
        return reshape(y!, [batch, steps, ...y!.shape.slice(1)])
      },
    }
  },
)
