/** What the two halves of a transformer have in common. */
import { MyelinError, shapeText } from '../core/index.js'
import type { Tensor } from '../ops/index.js'
import { add } from '../ops/index.js'
import { activationParameter } from './activations.js'
import { dropped } from './dropping.js'
import { callInner } from './inner-layer.js'
import type { Layer, LayerContext } from './layer.js'
import { dense } from './layers/dense.js'
import { layerNormalization } from './layers/layer-normalization.js'
import { multiHeadAttention } from './layers/multi-head-attention.js'
import type { ValuesOf } from './parameters.js'
import { boolean, integer, number } from './parameters.js'
import { initializerParameter } from './weights.js'

/** KerasHub's options and defaults. */
export const transformerParameters = {
  intermediateDim: integer({ min: 1, help: 'the number of units between the two dense layers' }),
  numHeads: integer({ min: 1, help: 'the number of heads, whose size is that of the features divided by it' }),
  dropout: number({ default: 0, min: 0, below: 1, help: 'the part that is set to 0 of weights between steps and of what each part gives' }),
  activation: activationParameter('relu', 'the function between the two dense layers'),
  layerNormEpsilon: number({ default: 1e-5, min: 0, help: 'what normalisations add to the variance' }),
  kernelInitializer: initializerParameter('glorotUniform', 'the initial weights'),
  biasInitializer: initializerParameter('zeros', 'the initial bias'),
  normalizeFirst: boolean({ default: false, help: 'whether each part is normalised at its beginning instead of behind the sum' }),
}

/** The parts of a block for one call: each adds to what it is given. */
export interface TransformerParts {
  /** Attention of x to itself, or to `value`. */
  attention(name: string, x: Tensor, value: Tensor | null, masks: LayerContext['masks'], useCausalMask: boolean): Tensor
  /** Two dense layers. */
  feedforward(x: Tensor): Tensor
}

/** @throws MyelinError `shape` for rows that are not [steps, features], or with fewer features than heads */
export function transformerParts(
  kind: string, { shape }: Tensor, options: ValuesOf<typeof transformerParameters>, context: LayerContext,
): TransformerParts {
  const { intermediateDim, numHeads, dropout, activation, layerNormEpsilon: epsilon, normalizeFirst } = options
  const features = shape.at(-1)!
  if (shape.length !== 3 || features < numHeads) {
    throw new MyelinError(
      'shape', `${kind}: expected rows of steps and at least ${numHeads} features, one for each head, such as [20, 64], received rows ` +
        `of shape ${shapeText(shape.slice(1))}`)
  }
  const initial = { kernelInitializer: options.kernelInitializer, biasInitializer: options.biasInitializer }
  const inner = (layer: Layer, name: string, inputs: readonly Tensor[], masks?: LayerContext['masks']): Tensor =>
    callInner(layer, name, inputs, context, masks)[0]!
  const part = (name: string, x: Tensor, work: (x: Tensor) => Tensor): Tensor => {
    const normalized = (y: Tensor): Tensor => inner(layerNormalization({ epsilon }), `${name}LayerNorm`, [y])
    const sum = add(dropped(work(normalizeFirst ? normalized(x) : x), dropout, `${name}Dropout`, context), x)
    return normalizeFirst ? sum : normalized(sum)
  }
  return {
    attention: (name, x, value, masks, useCausalMask) => part(name, x, (y) => {
      const layer = multiHeadAttention({ numHeads, keyDim: Math.floor(features / numHeads), dropout, useCausalMask, ...initial })
      return inner(layer, name, [y, value ?? y], masks)
    }),
    feedforward: (x) => part('feedforward', x, (y) => {
      const wide = inner(dense({ units: intermediateDim, activation, ...initial }), 'feedforwardIntermediateDense', [y])
      return inner(dense({ units: features, ...initial }), 'feedforwardOutputDense', [wide])
    }),
  }
}
