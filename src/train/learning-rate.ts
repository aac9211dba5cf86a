/** Who may set the learning rate: the optimiser's schedule, or callbacks. */
import { MyelinError } from '../core/index.js'
import type { Optimizer } from '../nn/index.js'
import { isFullBatch } from '../nn/index.js'
import type { Callback } from './callback.js'

const nameOf = (callback: Callback): string => ('kind' in callback ? String(callback.kind) : 'a callback of your own')

/** @throws MyelinError `argument` where what one sets the other would set again */
export function requireOneRate(optimizer: Optimizer, callbacks: readonly Callback[]): void {
  const setters = callbacks.filter(({ setsLearningRate }) => setsLearningRate)
  const [first, second] = setters
  if (!first) return
  if (isFullBatch(optimizer)) {
    throw new MyelinError(
      'argument',
      `fit: ${nameOf(first)} sets the learning rate, but ${optimizer.kind} has none: it searches for the length of each ` +
        'step; leave out the callback',
    )
  }
  const { learningRate } = optimizer
  if (typeof learningRate !== 'number') {
    throw new MyelinError(
      'argument',
      `fit: the learning rate is set by the schedule of the optimiser (${learningRate.kind}) and by ${nameOf(first)}; ` +
        'give the optimiser a number, or leave out the callback',
    )
  }
  if (second && setters.some(({ setsLearningRate }) => setsLearningRate === 'anew')) {
    throw new MyelinError(
      'argument',
      `fit: the learning rate is set by ${nameOf(first)} and by ${nameOf(second)}, of which one overrides the other; ` +
        'leave out one of them',
    )
  }
}

/** @throws MyelinError `argument` or `state` */
export function requireSettable(optimizer: Optimizer, rate: unknown): void {
  if (typeof rate !== 'number' || !(rate >= 0 && rate < Infinity)) {
    throw new MyelinError(
      'argument',
      `learningRate must be a number, at least 0, received ${typeof rate === 'number' ? rate : typeof rate}`,
    )
  }
  if (isFullBatch(optimizer)) {
    throw new MyelinError(
      'state',
      `learningRate cannot be set: ${optimizer.kind} has none, it searches for the length of each step`,
    )
  }
  if (typeof optimizer.learningRate !== 'number') {
    throw new MyelinError(
      'state',
      `learningRate cannot be set: the optimiser has a schedule (${optimizer.learningRate.kind}); give it a number`,
    )
  }
}
