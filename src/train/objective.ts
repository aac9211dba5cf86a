/** What training lessens and what it measures: losses with their weights, and metrics, for each output. */
import { MyelinError } from '../core/index.js'
import type { Loss, LossFunction, Metric } from '../nn/index.js'
import { lossFromFunction, losses, resolve, resolveMetric } from '../nn/index.js'
import { prefixed } from './history.js'

/** A component by its name, or by its name with options, as in JSON. */
export type Named = string | ({ readonly name: string } & Readonly<Record<string, unknown>>)
/** A loss by its name with or without options, ready, or as a function of one's own. */
export type LossLike = Named | Loss | LossFunction
/** Of a model with several outputs: a list in their order, or an object with their names. */
export type PerOutput<T> = readonly T[] | Readonly<Record<string, T>>
/** Metrics by their names; with several outputs, a list of names for each. */
export type MetricsLike = readonly string[] | PerOutput<readonly string[]>

/** The part of `compile` that says what is minimised and what is shown. */
export interface ObjectiveOptions {
  /** One for all outputs, or one for each. */
  readonly loss: LossLike | PerOutput<LossLike>
  /** The factor of each output's loss in the sum; default 1. */
  readonly lossWeights?: PerOutput<number>
  /** `accuracy`, or losses by their names; with several outputs, such a list for each. Default none. */
  readonly metrics?: MetricsLike
  /**
   * As `metrics`, but rows count with their weights (sample weight times class weight): the sum of weight times value over
   * the sum of weights. In the history by their names, or, where `metrics` has the same, as `weightedAccuracy`.
   */
  readonly weightedMetrics?: MetricsLike
}

/** A metric of one output. */
export interface OutputMetric extends Metric {
  readonly output: number
  /** Whether rows count with their weights: so in weighted metrics and in an output's part of the loss. */
  readonly weighted: boolean
  /** What the sum over rows is divided by: their number, or the sum of their weights. */
  readonly over: 'rows' | 'weights'
}

export interface Objective {
  /** One for each output. */
  readonly losses: readonly Loss[]
  readonly lossWeights: readonly number[]
  readonly metrics: readonly OutputMetric[]
}

/**
 * @param names those of the outputs; where there are several, metrics are called `name_accuracy`, and each output's own
 * loss is one of them, `name_loss`, as in Keras
 * @throws MyelinError `argument` for unknown names, and for too few or too many of anything
 */
export function objectiveOf(names: readonly string[], options: ObjectiveOptions): Objective {
  const { loss, lossWeights, metrics = [], weightedMetrics = [] } = options
  if (loss === undefined)
    throw new MyelinError('argument', 'compile: the option "loss" is missing, such as "meanSquaredError"')
  const ownLosses = (
    isOneLoss(loss, names) ? names.map(() => loss) : perOutput('loss', names, loss as PerOutput<LossLike>)
  ).map(lossOf)
  const weights: readonly unknown[] = withDefault('lossWeights', names, lossWeights ?? {}, 1)
  weights.forEach((weight) => {
    if (typeof weight !== 'number' || !(weight >= 0 && weight < Infinity)) {
      throw new MyelinError(
        'argument',
        `compile: lossWeights must be numbers from 0 up, received ${String(weight)}`,
      )
    }
  })
  const unweighted = metricsOf('metrics', names, metrics, [])
  const weighted = metricsOf('weightedMetrics', names, weightedMetrics, unweighted)
  const own = [...unweighted, ...weighted]
  if (names.length === 1) return { losses: ownLosses, lossWeights: weights as number[], metrics: own }
  const partsOfLoss = names.map(
    (name, output): OutputMetric => ({
      name: `${name}_loss`,
      output,
      weighted: true,
      over: 'rows',
      call: (prediction, target) => ownLosses[output]!.call(prediction, target),
    }),
  )
  return { losses: ownLosses, lossWeights: weights as number[], metrics: [...partsOfLoss, ...own] }
}

/** @param others metrics whose names are taken: where there are such, these are the weighted ones */
function metricsOf(
  what: 'metrics' | 'weightedMetrics',
  names: readonly string[],
  given: MetricsLike,
  others: readonly OutputMetric[],
): OutputMetric[] {
  const several = names.length > 1
  const lists: readonly unknown[] =
    !several && Array.isArray(given) ? [given] : perOutputOrNone(what, names, given)
  const weighted = what === 'weightedMetrics'
  return lists.flatMap((list, output) => {
    if (!Array.isArray(list)) {
      throw new MyelinError(
        'argument',
        `compile: ${what}${several ? ` of output "${names[output]}"` : ''} must be a list, such as ["accuracy"]`,
      )
    }
    return list.map((item: unknown): OutputMetric => {
      const metric = resolveMetric(item)
      const prefix = several ? `${names[output]}_` : ''
      const plain = `${prefix}${metric.name}`
      const name = others.some((other) => other.name === plain) ? prefix + prefixed('weighted', metric.name) : plain
      return { ...metric, name, output, weighted, over: weighted ? 'weights' : 'rows' }
    })
  })
}

const isOneLoss = (loss: ObjectiveOptions['loss'], names: readonly string[]): loss is LossLike =>
  typeof loss !== 'object' ||
  loss === null ||
  (!Array.isArray(loss) && ('kind' in loss || ('name' in loss && !names.includes('name'))))

const lossOf = (loss: LossLike): Loss =>
  typeof loss === 'function' && !('kind' in loss)
    ? lossFromFunction(loss)
    : (resolve('loss', losses, loss) as Loss)

/** Outputs that an object does not name have no metrics. */
function perOutputOrNone(what: string, names: readonly string[], metrics: MetricsLike): readonly unknown[] {
  if (Array.isArray(metrics) && metrics.length === 0) return names.map(() => [])
  return withDefault<unknown>(what, names, metrics as PerOutput<unknown>, [])
}

/** As `perOutput`, where an object need not name every output. */
const withDefault = <T>(what: string, names: readonly string[], given: PerOutput<T>, fallback: T): readonly T[] =>
  Array.isArray(given) || typeof given !== 'object' || given === null
    ? perOutput(what, names, given)
    : perOutput(what, names, { ...Object.fromEntries(names.map((name) => [name, fallback])), ...given })

function perOutput<T>(what: string, names: readonly string[], given: PerOutput<T>): readonly T[] {
  const list: readonly T[] | undefined = Array.isArray(given)
    ? given
    : typeof given === 'object' && given !== null && Object.keys(given).every((name) => names.includes(name))
      ? names.map((name) => (given as Readonly<Record<string, T>>)[name]!)
      : undefined
  if (!list || list.length !== names.length || list.includes(undefined as T)) {
    throw new MyelinError(
      'argument',
      `compile: ${what} must be a list with one entry for each output, or an object with their names: ` +
        names.join(', '),
    )
  }
  return list
}
