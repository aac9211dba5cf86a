/** What the graphs of training and of evaluation share: data in variables, batches out of them, losses and metrics. */
import type { FloatType, Node, Shape, TypedArray, Variable } from '../core/index.js'
import { map, MyelinError, placeholder, scalar as s, shapeText, typedArray, variable } from '../core/index.js'
import type { Loss, Metric } from '../nn/index.js'
import { add, cast, gather, mean, mul, sum, Tensor } from '../ops/index.js'
import type { Matrix } from './matrix.js'

/** A data set in a session's memory. */
export interface DataVariables {
  readonly rows: number
  readonly x: Variable
  readonly scale: number
  readonly y: Variable
  readonly weights: Variable | null
}

export function dataVariables(name: string, x: Matrix, y: Matrix, weights: Matrix | null): DataVariables {
  return {
    rows: x.shape[0]!,
    x: variable(`${name}/x`, x.shape, x.data),
    scale: x.scale ?? 1,
    y: variable(`${name}/y`, y.shape, y.data),
    weights: weights && variable(`${name}/weights`, weights.shape, weights.data),
  }
}

export const variablesOf = ({ x, y, weights }: DataVariables): Variable[] => (weights ? [x, y, weights] : [x, y])

/** A scalar variable. */
export const scalarVariable = (name: string, dtype: FloatType | 'int32', value = 0): Variable =>
  variable(name, [], typedArray(dtype, [value]))

export interface Batch {
  readonly x: Tensor
  readonly y: Tensor
  readonly weights: Tensor | null
}

/** The whole data set as one batch. */
export const wholeBatch = (data: DataVariables, dtype: FloatType): Batch => ({
  x: inputOf(new Tensor(data.x), data.scale, dtype),
  y: new Tensor(data.y),
  weights: data.weights && new Tensor(data.weights),
})

/** `size` rows from row `start` on, of the order given or of the data's own. */
export function batchFrom(
  data: DataVariables,
  start: Variable,
  size: number,
  order: Variable | null,
  dtype: FloatType,
): Batch {
  const position = add(new Tensor(map(s.coordinate(0), [], { shape: [size], dtype: 'int32' })), new Tensor(start))
  const rows = order ? gather(new Tensor(order), position) : position
  return {
    x: inputOf(gather(new Tensor(data.x), rows), data.scale, dtype),
    y: gather(new Tensor(data.y), rows),
    weights: data.weights && gather(new Tensor(data.weights), rows),
  }
}

/** Stored values as a network's input. */
export function inputOf(stored: Tensor, scale: number, dtype: FloatType): Tensor {
  const x = cast(stored, dtype)
  return scale === 1 ? x : mul(x, scale)
}

/**
 * The loss of a batch: the mean over its rows of loss times weight (Keras's `sum_over_batch_size`), with the penalty.
 * @throws MyelinError `argument` where rows have weights and the loss is one number for all of them
 */
export function batchLoss(loss: Loss, prediction: Tensor, { y, weights }: Batch, penalty: Tensor | null): Tensor {
  const values = loss.call(prediction, y)
  if (weights && values.shape.length === 0) {
    throw new MyelinError(
      'argument',
      'loss: weights of rows or classes need a loss for each row; this function gives one number',
    )
  }
  const average = values.shape.length === 0 ? values : mean(weights ? mul(values, weights) : values)
  return penalty ? add(average, penalty) : average
}

/** The sum over the rows of a batch. */
export function metricSum(metric: Metric, prediction: Tensor, { y }: Batch): Tensor {
  return sum(metric.call(prediction, y))
}

/** Running sums over the batches of an epoch. */
export interface Sums {
  readonly loss: Variable
  readonly metrics: readonly Variable[]
}

export const sumVariables = (name: string, metrics: readonly Metric[], dtype: FloatType): Sums => ({
  loss: scalarVariable(`${name}/loss`, dtype),
  metrics: metrics.map((metric) => scalarVariable(`${name}/${metric.name}`, dtype)),
})

/** What a batch adds to the sums. */
export function sumUpdates(
  sums: Sums,
  loss: Tensor,
  metrics: readonly Tensor[],
  rows: number,
): (readonly [Variable, Node])[] {
  return [
    [sums.loss, add(new Tensor(sums.loss), mul(loss, rows)).node],
    ...sums.metrics.map((total, i) => [total, add(new Tensor(total), metrics[i]!).node] as const),
  ]
}

/** The bytes of a data set. */
export const matrixBytes = (...matrices: readonly (Matrix | null)[]): number =>
  matrices.reduce((total, matrix) => total + (matrix?.data.byteLength ?? 0), 0)

/**
 * Tries the loss and metrics on the shapes of one row, so that what does not fit is said before memory is taken.
 * @throws MyelinError `shape` as the loss says it
 */
export function checkTargets(
  loss: Loss,
  metrics: readonly Metric[],
  outputShape: Shape,
  y: Matrix,
  dtype: FloatType,
): void {
  const rows = y.shape[0]!
  const prediction = new Tensor(placeholder('prediction', [rows, ...outputShape], dtype))
  const target = new Tensor(placeholder('target', y.shape, loss.targets === 'classes' ? 'int32' : dtype))
  const value = loss.call(prediction, target)
  if (value.dtype !== dtype) {
    throw new MyelinError(
      'dtype',
      `loss: expected a result of ${dtype}, received ${value.dtype} ${shapeText(value.shape)}`,
    )
  }
  for (const metric of metrics) metric.call(prediction, target)
}

export const copyInto = (target: Variable, values: TypedArray): void =>
  (target.data as Float32Array).set(values as Float32Array)
