/** The scores of all classes as a table: an object, or scikit-learn's text. */

import { MyelinError } from '../core/errors.js'
import type { LabelsOption } from './confusion-matrix.js'
import { classTargets, labelList, sum, type Targets, type WeightOption } from './inputs.js'
import { scoresOf } from './precision-recall.js'

/** What `classificationReport` takes beside the labels. */
export interface ReportOptions extends LabelsOption, WeightOption {
  /** Names of the labels, in their order; default: the labels themselves. */
  readonly targetNames?: readonly string[]
  /** Decimals in the text. Default 2. */
  readonly digits?: number
  /** The score where nothing is there to divide by: 0 (the default), 1, or NaN, which averages leave out. */
  readonly zeroDivision?: number
}

/** Scores of one class or average, under the names of scikit-learn's report. */
export interface ReportScores {
  readonly precision: number
  readonly recall: number
  readonly 'f1-score': number
  readonly support: number
}

/** One entry a class, then `accuracy` (a number) or `micro avg`, then `macro avg`, `weighted avg` and `samples avg`. */
export type ReportObject = Record<string, ReportScores | number>

/**
 * Precision, recall, F1 and support of each class and their averages (scikit-learn's `classification_report`; the text
 * is the same to the letter).
 *
 * @param yTrue one label a row, or rows of indicators
 * @param yPred the same, predicted
 * @param options with `outputDict` the result is an object
 * @throws MyelinError as `precisionRecallFscoreSupport`, and 'argument' when `targetNames` does not fit the labels
 */
export function classificationReport(
  yTrue: Targets, yPred: Targets, options?: ReportOptions & { readonly outputDict?: false },
): string
export function classificationReport(
  yTrue: Targets, yPred: Targets, options: ReportOptions & { readonly outputDict: true },
): ReportObject
export function classificationReport(
  yTrue: Targets, yPred: Targets, options: ReportOptions & { readonly outputDict?: boolean } = {},
): string | ReportObject {
  const metric = 'classificationReport'
  const { targetNames, digits = 2, outputDict = false } = options
  if (!Number.isInteger(digits) || digits < 0 || digits > 100) {
    throw new MyelinError('argument', `${metric}: digits: expected an integer from 0 to 100, received ${digits}`)
  }
  const targets = classTargets(metric, yTrue, yPred)
  const labels = options.labels === undefined ? targets.labels : Array.from(labelList(metric, 'labels', options.labels))
  if (targetNames !== undefined && targetNames.length !== labels.length) {
    throw new MyelinError('argument', `${metric}: targetNames: expected a name for each of the ${labels.length} labels, `
      + `received ${targetNames.length}`)
  }
  const names = targetNames ?? labels.map(String)
  const chosen = { ...options, labels }
  const { precision, recall, fscore, support, floating } = scoresOf(metric, yTrue, yPred, chosen, null)
  const rows = names.map((name, i): [string, ReportScores] => [
    name, { precision: precision[i]!, recall: recall[i]!, 'f1-score': fscore[i]!, support: support![i]! },
  ])
  const isAccuracy = targets.kind !== 'multilabel' && targets.labels.every((label) => labels.includes(label))
  const kinds = ['micro', 'macro', 'weighted', ...targets.kind === 'multilabel' ? ['samples'] as const : []] as const
  const averages = kinds.map((kind): [string, ReportScores] => {
    const { precision, recall, fscore } = scoresOf(metric, yTrue, yPred, chosen, kind)
    return [kind === 'micro' && isAccuracy ? 'accuracy' : `${kind} avg`,
      { precision, recall, 'f1-score': fscore, support: sum(support!) }]
  })
  if (outputDict) {
    return Object.fromEntries([...rows, ...averages.map(([name, scores]) =>
      [name, name === 'accuracy' ? scores.precision : scores] as const)])
  }
  return reportText(rows, averages, digits, floating)
}

function reportText(
  rows: readonly [string, ReportScores][], averages: readonly [string, ReportScores][], digits: number,
  floating: boolean,
): string {
  const width = Math.max(...rows.map(([name]) => [...name].length), 'weighted avg'.length, digits)
  const right = (text: string, size: number): string => ' '.repeat(Math.max(0, size - [...text].length)) + text
  const line = (name: string, cells: readonly string[]): string =>
    `${right(name, width)} ${cells.map((cell) => ` ${right(cell, 9)}`).join('')}\n`
  const show = (score: number): string => Number.isNaN(score) ? 'nan' : fixedHalfEven(score, digits)
  const cells = (name: string, scores: ReportScores): string[] => [
    ...name === 'accuracy' ? ['', ''] : [show(scores.precision), show(scores.recall)],
    show(scores['f1-score']), floating ? pythonFloat(scores.support) : String(scores.support),
  ]
  return line('', ['precision', 'recall', 'f1-score', 'support']) + '\n'
    + rows.map(([name, scores]) => line(name, cells(name === 'accuracy' ? '' : name, scores))).join('') + '\n'
    + averages.map(([name, scores]) => line(name, cells(name, scores))).join('')
}

/** A number with so many decimals; of two that are equally near the even one, as C and Python round. */
export function fixedHalfEven(value: number, digits: number): string {
  const text = value.toFixed(digits)
  const scaled = Math.abs(value) * 10 ** digits
  // a tie is a multiple of 2^-(digits + 1), and then the scaled value is exact
  const tie = Number.isInteger(value * 2 ** (digits + 1)) && scaled - Math.floor(scaled) === 0.5
  return tie && Math.floor(scaled) % 2 === 0
    ? `${value < 0 ? '-' : ''}${(Math.floor(scaled) / 10 ** digits).toFixed(digits)}` : text
}

/** A number as Python prints it: `13.0`, `2.5`, `1e+16`, `1e-05`. */
function pythonFloat(value: number): string {
  const size = Math.abs(value)
  if (size >= 1e16 || (size < 1e-4 && size > 0)) {
    return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2')
  }
  return Number.isInteger(value) ? `${value}.0` : String(value)
}
