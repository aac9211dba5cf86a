/** What is measured beside the loss: accuracy, and every loss by its name. */
import { MyelinError, sameShape, shapeText } from '../core/index.js'
import type { FloatType } from '../core/index.js'
import type { Tensor } from '../ops/index.js'
import { argMax, cast, equal, greater } from '../ops/index.js'
import { aliases, kindsOf, resolve } from './component.js'
import type { Loss } from './loss.js'
import { meanOfRow } from './loss.js'
import * as losses from './losses/index.js'
import { shortName, suggestion } from './nearest-name.js'

/** What is shown beside the loss: a value for each row, of which the mean is taken. */
export interface Metric {
  /** The name in the history, as it was given: `accuracy`. */
  readonly name: string
  /** @returns [batch]: the value of each row, of which the mean is shown */
  call(prediction: Tensor, target: Tensor): Tensor
}

/**
 * The part of rows that are right, chosen by shapes as in Keras: with one output, prediction > 0.5 against targets 0
 * and 1; with one-hot targets, where the greatest output is; with class numbers, which class it is.
 */
const accuracy: Metric = {
  name: 'accuracy',
  call(prediction, target) {
    const dtype = prediction.dtype as FloatType
    if (target.dtype === 'int32') return meanOfRow(cast(equal(argMax(prediction, { axis: -1 }), target), dtype))
    if (!sameShape(prediction.shape, target.shape)) {
      throw new MyelinError(
        'shape',
        `accuracy: predictions ${shapeText(prediction.shape)} and targets ${shapeText(target.shape)} do not fit`,
      )
    }
    if (prediction.shape.at(-1) === 1)
      return meanOfRow(cast(equal(cast(greater(prediction, 0.5), dtype), target), dtype))
    return meanOfRow(cast(equal(argMax(prediction, { axis: -1 }), argMax(target, { axis: -1 })), dtype))
  },
}

/** Names of what can be measured. */
export const metricNames: readonly string[] = ['accuracy', ...kindsOf(losses), ...Object.keys(aliases)]

/**
 * The metric of a name, as `compile` takes it.
 *
 * @throws MyelinError `argument` for an unknown name
 */
export function resolveMetric(name: unknown): Metric {
  if (name === 'accuracy') return accuracy
  if (typeof name !== 'string' || !metricNames.includes(name)) {
    throw new MyelinError(
      'argument',
      `metrics: unknown metric ${typeof name === 'string' ? `"${shortName(name)}"` : typeof name}` +
        suggestion(String(name), metricNames),
    )
  }
  const loss = resolve('metrics', losses, name) as Loss
  return { name, call: (prediction, target) => loss.call(prediction, target) }
}
