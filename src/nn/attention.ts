/** What attention layers have in common. */
import { MyelinError, shapeText } from '../core/index.js'
import type { Tensor } from '../ops/index.js'
import { greaterEqual, matmul, mul, reshape, select, softmax, sub, tensor } from '../ops/index.js'
import { dropped } from './dropping.js'
import type { LayerContext } from './layer.js'
import { boolean, number } from './parameters.js'

export const attentionParameters = {
  dropout: number({ default: 0, min: 0, below: 1, help: 'the part of the weights between steps that is set to 0 in training' }),
  useCausalMask: boolean({ default: false, help: 'whether a step sees itself and those before alone' }),
  returnAttentionScores: boolean({ default: false, help: 'whether the weights between steps, softmax(scores), are given as well' }),
}

/** What is added where a score does not count. */
const farBelow = -1e9

const placesTo = (count: number): Tensor => tensor(Int32Array.from({ length: count }, (_, i) => i))

/** int32 [steps, others]: 1 where a step stands at the other's place or behind it. */
const causalMask = (places: Tensor, others: number): Tensor =>
  greaterEqual(reshape(places, [places.shape[0]!, 1]), placesTo(others))

/** Of masks those that are there, together; null where there is none. */
export const both = (...masks: readonly (Tensor | null)[]): Tensor | null =>
  masks.reduce((all, mask) => (all && mask ? mul(all, mask) : (all ?? mask)), null)

interface Attending {
  readonly dropout: number
  readonly useCausalMask: boolean
  readonly returnAttentionScores: boolean
  /** Whether a score that does not count is made small, or replaced: among none that count the weights are then alike. */
  readonly replaced: boolean
}

/**
 * softmax(scores) values: scores [batch, ..., steps, others] and values [batch, ..., others, size] give [batch, ..., steps,
 * size] and, with `returnAttentionScores`, softmax(scores) behind it.
 * @param mask which scores count, in a shape that stretches over them; null: all
 */
export function attend(
  scores: Tensor, values: Tensor, mask: Tensor | null, { dropout, useCausalMask, returnAttentionScores, replaced }: Attending,
  context: LayerContext,
): readonly [Tensor, ...Tensor[]] {
  const [steps, others] = scores.shape.slice(-2) as [number, number]
  const counts = both(mask, useCausalMask ? causalMask(context.past?.places ?? placesTo(steps), others) : null)
  const kept = counts ? select(counts, scores, replaced ? farBelow : sub(scores, -farBelow)) : scores
  const weights = softmax(kept)
  const y = matmul(dropped(weights, dropout, 'dropout', context), values)
  return returnAttentionScores ? [y, weights] : [y]
}

/** @throws MyelinError `shape` unless these are [batch, steps, features], and key and value have the same steps */
export function requireSequences(kind: string, query: Tensor, value: Tensor, key: Tensor): void {
  const wrong = [query, value, key].find(({ shape }) => shape.length !== 3 || shape[1] === 0)
  if (wrong) {
    throw new MyelinError(
      'shape', `${kind}: expected rows of steps and features, such as [20, 64], received rows of shape ${shapeText(wrong.shape.slice(1))}`)
  }
  if (key.shape[1] !== value.shape[1]) {
    throw new MyelinError('shape', `${kind}: key and value must have the same number of steps, received ${key.shape[1]} and ${value.shape[1]}`)
  }
}
