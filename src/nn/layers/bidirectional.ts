/** A recurrent layer in both directions. */
import { MyelinError, sameShape, shapeText } from '../../core/index.js'
import { add, concat, flip, mul, reshape, select } from '../../ops/index.js'
import type { Tensor } from '../../ops/index.js'
import { callInner } from '../inner-layer.js'
import type { Layer } from '../layer.js'
import { defineLayerOfSeveral } from '../layer.js'
import { layerParameter, optionalLayerParameter } from '../layer-json.js'
import { choice } from '../parameters.js'
import { isRecurrent } from '../recurrent.js'
import type { RecurrentLayer } from '../recurrent.js'

const refuse = (text: string): never => {
  throw new MyelinError('argument', `bidirectional: ${text}`)
}

const merges: Readonly<Record<string, (a: Tensor, b: Tensor) => Tensor>> = {
  concat: (a, b) => concat([a, b], -1),
  sum: add,
  mul,
  ave: (a, b) => mul(add(a, b), 0.5),
}

function requireRecurrent(name: string, layer: Layer): RecurrentLayer {
  return isRecurrent(layer) ? layer : refuse(`${name} must be a recurrent layer, such as lstm({ units: 32 }), received ${layer.kind}`)
}

/** @throws MyelinError `argument` for two layers that do not go together */
function requirePair({ direction: forward }: RecurrentLayer, { direction: backward }: RecurrentLayer): void {
  if (forward.goBackwards === backward.goBackwards) {
    refuse(`one of the layers must have goBackwards, and the other not; both have goBackwards: ${forward.goBackwards}`)
  }
  for (const name of ['returnSequences', 'returnState', 'stateful'] as const) {
    if (forward[name] !== backward[name]) {
      refuse(`${name} must be the same in both layers, received ${forward[name]} in forwardLayer and ${backward[name]} in backwardLayer`)
    }
  }
}

/**
 * A recurrent layer and one that reads the steps from the last to the first, their outputs joined: [batch, steps, features]
 * -> [batch, 2 · units], or [batch, steps, 2 · units] where the layer has `returnSequences`; without `concat` units in place of
 * 2 · units (Schuster and Paliwal 1997). States to begin with may follow the input, those of the forward layer first; with
 * `returnState` the last states follow the output in the same order (`applyAll`). Outputs of steps that a mask leaves out are
 * zeros. The weights are `forward/kernel`, ... and `backward/kernel`, ...; defaults as Keras's Bidirectional.
 *
 * @throws MyelinError `argument` for a layer that is not recurrent, layers that do not go together, or a wrong number of states;
 * `shape` for rows that are not [steps, features], or outputs that differ and are not to be concatenated
 */
export const bidirectional = defineLayerOfSeveral(
  'bidirectional', [1, Infinity],
  () => ({
    forwardLayer: layerParameter('the recurrent layer', 'a recurrent layer, such as lstm({ units: 32 }) or { layer: "lstm", units: 32 }'),
    backwardLayer: optionalLayerParameter(
      'the layer that reads from the last step to the first; default: one with the options of forwardLayer',
      'a recurrent layer with goBackwards, such as lstm({ units: 32, goBackwards: true })'),
    mergeMode: choice({
      default: 'concat', choices: ['concat', 'sum', 'mul', 'ave'],
      help: 'what is made of the two outputs: one behind the other, their sum, product or mean',
    }),
  }),
  () => [
    { options: { forwardLayer: { layer: 'lstm', units: 2 } }, inputShape: [3, 2] },
    { options: { forwardLayer: { layer: 'gru', units: 2, returnSequences: true, dropout: 0.3 }, mergeMode: 'mul' }, inputShape: [4, 1] },
    {
      options: {
        forwardLayer: { layer: 'simpleRNN', units: 1, returnState: true },
        backwardLayer: { layer: 'lstm', units: 1, returnState: true, goBackwards: true, trainable: false },
        mergeMode: 'ave',
      },
      inputShape: [[3, 2], [1], [1], [1]],
    },
    { options: { forwardLayer: { layer: 'simpleRNN', units: 2, goBackwards: true, kernelRegularizer: 'l2' }, mergeMode: 'sum' }, inputShape: [2, 1] },
  ],
  ({ forwardLayer, backwardLayer, mergeMode }) => {
    const forward = requireRecurrent('forwardLayer', forwardLayer)
    const backward = backwardLayer ? requireRecurrent('backwardLayer', backwardLayer) : forward.direction.reversed()
    requirePair(forward, backward)
    const { returnSequences, returnState, goBackwards, states: own } = forward.direction
    const states = own + backward.direction.states
    return {
      gives: returnState ? 1 + states : 1,
      call([x, ...given], context) {
        if (given.length > 0 && given.length !== states) {
          refuse(`expected ${states} states behind the input, or none, received ${given.length}`)
        }
        const [mask = null] = context.masks
        const run = (layer: Layer, name: string, first: readonly Tensor[]) =>
          callInner(layer, name, [x!, ...first], context, [mask, ...first.map(() => null)]) as readonly [Tensor, ...Tensor[]]
        const [y, ...last] = run(forward, 'forward', given.slice(0, own))
        const [other, ...lastOther] = run(backward, 'backward', given.slice(own))
        if (mergeMode !== 'concat' && !sameShape(y.shape, other.shape)) {
          throw new MyelinError('shape', `bidirectional: the outputs are ${shapeText(y.shape.slice(1))} and ${
            shapeText(other.shape.slice(1))}; give both layers the same units, or concatenate`)
        }
        // both in the order of the forward layer
        const merged = merges[mergeMode]!(y, returnSequences ? flip(other, 1) : other)
        const counts = returnSequences && mask ? reshape(goBackwards ? flip(mask, 1) : mask, [...mask.shape, 1]) : null
        const output = counts ? select(counts, merged, 0) : merged
        return returnState ? [output, ...last, ...lastOther] : output
      },
      mask: (_, { masks }) => (returnSequences ? masks[0]! : null),
    }
  },
)
