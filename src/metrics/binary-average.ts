/** A score for two classes as one of several: each class or label against the others, averaged. */

import { MyelinError } from '../core/errors.js'
import { average, checkOption, checkRows, sum, type Table } from './inputs.js'

/**
 * - `micro`: all cells of the indicators together
 * - `macro`: the plain mean over the labels
 * - `weighted`: the mean weighted by the labels' true rows
 * - `samples`: the mean over rows
 */
export type ScoreAverage = 'micro' | 'macro' | 'weighted' | 'samples'

export const scoreAverages = ['micro', 'macro', 'weighted', 'samples', null] as const

export type BinaryMetric = (
  yTrue: ArrayLike<number>, scores: ArrayLike<number>, sampleWeight: ArrayLike<number> | undefined,
) => number

const column = ({ data, rows, columns }: Table, j: number): Float64Array =>
  Float64Array.from({ length: rows }, (_, row) => data[row * columns + j]!)

const rowOf = ({ data, columns }: Table, row: number): Float64Array =>
  Float64Array.from({ length: columns }, (_, j) => data[row * columns + j]!)

/** @param truth indicators; @param scores as many */
export function averageBinary(
  metric: string, binary: BinaryMetric, truth: Table, scores: Table, kind: ScoreAverage | null,
  weights: Float64Array | undefined,
): number | number[] {
  checkOption(metric, 'average', kind, scoreAverages)
  checkRows(metric, truth.rows, scores.rows)
  if (truth.columns !== scores.columns) {
    throw new MyelinError('shape', `${metric}: expected a score for each of the ${truth.columns} labels, received `
      + `${scores.columns} columns of scores`)
  }
  const { rows, columns } = truth
  if (kind === 'micro') {
    const repeated = weights && Float64Array.from({ length: rows * columns }, (_, i) => weights[Math.floor(i / columns)]!)
    return binary(truth.data, scores.data, repeated)
  }
  if (kind === 'samples') {
    const values = Array.from({ length: rows }, (_, row) => weights?.[row] === 0 ? 0
      : binary(rowOf(truth, row), rowOf(scores, row), undefined))
    return average(values, weights)
  }
  const support = kind !== 'weighted' ? undefined : Array.from({ length: columns }, (_, j) =>
    sum(column(truth, j).map((cell, row) => cell * (weights === undefined ? 1 : weights[row]!))))
  if (support !== undefined && Math.abs(sum(support)) <= 1e-8) return 0
  const values = Array.from({ length: columns }, (_, j) => support?.[j] === 0 ? 0
    : binary(column(truth, j), column(scores, j), weights))
  return kind === null ? values : average(values, support)
}

/** Indicators of the classes, one column each. */
export function indicatorsOf(codes: ArrayLike<number>, classes: number): Table {
  const data = new Float64Array(codes.length * classes)
  for (let row = 0; row < codes.length; row++) data[row * classes + codes[row]!] = 1
  return { data, rows: codes.length, columns: classes, flat: false }
}
