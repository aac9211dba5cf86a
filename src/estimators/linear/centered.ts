/** Rows made ready for least squares: means taken off, multiplied by the roots of their weights, as matrices. */
import type { Matrix as Dense } from 'ml-matrix'
import type { NumberRows } from '../supervised/regressor.js'
import type { LinearWeights } from './linear-scores.js'

export interface Centered {
  readonly X: Dense
  readonly y: Dense
  readonly xMeans: Float64Array
  readonly yMeans: Float64Array
}

/** The weighted mean of each column; zeros where there is no bias. */
function means(data: Float64Array, columns: number, weights: Float64Array | null): Float64Array {
  const rows = data.length / columns
  const sums = new Float64Array(columns)
  let total = 0
  for (let i = 0; i < rows; i++) {
    const weight = weights ? weights[i]! : 1
    total += weight
    for (let j = 0; j < columns; j++) sums[j]! += weight * data[i * columns + j]!
  }
  return sums.map((sum) => sum / total)
}

function ready(made: Dense, data: Float64Array, center: Float64Array, weights: Float64Array | null): Dense {
  const { rows, columns } = made
  for (let i = 0; i < rows; i++) {
    const root = weights ? Math.sqrt(weights[i]!) : 1
    for (let j = 0; j < columns; j++) made.set(i, j, (data[i * columns + j]! - center[j]!) * root)
  }
  return made
}

/** The library of matrices is loaded where it is needed, so that a browser without a bundler can import this package. */
export async function centered({ X, y, weights }: NumberRows, fitIntercept: boolean): Promise<Centered> {
  const { Matrix } = await import('ml-matrix')
  const features = X.shape[1], outputs = y.shape[1]
  const xMeans = fitIntercept ? means(X.data, features, weights) : new Float64Array(features)
  const yMeans = fitIntercept ? means(y.data, outputs, weights) : new Float64Array(outputs)
  const matrix = (data: Float64Array, columns: number): Dense => new Matrix(data.length / columns, columns)
  return {
    X: ready(matrix(X.data, features), X.data, xMeans, weights), y: ready(matrix(y.data, outputs), y.data, yMeans, weights), xMeans, yMeans,
  }
}

/** The weights and biases of a solution, [features, outputs], for the rows as they were. */
export function uncentered(solution: Dense, { xMeans, yMeans }: Centered): LinearWeights {
  const features = solution.rows, outputs = solution.columns
  const data = new Float64Array(outputs * features)
  const intercept = yMeans.slice()
  for (let k = 0; k < outputs; k++) {
    let sum = 0
    for (let j = 0; j < features; j++) {
      data[k * features + j] = solution.get(j, k)
      sum += xMeans[j]! * solution.get(j, k)
    }
    intercept[k]! -= sum
  }
  return { coef: { data, shape: [outputs, features] }, intercept }
}
