/** Precision, recall and F1 of each class as a table. */

import { formatCount } from './format.js'
import { painter, type TerminalStyle } from './style.js'
import { align, displayWidth, printable, shorten } from './text.js'

interface Scores {
  readonly precision: number
  readonly recall: number
  readonly f1: number
  readonly support: number
}

/** The part of what `precisionRecallF1` returns that is shown. */
export interface ReportScores {
  readonly perClass: readonly Scores[]
  readonly accuracy: number
  readonly macro: Scores
  readonly weighted: Scores
}

const longestLabel = 32

/**
 * The report of a classifier, at most 72 cells wide.
 *
 * @param scores what `precisionRecallF1` returns
 * @param labels the names of the classes, in the order of their indices; a class without one gets its index
 */
export function classificationReport(
  scores: ReportScores,
  labels: readonly string[],
  style: TerminalStyle = {},
): string {
  const paint = painter(style)
  const names = scores.perClass.map((_, i) => shorten(printable(labels[i] ?? String(i)), longestLabel, style.ascii))
  const averages = ['accuracy', 'macro average', 'weighted average']
  const width = Math.max(...[...names, ...averages].map(displayWidth))
  const line = (name: string, cells: readonly string[]): string =>
    [align(name, width, 'left'), ...cells.map((cell, i) => cell.padStart([9, 6, 5, 7][i]!))].join('  ')
  const row = (name: string, { precision, recall, f1, support }: Scores): string =>
    line(name, [...[precision, recall, f1].map(value => value.toFixed(3)), formatCount(support)])
  const rule = paint('dim', (style.ascii ? '-' : '─').repeat(width + 35))
  return [
    paint('bold', line('', ['precision', 'recall', 'F1', 'samples'])),
    rule,
    ...names.map((name, i) => row(name, scores.perClass[i]!)),
    rule,
    line('accuracy', ['', '', scores.accuracy.toFixed(3), formatCount(scores.macro.support)]),
    row('macro average', scores.macro),
    row('weighted average', scores.weighted),
  ].join('\n')
}
