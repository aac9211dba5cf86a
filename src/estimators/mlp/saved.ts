/** A fitted MLP as data. */
import type { FloatType } from '../../core/index.js'
import { MyelinError, sameShape, shapeText } from '../../core/index.js'
import type { NamedArray } from '../../nn/index.js'
import type { Kind } from '../state.js'
import { count, floats, listOf, oneOf, optional, real, record, text } from '../state.js'
import type { MlpShape } from './network.js'
import type { MlpProgress } from './progress.js'

/** What is kept of training: what attributes tell, and what a warm start goes on with. */
export interface SavedMlp {
  readonly shape: MlpShape
  /** By layers: the matrix, then the bias. */
  readonly weights: readonly Omit<NamedArray, 'name'>[]
  readonly progress: Pick<MlpProgress, 't' | 'standing' | 'bestLoss' | 'bestValidationScore'> &
    { readonly lossCurve: Float64Array, readonly validationScores: Float64Array | null }
  readonly loss: number
  readonly nIter: number
}

const weights: Kind<Omit<NamedArray, 'name'>> = {
  write: ({ shape, data }, at, arrays) => {
    arrays.push({ name: at, shape, data })
    return [...shape]
  },
  read: (json, at, from) => {
    const { shape, data } = from.array(at)
    if (!Array.isArray(json) || !sameShape(json as number[], shape)) from.refuse(at, `the shape ${shapeText(shape)}`, json)
    return { shape, data }
  },
}

const activations: Kind<string | readonly string[]> = {
  write: (value) => value,
  read: (json, at, from) => (Array.isArray(json) ? listOf(text) : text).read(json, at, from),
}

const form = record<SavedMlp>({
  shape: record<MlpShape>({
    sizes: listOf(count), activation: activations, outActivation: oneOf('identity', 'logistic', 'softmax', 'exp'),
    dropout: real, dtype: oneOf<FloatType>('float32', 'float64'), seed: count,
  }),
  weights: listOf(weights),
  progress: record<SavedMlp['progress']>({
    t: count, standing: count, bestLoss: optional(real), bestValidationScore: optional(real), lossCurve: floats(),
    validationScores: optional(floats()),
  }),
  loss: real,
  nIter: count,
})

/** Sizes and arrays are compared before anything is built. */
export const mlpForm: Kind<SavedMlp> = {
  ...form,
  read: (json, at, from) => {
    const saved = form.read(json, at, from)
    const { shape: { sizes, dtype, dropout } } = saved
    const Type = dtype === 'float32' ? Float32Array : Float64Array
    const needed = sizes.slice(1).flatMap((outputs, i) => [[sizes[i]!, outputs], [outputs]])
    const fit = sizes.length >= 2 && sizes[0] === from.features && dropout >= 0 && dropout < 1 &&
      saved.weights.length === needed.length &&
      saved.weights.every(({ shape, data }, i) => sameShape(shape, needed[i]!) && data instanceof Type)
    if (!fit) throw new MyelinError('file', `the weights do not fit the layers [${sizes.join(', ')}] of ${from.features} features`)
    return saved
  },
}
