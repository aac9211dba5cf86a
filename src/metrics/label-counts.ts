/** Hits, predicted and true rows of each label, one against the others. */

import { MyelinError } from '../core/errors.js'
import type { LabelsOption } from './confusion-matrix.js'
import {
  classTargets, labelList, positions, sum, weightsOf, type Label, type Targets, type WeightOption,
} from './inputs.js'

/** Of each label (or row, or of all): hits, predicted and true rows, each with its weight, and the weight of all. */
export interface LabelCounts {
  readonly hits: number[]
  readonly predicted: number[]
  readonly support: number[]
  readonly total: number
  /** Whether scikit-learn would hold these counts as floating point numbers, which its report's text shows. */
  readonly floating: boolean
  /** The labels that were counted; with `samplewise` there are none. */
  readonly labels: readonly Label[]
}

/** Counts each label on its own, one against the others; or, `samplewise`, the labels of each row. */
export function countLabels(
  metric: string, yTrue: Targets, yPred: Targets, options: LabelsOption & WeightOption, samplewise = false,
): LabelCounts {
  const targets = classTargets(metric, yTrue, yPred)
  const weights = weightsOf(metric, options, targets.rows)
  const chosen = options.labels === undefined ? targets.labels : Array.from(labelList(metric, 'labels', options.labels))
  const zeros = (): number[] => new Array<number>(samplewise ? targets.rows : chosen.length).fill(0)
  const [hits, predicted, support] = [zeros(), zeros(), zeros()]
  if (targets.kind === 'multilabel') {
    const stranger = chosen.find((label) => !targets.labels.includes(label as number))
    if (stranger !== undefined) {
      throw new MyelinError('argument', `${metric}: labels: expected numbers of columns from 0 to `
        + `${targets.columns - 1}, received ${stranger}`)
    }
    for (let row = 0; row < targets.rows; row++) {
      const weight = weights === undefined ? 1 : weights[row]!
      chosen.forEach((label, i) => {
        const at = row * targets.columns + (label as number)
        const into = samplewise ? row : i
        hits[into]! += weight * targets.yTrue[at]! * targets.yPred[at]!
        predicted[into]! += weight * targets.yPred[at]!
        support[into]! += weight * targets.yTrue[at]!
      })
    }
  } else {
    if (samplewise) {
      throw new MyelinError('argument', `${metric}: average "samples" needs rows of indicators, received one label a row`)
    }
    const place = positions(targets.labels, chosen)
    for (let row = 0; row < targets.rows; row++) {
      const weight = weights === undefined ? 1 : weights[row]!
      const [i, j] = [place[targets.yTrue[row]!]!, place[targets.yPred[row]!]!]
      if (i >= 0) support[i]! += weight
      if (j >= 0) predicted[j]! += weight
      if (i >= 0 && i === j) hits[i]! += weight
    }
  }
  const total = weights === undefined ? targets.rows : sum(weights)
  // there, numbers of rows turn into floating point numbers by weights, and when no row at all is right
  const floating = weights !== undefined
    || (targets.kind !== 'multilabel' && !targets.yTrue.some((code, row) => code === targets.yPred[row]))
  return { hits, predicted, support, total, floating, labels: chosen }
}

/** What `multilabelConfusionMatrix` takes beside the labels. */
export interface MultilabelConfusionOptions extends LabelsOption, WeightOption {
  /** Whether a matrix is made for each row instead of each label (for rows of indicators). Default false. */
  readonly samplewise?: boolean
}

/**
 * For each label `[[true negatives, false positives], [false negatives, true positives]]`, the label against all others
 * (scikit-learn's `multilabel_confusion_matrix`).
 *
 * @throws MyelinError as `accuracyScore`, and 'argument' for labels that are no columns
 */
export function multilabelConfusionMatrix(
  yTrue: Targets, yPred: Targets, { samplewise = false, ...options }: MultilabelConfusionOptions = {},
): number[][][] {
  const { hits, predicted, support, total, labels } =
    countLabels('multilabelConfusionMatrix', yTrue, yPred, options, samplewise)
  return hits.map((hit, i) => {
    const [wrong, missed] = [predicted[i]! - hit, support[i]! - hit]
    const all = !samplewise ? total : labels.length * (options.sampleWeight === undefined ? 1 : options.sampleWeight[i]!)
    return [[all - hit - wrong - missed, wrong], [missed, hit]]
  })
}
