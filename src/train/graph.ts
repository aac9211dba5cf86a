/** What the graphs of training and of evaluation share: data in variables, batches out of them, losses and metrics. */
import type { FloatType, Node, Shape, TypedArray, Variable } from '../core/index.js'
import { map, MyelinError, placeholder, scalar as s, shapeText, topological, typedArray, variable } from '../core/index.js'
import { add, cast, gather, mean, mul, softmax, sum, Tensor } from '../ops/index.js'
import type { Matrix } from './matrix.js'
import type { Objective, OutputMetric } from './objective.js'
import type { Part } from './rows.js'

/** Rows that a graph reads. */
export interface DataNodes<N extends Node = Node> {
  /** One for each input. */
  readonly x: readonly { readonly stored: N; readonly scale: number }[]
  /** One for each output. */
  readonly y: readonly N[]
  readonly weights: N | null
}

/** A data set in a session's memory. */
export interface DataVariables extends DataNodes<Variable> {
  readonly rows: number
}

export function dataVariables(name: string, { x, y, weights }: Part): DataVariables {
  const numbered = (what: string, list: readonly Matrix[], i: number): string =>
    list.length === 1 ? `${name}/${what}` : `${name}/${what}_${i + 1}`
  return {
    rows: x[0]!.shape[0]!,
    x: x.map(({ shape, data, scale = 1 }, i) => ({ stored: variable(numbered('x', x, i), shape, data), scale })),
    y: y.map(({ shape, data }, i) => variable(numbered('y', y, i), shape, data)),
    weights: weights && variable(`${name}/weights`, weights.shape, weights.data),
  }
}

/** All that holds the rows. */
export const variablesOf = <N extends Node>({ x, y, weights }: DataNodes<N>): N[] => [
  ...x.map(({ stored }) => stored),
  ...y,
  ...(weights ? [weights] : []),
]

/** A scalar variable. */
export const scalarVariable = (name: string, dtype: FloatType | 'int32', value = 0): Variable =>
  variable(name, [], typedArray(dtype, [value]))

/** A batch in a graph. */
export interface BatchTensors {
  readonly x: readonly Tensor[]
  readonly y: readonly Tensor[]
  readonly weights: Tensor | null
}

/** The whole data set as one batch. */
export const wholeBatch = (data: DataVariables, dtype: FloatType): BatchTensors => ({
  x: data.x.map(({ stored, scale }) => inputOf(new Tensor(stored), scale, dtype)),
  y: data.y.map((y) => new Tensor(y)),
  weights: data.weights && new Tensor(data.weights),
})

/** `size` rows from row `start` on, of the order given or of the data's own. */
export function batchFrom(
  data: DataNodes,
  start: Variable,
  size: number,
  order: Variable | null,
  dtype: FloatType,
): BatchTensors {
  const position = add(new Tensor(map(s.coordinate(0), [], { shape: [size], dtype: 'int32' })), new Tensor(start))
  const rows = order ? gather(new Tensor(order), position) : position
  return {
    x: data.x.map(({ stored, scale }) => inputOf(gather(new Tensor(stored), rows), scale, dtype)),
    y: data.y.map((y) => gather(new Tensor(y), rows)),
    weights: data.weights && gather(new Tensor(data.weights), rows),
  }
}

/** Stored values as a network's input. */
export function inputOf(stored: Tensor, scale: number, dtype: FloatType): Tensor {
  const x = cast(stored, dtype)
  return scale === 1 ? x : mul(x, scale)
}

/**
 * The loss of a batch: the mean over its rows of loss times weight (Keras's `sum_over_batch_size`), summed over the
 * outputs with their weights, with the penalty.
 * @throws MyelinError `argument` where rows have weights and the loss is one number for all of them
 */
export function batchLoss(
  { losses, lossWeights }: Pick<Objective, 'losses' | 'lossWeights'>,
  predictions: readonly Tensor[],
  { y, weights }: BatchTensors,
  penalty: Tensor | null,
): Tensor {
  const parts = losses.map((loss, i) => {
    requireSeveral(predictions[i]!)
    const values = loss.call(predictions[i]!, y[i]!)
    if (weights && values.shape.length === 0) {
      throw new MyelinError(
        'argument',
        'loss: weights of rows or classes need a loss for each row; this function gives one number',
      )
    }
    const average = values.shape.length === 0 ? values : mean(weights ? mul(values, weights) : values)
    return lossWeights[i] === 1 ? average : mul(average, lossWeights[i]!)
  })
  const total = parts.reduce((a, b) => add(a, b))
  return penalty ? add(total, penalty) : total
}

/** @throws MyelinError `argument` for a softmax over one number, which is 1 whatever the weights are */
function requireSeveral(prediction: Tensor): void {
  if (prediction.node.op !== (softmax.op as Node['op']) || prediction.shape.at(-1) !== 1) return
  throw new MyelinError(
    'argument',
    'loss: a softmax over one unit is always 1, so that there is nothing to learn; for two classes use one unit with a ' +
      'sigmoid and binaryCrossentropy, or a softmax over two units',
  )
}

/** The sum over the rows of a batch. */
function metricSum(metric: OutputMetric, predictions: readonly Tensor[], { y, weights }: BatchTensors): Tensor {
  const prediction = predictions[metric.output]!
  const values = metric.call(prediction, y[metric.output]!)
  if (values.shape.length === 0) return mul(values, prediction.shape[0]!)
  return sum(metric.weighted && weights ? mul(values, weights) : values)
}

/** Whether metrics are divided by the sum of the rows' weights, which then has to be computed. */
const needsWeightSum = (metrics: readonly OutputMetric[], weighted: boolean): boolean =>
  weighted && metrics.some(({ over }) => over === 'weights')

/** Of each metric the sum over the rows of a batch; then, where a metric needs it, the sum of the rows' weights. */
export function measured(
  metrics: readonly OutputMetric[],
  predictions: readonly Tensor[],
  batch: BatchTensors,
): readonly Tensor[] {
  const sums = metrics.map((metric) => metricSum(metric, predictions, batch))
  return needsWeightSum(metrics, batch.weights !== null) ? [...sums, sum(batch.weights!)] : sums
}

/** Names of what `measured` gives. */
export const measuredNames = (metrics: readonly OutputMetric[], weighted: boolean): readonly string[] => [
  ...metrics.map(({ name }) => name),
  ...(needsWeightSum(metrics, weighted) ? ['weights'] : []),
]

/**
 * The values of metrics from the sums that `measured` gives. Rows whose weights are all 0 give 0, as in Keras.
 */
export function meansOf(metrics: readonly OutputMetric[], sums: readonly number[], rows: number): number[] {
  const weights = sums[metrics.length] ?? rows
  return metrics.map(({ over }, i) => (over === 'rows' ? sums[i]! / rows : weights === 0 ? 0 : sums[i]! / weights))
}

/** The loss and the values of metrics, in that order, by their names. */
export const namedValues = (
  metrics: readonly OutputMetric[],
  values: readonly number[],
): Record<string, number> =>
  Object.fromEntries(['loss', ...metrics.map(({ name }) => name)].map((name, i) => [name, values[i]!]))

/** Running sums over the batches of an epoch. */
export interface Sums {
  readonly loss: Variable
  /** Of what `measured` gives. */
  readonly measured: readonly Variable[]
}

export const sumVariables = (name: string, names: readonly string[], dtype: FloatType): Sums => ({
  loss: scalarVariable(`${name}/loss`, dtype),
  measured: names.map((one) => scalarVariable(`${name}/${one}`, dtype)),
})

/** What a batch adds to the sums. */
export function sumUpdates(
  sums: Sums,
  loss: Tensor,
  values: readonly (Tensor | number)[],
  rows: number,
): (readonly [Variable, Node])[] {
  return [
    [sums.loss, add(new Tensor(sums.loss), mul(loss, rows)).node],
    ...sums.measured.map((total, i) => [total, add(new Tensor(total), values[i]!).node] as const),
  ]
}

/** The bytes of a data set. */
export const matrixBytes = (...matrices: readonly (Matrix | null)[]): number =>
  matrices.reduce((total, matrix) => total + (matrix?.data.byteLength ?? 0), 0)

/**
 * Tries losses and metrics on the shapes of targets, so that what does not fit is said before memory is taken.
 * @throws MyelinError `shape` as the loss says it
 */
export function checkTargets(
  { losses, metrics }: Objective,
  outputShapes: readonly Shape[],
  y: readonly Matrix[],
  dtype: FloatType,
): void {
  const pairs = losses.map((loss, i) => {
    const { shape } = y[i]!
    const prediction = new Tensor(placeholder('prediction', [shape[0]!, ...outputShapes[i]!], dtype))
    const target = new Tensor(placeholder('target', shape, loss.targets === 'classes' ? 'int32' : dtype))
    const value = loss.call(prediction, target)
    if (!topological([value.node]).includes(prediction.node)) {
      throw new MyelinError(
        'argument',
        'loss: the function does not use the prediction, so that the loss does not depend on any weight; ' +
          'compute it from both of its arguments, (prediction, target)',
      )
    }
    if (value.dtype !== dtype) {
      throw new MyelinError(
        'dtype',
        `loss: expected a result of ${dtype}, received ${value.dtype} ${shapeText(value.shape)}`,
      )
    }
    return { prediction, target }
  })
  for (const metric of metrics) metric.call(pairs[metric.output]!.prediction, pairs[metric.output]!.target)
}

export const copyInto = (target: Variable, values: TypedArray): void =>
  (target.data as Float32Array).set(values as Float32Array)
