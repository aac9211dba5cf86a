/** The network of an MLP with scikit-learn's initial weights. */
import type { FloatType } from '../../core/index.js'
import { MyelinError } from '../../core/index.js'
import type { Layer, NamedArray } from '../../nn/index.js'
import { dense, dropout } from '../../nn/index.js'
import type { Matrix, Model } from '../../train/index.js'
import { sequential } from '../../train/index.js'
import type { RandomState } from '../mt19937.js'
import { activationNames } from './parameters.js'

/** scikit-learn's names of the activations of the last layer. */
export type OutActivation = 'identity' | 'logistic' | 'softmax' | 'exp'
const outNames = { identity: 'linear', logistic: 'sigmoid', softmax: 'softmax', exp: 'exponential' } as const

export interface MlpShape {
  /** Features, the units of each hidden layer, outputs. */
  readonly sizes: readonly number[]
  /** One for all hidden layers, or one for each. */
  readonly activation: string | readonly string[]
  readonly outActivation: OutActivation
  readonly dropout: number
  readonly dtype: FloatType
  /** Of the dropout masks. */
  readonly seed: number
}

const layerName = (i: number): string => `layer_${i + 1}`

/** The activation of each hidden layer. @throws MyelinError `argument` for another number of them */
function hiddenActivations({ activation, sizes }: MlpShape): readonly string[] {
  const hidden = sizes.length - 2
  if (typeof activation === 'string') return Array.from({ length: hidden }, () => activation)
  if (activation.length === hidden) return activation
  throw new MyelinError(
    'argument',
    `activation: ${activation.length} names for ${hidden} hidden layers; give one for each, or one name for all`,
  )
}

export function buildMlp(shape: MlpShape): Model {
  const { sizes, outActivation, dropout: rate, dtype, seed } = shape
  const hidden = hiddenActivations(shape)
  const layers = sizes.slice(1).flatMap((units, i): Layer[] => {
    const name = hidden[i]
    const activation = name === undefined ? outNames[outActivation] : { ...activationNames as Record<string, string> }[name] ?? name
    const layer = dense({ units, activation, name: layerName(i) })
    return name !== undefined && rate > 0 ? [layer, dropout({ rate, name: `dropout_${i + 1}` })] : [layer]
  })
  const model = sequential(layers, { dtype, seed, name: 'mlp' })
  model.build([sizes[0]!])
  return model
}

/**
 * The weights with which scikit-learn begins: layer by layer, first the matrix by rows, then the bias, uniform in
 * ±√(6 / (inputs + outputs)) (Glorot and Bengio 2010), with 2 in place of 6 for `logistic`. The last layer counts as
 * having the activation of the one before it.
 */
export function initialWeights(shape: MlpShape, random: RandomState): NamedArray[] {
  const { sizes, activation } = shape
  const hidden = hiddenActivations(shape)
  return sizes.slice(1).flatMap((outputs, i): NamedArray[] => {
    const inputs = sizes[i]!
    const own = hidden[i] ?? hidden.at(-1) ?? activation
    const bound = Math.sqrt((own === 'logistic' ? 2 : 6) / (inputs + outputs))
    const draw = (count: number): Float64Array => {
      const values = new Float64Array(count)
      for (let i = 0; i < count; i++) values[i] = random.uniform(-bound, bound)
      return values
    }
    return [
      { name: `${layerName(i)}/kernel`, shape: [inputs, outputs], data: draw(inputs * outputs) },
      { name: `${layerName(i)}/bias`, shape: [outputs], data: draw(outputs) },
    ]
  })
}

/** The matrices of weights, [inputs, outputs] each. */
export const coefsOf = (model: Model): Matrix[] =>
  model.getWeights().filter(({ name }) => name.endsWith('/kernel')).map(({ data, shape }) => ({ data, shape }))

/** The biases. */
export const interceptsOf = (model: Model): (Float32Array | Float64Array)[] =>
  model.getWeights().filter(({ name }) => name.endsWith('/bias')).map(({ data }) => data as Float32Array | Float64Array)
