/** The rows of a training: checked against model and loss, split, and their memory added up. */
import type { Shape } from '../core/index.js'
import { bytesOf, MyelinError, sameShape, shapeText, sizeOf } from '../core/index.js'
import type { SequentialNetwork } from '../nn/index.js'
import { requireMemory } from '../nn/index.js'
import type { FitOptions } from './fit.js'
import { checkTargets, matrixBytes } from './graph.js'
import type { DataLike, Matrix } from './matrix.js'
import { inputRows, rowRange, rowsOf } from './matrix.js'
import type { Compiled } from './step.js'
import { rowWeights, targetRows } from './targets.js'

export interface Part {
  readonly x: Matrix
  readonly y: Matrix
  readonly weights: Matrix | null
}

/** The rows to train on and those to evaluate, checked against model and loss. */
export function split(
  model: SequentialNetwork,
  compiled: Compiled,
  x: DataLike,
  y: DataLike,
  {
    validationData,
    validationSplit,
    classWeight,
    sampleWeight,
  }: Pick<FitOptions, 'validationData' | 'classWeight' | 'sampleWeight'> & { readonly validationSplit: number },
): { train: Part; validation: Part | null } {
  const all = labelledRows(model, compiled, 'fit', x, y)
  const rows = rowsOf(all.x)
  if (rows === 0) throw new MyelinError('data', 'fit: x has no rows')
  const bySample = rowWeights(all.y, model.dtype, sampleWeight, undefined)
  const weights = rowWeights(all.y, model.dtype, sampleWeight, classWeight)
  if (validationData !== undefined) {
    if (!Array.isArray(validationData) || validationData.length !== 2) {
      throw new MyelinError('argument', 'fit: validationData must be [x, y]')
    }
    const [vx, vy] = validationData
    const validation = labelledRows(model, compiled, 'validationData', vx, vy)
    if (rowsOf(validation.x) === 0) throw new MyelinError('data', 'fit: validationData has no rows')
    return { train: { ...all, weights }, validation: { ...validation, weights: null } }
  }
  if (validationSplit === 0) return { train: { ...all, weights }, validation: null }
  const at = Math.floor(rows * (1 - validationSplit))
  if (at === 0 || at === rows) {
    throw new MyelinError(
      'argument',
      `fit: validationSplit ${validationSplit} of ${rows} rows leaves ${at} to train on and ${rows - at} to ` +
        'validate; give more rows or another part',
    )
  }
  const part = (from: number, to: number, w: Matrix | null): Part => ({
    x: rowRange(all.x, from, to),
    y: rowRange(all.y, from, to),
    weights: w && rowRange(w, from, to),
  })
  return { train: part(0, at, weights), validation: part(at, rows, bySample) }
}

/** Checks x and y against each other, the model and the loss; nothing is built yet. */
export function labelledRows(
  network: SequentialNetwork,
  { loss, metrics }: Compiled,
  what: string,
  x: DataLike,
  y: DataLike,
): { x: Matrix; y: Matrix } {
  const inputs = networkRows(network, `${what}: x`, x)
  const outputShape = network.inputShape ? network.outputShape : network.plan(inputs.shape.slice(1)).outputs.at(-1)!
  const targets = targetRows(`${what}: y`, y, loss, outputShape, network.dtype)
  if (rowsOf(inputs) !== rowsOf(targets)) {
    throw new MyelinError(
      'shape',
      `${what}: x has ${rowsOf(inputs)} rows and y has ${rowsOf(targets)}; each row of x needs its target`,
    )
  }
  if (rowsOf(inputs) > 0) checkTargets(loss, metrics, outputShape, targets, network.dtype)
  return { x: inputs, y: targets }
}

/** Rows that fit a network; any do where it is not built yet. */
export function networkRows(network: SequentialNetwork, what: string, x: DataLike): Matrix {
  const rows = inputRows(what, x, network.dtype)
  const shape = rows.shape.slice(1)
  if (network.inputShape && !sameShape(network.inputShape, shape)) {
    throw new MyelinError(
      'shape',
      `${what}: rows have shape ${shapeText(shape)}, but the model takes ${shapeText(network.inputShape)}`,
    )
  }
  return rows
}

/** Adds up what training takes, from shapes alone. */
export function requireMemoryFor(
  network: SequentialNetwork,
  { optimizer }: Compiled,
  train: Part,
  validation: Part | null,
  batch: number,
): void {
  const { dtype } = network
  const inputShape = train.x.shape.slice(1)
  const { weights, outputs } = network.plan(inputShape)
  const bytes = (shape: Shape): number => sizeOf(shape) * bytesOf(dtype)
  const total = (shapes: readonly Shape[]): number => shapes.reduce((sum, shape) => sum + bytes(shape), 0)
  const trainable = weights.filter((weight) => weight.trainable).map(({ shape }) => shape)
  const slots = trainable.flatMap((shape) => Object.values(optimizer.init({ shape, dtype })).map((slot) => slot.shape))
  // each layer's output and its gradient
  const perRow = 2 * total([inputShape, ...outputs])
  const smaller = 'make the layers smaller'
  requireMemory('fit', [
    { what: 'weights', bytes: total(weights.map(({ shape }) => shape)), advice: smaller },
    { what: 'gradients', bytes: total(trainable), advice: smaller },
    {
      what: 'optimiser memory',
      bytes: total(slots),
      advice: `${smaller}, or use an optimiser with less memory, such as sgd`,
    },
    {
      what: 'data',
      bytes:
        matrixBytes(train.x, train.y, train.weights) +
        (validation ? matrixBytes(validation.x, validation.y, validation.weights) : 0),
      advice: 'train on fewer rows at a time, or keep pictures as bytes ({ data: Uint8Array, shape, scale: 1 / 255 })',
    },
    {
      what: `a batch of ${batch} rows`,
      bytes: perRow * batch,
      advice: `use a smaller batchSize; a row takes ${perRow} bytes`,
    },
  ])
}
