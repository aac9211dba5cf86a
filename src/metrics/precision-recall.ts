/** Precision, recall, F and Jaccard scores, of each class and averaged. */

import { MyelinError } from '../core/errors.js'
import type { LabelsOption } from './confusion-matrix.js'
import { average, checkOption, classTargets, sum, type Label, type Targets, type WeightOption } from './inputs.js'
import { countLabels, type LabelCounts } from './label-counts.js'

/**
 * How the scores of the labels become one:
 *
 * - `binary`: the score of `posLabel` alone, for two classes
 * - `micro`: the hits of all labels together
 * - `macro`: the plain mean over the labels
 * - `weighted`: the mean weighted by the labels' true rows
 * - `samples`: the mean over rows, for rows of indicators
 */
export type Average = 'binary' | 'micro' | 'macro' | 'weighted' | 'samples'

/** Without an average one score a label, else one in all. */
export type Averaged<A> = A extends null ? number[] : number

/** What precision, recall, F1 and Jaccard scores take beside the labels. */
export interface AverageOptions<A extends Average | null> extends LabelsOption, WeightOption {
  /** Default `binary`; null: a score for each label. */
  readonly average?: A
  /** The class that counts with average `binary`. Default 1. */
  readonly posLabel?: Label
  /** The score where nothing is there to divide by: 0 (the default), 1, or NaN, which averages leave out. */
  readonly zeroDivision?: number
}

/** What F scores take beside the labels. */
export interface FbetaOptions<A extends Average | null> extends AverageOptions<A> {
  /** How many times recall counts as much as precision. Default 1. */
  readonly beta?: number
}

/** Precision = hits / predicted, recall = hits / true, F = their weighted harmonic mean. */
export interface PrecisionRecallFscore<T> {
  readonly precision: T
  readonly recall: T
  readonly fscore: T
  /** The (weighted) number of true rows of each label; null where labels are averaged. */
  readonly support: number[] | null
}

/** Counts as `average` asks for: one entry a label, a row, or in all. */
function countsOf(
  metric: string, yTrue: Targets, yPred: Targets, options: AverageOptions<Average | null>, kind: Average | null,
): LabelCounts {
  const { posLabel = 1, zeroDivision = 0 } = options
  checkOption(metric, 'average', kind, ['binary', 'micro', 'macro', 'weighted', 'samples', null])
  checkOption(metric, 'zeroDivision', zeroDivision, [0, 1, NaN])
  if (kind !== 'binary') {
    const counts = countLabels(metric, yTrue, yPred, options, kind === 'samples')
    if (kind !== 'micro') return counts
    return {
      ...counts, hits: [sum(counts.hits)], predicted: [sum(counts.predicted)], support: [sum(counts.support)],
    }
  }
  const targets = classTargets(metric, yTrue, yPred)
  if (targets.kind !== 'binary') {
    throw new MyelinError('argument', `${metric}: average "binary" needs two classes, received ${
      targets.kind === 'multilabel' ? 'rows of indicators' : `${targets.labels.length} classes`}; choose average `
      + '"micro", "macro", "weighted" or null')
  }
  if (targets.labels.length === 2 && !targets.labels.includes(posLabel)) {
    throw new MyelinError('argument', `${metric}: posLabel: expected one of ${targets.labels.map((label) =>
      JSON.stringify(label)).join(' and ')}, received ${JSON.stringify(posLabel)}`)
  }
  return countLabels(metric, yTrue, yPred, { ...options, labels: [posLabel] })
}

/** The mean of the scores that are numbers; without weights where those sum to 0. */
function meanWithoutNaN(scores: number[], weights: ArrayLike<number> | undefined): number {
  const kept = scores.map((_, i) => i).filter((i) => !Number.isNaN(scores[i]))
  if (kept.length === 0) return NaN
  const chosen = kept.map((i) => scores[i]!)
  const chosenWeights = weights && kept.map((i) => weights[i]!)
  return average(chosen, chosenWeights && sum(chosenWeights) !== 0 ? chosenWeights : undefined)
}

/** The three scores and the support under a metric's own name and default. */
export function scoresOf<A extends Average | null>(
  metric: string, yTrue: Targets, yPred: Targets, options: FbetaOptions<A>, kind: A,
): PrecisionRecallFscore<Averaged<A>> & { readonly floating: boolean } {
  const { beta = 1, zeroDivision = 0 } = options
  if (!(beta >= 0)) {
    throw new MyelinError('argument', `${metric}: beta: expected a number of at least 0, received ${beta}`)
  }
  const { hits, predicted, support, floating } = countsOf(metric, yTrue, yPred, options, kind)
  const divide = (part: number, whole: number): number => whole === 0 ? zeroDivision : part / whole
  const precision = hits.map((hit, i) => divide(hit, predicted[i]!))
  const recall = hits.map((hit, i) => divide(hit, support[i]!))
  const squared = beta * beta
  const fscore = beta === Infinity ? recall : beta === 0 ? precision : hits.map((hit, i) =>
    divide((1 + squared) * hit, squared * support[i]! + predicted[i]!))
  if (kind === null) {
    return { precision, recall, fscore, support, floating } as unknown as ReturnType<typeof scoresOf<A>>
  }
  const weights = kind === 'weighted' ? support : kind === 'samples' ? options.sampleWeight : undefined
  const [p, r, f] = [precision, recall, fscore].map((scores) => meanWithoutNaN(scores, weights))
  return { precision: p, recall: r, fscore: f, support: null, floating } as unknown as ReturnType<typeof scoresOf<A>>
}

/**
 * Precision, recall, F score and support of each label, or averaged (scikit-learn's `precision_recall_fscore_support`).
 *
 * @param yTrue one label a row, or rows of indicators
 * @param yPred the same, predicted
 * @param options `average` is null by default: a score for each label, in the order of `labels`
 * @throws MyelinError 'shape' for different lengths or forms, 'argument' for no rows, what is no label, or an average
 *   that these targets do not have
 */
export function precisionRecallFscoreSupport<A extends Average | null = null>(
  yTrue: Targets, yPred: Targets, options: FbetaOptions<A> = {},
): PrecisionRecallFscore<Averaged<A>> {
  const kind = (options.average ?? null) as A
  const { precision, recall, fscore, support } =
    scoresOf('precisionRecallFscoreSupport', yTrue, yPred, options, kind)
  return { precision, recall, fscore, support }
}

const byDefault = <A extends Average | null>(options: AverageOptions<A>): A =>
  (options.average === undefined ? 'binary' : options.average) as A

/**
 * The share of the rows predicted to be of a class that are of it (scikit-learn's `precision_score`).
 *
 * @throws MyelinError as `precisionRecallFscoreSupport`
 */
export function precisionScore<A extends Average | null = 'binary'>(
  yTrue: Targets, yPred: Targets, options: AverageOptions<A> = {},
): Averaged<A> {
  return scoresOf('precisionScore', yTrue, yPred, options, byDefault(options)).precision
}

/**
 * The share of the rows of a class that are predicted to be of it (scikit-learn's `recall_score`).
 *
 * @throws MyelinError as `precisionRecallFscoreSupport`
 */
export function recallScore<A extends Average | null = 'binary'>(
  yTrue: Targets, yPred: Targets, options: AverageOptions<A> = {},
): Averaged<A> {
  return scoresOf('recallScore', yTrue, yPred, options, byDefault(options)).recall
}

/**
 * The harmonic mean of precision and recall: 2 hits / (predicted + true) (scikit-learn's `f1_score`).
 *
 * @throws MyelinError as `precisionRecallFscoreSupport`
 */
export function f1Score<A extends Average | null = 'binary'>(
  yTrue: Targets, yPred: Targets, options: AverageOptions<A> = {},
): Averaged<A> {
  return scoresOf('f1Score', yTrue, yPred, { ...options, beta: 1 }, byDefault(options)).fscore
}

/**
 * The harmonic mean of precision and recall with recall counting `beta` times as much:
 * (1 + beta²) hits / (beta² true + predicted) (scikit-learn's `fbeta_score`; van Rijsbergen 1979).
 *
 * @throws MyelinError as `precisionRecallFscoreSupport`, and 'argument' without `beta`
 */
export function fbetaScore<A extends Average | null = 'binary'>(
  yTrue: Targets, yPred: Targets, options: FbetaOptions<A> & { readonly beta: number },
): Averaged<A> {
  if (options?.beta === undefined) {
    throw new MyelinError('argument', 'fbetaScore: beta: expected a number of at least 0, received none')
  }
  return scoresOf('fbetaScore', yTrue, yPred, options, byDefault(options)).fscore
}

/**
 * Hits / (true or predicted): the size of the intersection by that of the union (scikit-learn's `jaccard_score`).
 *
 * @throws MyelinError as `precisionRecallFscoreSupport`
 */
export function jaccardScore<A extends Average | null = 'binary'>(
  yTrue: Targets, yPred: Targets, options: AverageOptions<A> = {},
): Averaged<A> {
  const kind = byDefault(options) as Average | null
  const { zeroDivision = 0 } = options
  const { hits, predicted, support } = countsOf('jaccardScore', yTrue, yPred, options, kind)
  const scores = hits.map((hit, i) => {
    const union = support[i]! + predicted[i]! - hit
    return union === 0 ? zeroDivision : hit / union
  })
  if (kind === null) return scores as Averaged<A>
  const weights = kind === 'weighted' && support.some((rows) => rows !== 0) ? support
    : kind === 'samples' ? options.sampleWeight : undefined
  return average(scores, weights) as Averaged<A>
}
