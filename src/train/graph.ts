/** What the graphs of training and of evaluation share: data in variables, batches out of them, losses and metrics. */
import type { FloatType, Node, Shape, Variable } from '../core/index.js'
import { fill, map, MyelinError, placeholder, scalar as s, shapeText, topological, typedArray, variable } from '../core/index.js'
import type { ForwardPass, Loss, Network } from '../nn/index.js'
import { add, cast, div, gather, maximum, mean, mul, reshape, select, softmax, sum, Tensor } from '../ops/index.js'
import type { Matrix } from './matrix.js'
import { rowsOf } from './matrix.js'
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
  /** Its rows; the variables may have room for more. */
  readonly rows: number
}

export function dataVariables(name: string, { x, y, weights }: Part, rows = rowsOf(x[0]!)): DataVariables {
  const numbered = (what: string, list: readonly Matrix[], i: number): string =>
    list.length === 1 ? `${name}/${what}` : `${name}/${what}_${i + 1}`
  return {
    rows,
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

/** What of a network's graph is judged. */
type Judged = Pick<ForwardPass, 'outputs' | 'masks' | 'penalty'>

/**
 * The loss of a batch: the mean over its rows, or over the steps that a mask says count, of loss times weight (Keras's
 * `sum_over_batch_size`), summed over the outputs with their weights, with the penalty.
 * @throws MyelinError `argument` where rows have weights and the loss is one number for all of them
 */
export function batchLoss(
  { losses, lossWeights }: Pick<Objective, 'losses' | 'lossWeights'>,
  { outputs: predictions, masks, penalty }: Judged,
  { y, weights }: BatchTensors,
): Tensor {
  const parts = losses.map((loss, i) => {
    requireSeveral(predictions[i]!)
    const average = averageLoss(loss, predictions[i]!, y[i]!, masks[i]!, weights)
    return lossWeights[i] === 1 ? average : mul(average, lossWeights[i]!)
  })
  const total = parts.reduce((a, b) => add(a, b))
  return penalty ? add(total, penalty) : total
}

function averageLoss(
  loss: Pick<Loss, 'call'>, prediction: Tensor, target: Tensor, mask: Tensor | null, weights: Tensor | null,
): Tensor {
  const steps = stepsOf(loss, prediction, target, mask)
  const values = steps ? sum(steps.values, { axis: 1 }) : loss.call(prediction, target)
  if (values.shape.length === 0) {
    if (!weights) return values
    throw new MyelinError(
      'argument',
      'loss: weights of rows or classes need a loss for each row; this function gives one number',
    )
  }
  const weighted = weights ? mul(values, weights) : values
  // where no step counts, the loss is 0
  return steps ? div(sum(weighted), maximum(sum(steps.counts), 1)) : mean(weighted)
}

/** The values of each step, those left out being 0, and 1 for each that counts, [batch, steps]. */
interface StepValues {
  readonly values: Tensor
  readonly counts: Tensor
}

/** Null where no mask says which steps count, or the function gives one number for all. */
function stepsOf(of: Pick<Loss, 'call'>, prediction: Tensor, target: Tensor, mask: Tensor | null): StepValues | null {
  if (!mask) return null
  const values = of.call(stepsAsRows(prediction), stepsAsRows(target))
  if (values.shape.length === 0) return null
  return { values: select(mask, reshape(values, mask.shape), 0), counts: cast(mask, values.dtype as FloatType) }
}

/** [batch, steps, ...] -> [batch · steps, ...] */
const stepsAsRows = (x: Tensor): Tensor => reshape(x, [x.shape[0]! * x.shape[1]!, ...x.shape.slice(2)])

/** @throws MyelinError `argument` for a softmax over one number, which is 1 whatever the weights are */
function requireSeveral(prediction: Tensor): void {
  if (prediction.node.op !== (softmax.op as Node['op']) || prediction.shape.at(-1) !== 1) return
  throw new MyelinError(
    'argument',
    'loss: a softmax over one unit is always 1, so that there is nothing to learn; for two classes use one unit with a ' +
      'sigmoid and binaryCrossentropy, or a softmax over two units',
  )
}

/** The sum over the rows of a batch; of steps that a mask can leave out the mean over each row's. */
function metricSum(metric: OutputMetric, { outputs, masks }: Judged, { y, weights }: BatchTensors): Tensor {
  const prediction = outputs[metric.output]!, target = y[metric.output]!, mask = masks[metric.output]!
  const own = metric.weighted ? weights : null
  // a part of the loss is summed as the loss is
  if (mask && metric.over === 'rows' && metric.weighted) return mul(averageLoss(metric, prediction, target, mask, own), prediction.shape[0]!)
  const steps = stepsOf(metric, prediction, target, mask)
  const values = steps ? mean(steps.values, { axis: 1 }) : metric.call(prediction, target)
  if (values.shape.length === 0) return mul(values, prediction.shape[0]!)
  return sum(own ? mul(values, own) : values)
}

/** What the sum of a metric is divided by, if not the number of rows: by its name. */
function divisorOf({ maskedOutputs }: Network, { output, over, weighted }: OutputMetric, hasWeights: boolean): string | null {
  const masked = maskedOutputs[output]! && !(weighted && over === 'rows')
  const names = [...(masked ? [`steps_${output + 1}`] : []), ...(hasWeights && over === 'weights' ? ['weights'] : [])]
  return names.length > 0 ? names.join('_') : null
}

/** The names of divisors, each once. */
const divisorsOf = (network: Network, metrics: readonly OutputMetric[], hasWeights: boolean): string[] =>
  [...new Set(metrics.flatMap((metric) => divisorOf(network, metric, hasWeights) ?? []))]

/**
 * Of each metric the sum over the rows of a batch; then the sums that metrics are divided by where it is not the number of
 * rows: of weights, of the part of each row's steps that count, or of both multiplied.
 * @param hasWeights whether rows can have weights; default: whether these have
 */
export function measured(
  network: Network, metrics: readonly OutputMetric[], pass: Judged, batch: BatchTensors, hasWeights = batch.weights !== null,
): readonly Tensor[] {
  const ones = new Tensor(fill(1, { shape: [pass.outputs[0]!.shape[0]!], dtype: network.dtype }))
  const divisors = new Map<string, Tensor>()
  for (const metric of metrics) {
    const name = divisorOf(network, metric, hasWeights)
    if (name === null || divisors.has(name)) continue
    const mask = pass.masks[metric.output]!
    const weights = metric.over === 'weights' ? batch.weights : null
    const counted = mask ? mean(cast(mask, network.dtype), { axis: 1 }) : null
    divisors.set(name, sum(counted && weights ? mul(counted, weights) : (counted ?? weights ?? ones)))
  }
  return [...metrics.map((metric) => metricSum(metric, pass, batch)), ...divisors.values()]
}

/** Names of what `measured` gives. */
export const measuredNames = (network: Network, metrics: readonly OutputMetric[], hasWeights: boolean): readonly string[] =>
  [...metrics.map(({ name }) => name), ...divisorsOf(network, metrics, hasWeights)]

/**
 * The values of metrics from the sums that `measured` gives. Rows whose weights are all 0 give 0, as in Keras, and so do rows
 * of which no step counts.
 */
export function meansOf(
  network: Network, metrics: readonly OutputMetric[], sums: readonly number[], rows: number, hasWeights: boolean,
): number[] {
  const names = divisorsOf(network, metrics, hasWeights)
  return metrics.map((metric, i) => {
    const name = divisorOf(network, metric, hasWeights)
    const divisor = name === null ? rows : sums[metrics.length + names.indexOf(name)]!
    return divisor === 0 ? 0 : sums[i]! / divisor
  })
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
  rows: Tensor | number,
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
    if (loss.ignoresZeroRows && value.shape.length > 0) {
      throw new MyelinError(
        'argument',
        `loss: with ignoresZeroRows it must be one number for the batch, received ${shapeText(value.shape)}, whose mean counts ` +
          'every row; leave ignoresZeroRows out, or divide the sum by that of the weights',
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
