/** The rows of a training: checked against model and loss, split, and their memory added up. */
import type { Shape } from '../core/index.js'
import { bytesOf, dtypeOf, MyelinError, sameShape, shapeText, sizeOf, typedArray } from '../core/index.js'
import type { Network } from '../nn/index.js'
import { requireMemory } from '../nn/index.js'
import { isSource } from './batch.js'
import type { FitOptions } from './fit-options.js'
import { checkTargets, matrixBytes } from './graph.js'
import type { Matrix, ModelData } from './matrix.js'
import { filledUp, inputRows, rowRange, rowsOf } from './matrix.js'
import type { Compiled } from './step.js'
import { requireOneOutput, rowWeights, targetRows } from './targets.js'

export interface Part {
  /** One for each input. */
  readonly x: readonly Matrix[]
  /** One for each output. */
  readonly y: readonly Matrix[]
  readonly weights: Matrix | null
}

/** The rows to train on and, unless a source gives them, those to evaluate, checked against model and loss. */
export function split(
  model: Network,
  compiled: Compiled,
  x: ModelData,
  y: ModelData,
  {
    validationData,
    validationSplit,
    classWeight,
    sampleWeight,
  }: Pick<FitOptions, 'classWeight' | 'sampleWeight'> & {
    readonly validationData: unknown
    readonly validationSplit: number
  },
): { train: Part; validation: Part | null } {
  const all = labelledRows(model, compiled, 'fit', x, y)
  const rows = rowsOf(all.x[0]!)
  requireOneOutput(all.y, classWeight)
  if (rows === 0) throw new MyelinError('data', 'fit: x has no rows')
  const bySample = rowWeights(all.y[0]!, model.dtype, sampleWeight, undefined)
  const weights = rowWeights(all.y[0]!, model.dtype, sampleWeight, classWeight)
  if (validationData !== undefined) {
    const train = { ...all, weights }
    if (isSource(validationData, model.inputNames)) return { train, validation: null }
    return { train, validation: validationRows(model, compiled, validationData, rowShapes(all.x)) }
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
  return {
    train: partRange({ ...all, weights }, 0, at),
    validation: partRange({ ...all, weights: bySample }, at, rows),
  }
}

/**
 * Rows to evaluate while training, from `[x, y]` or `[x, y, sampleWeight]`.
 * @param trained the shapes of the rows to train on
 */
export function validationRows(
  model: Network,
  compiled: Compiled,
  validationData: unknown,
  trained: readonly Shape[],
): Part {
  if (!Array.isArray(validationData) || validationData.length < 2 || validationData.length > 3) {
    throw new MyelinError(
      'argument',
      'fit: validationData must be [x, y], [x, y, sampleWeight] or a source of batches { x, y }',
    )
  }
  const [x, y, sampleWeight] = validationData as [ModelData, ModelData, unknown]
  const rows = labelledRows(model, compiled, 'validationData', x, y)
  rows.x.forEach(({ shape }, i) => {
    if (sameShape(shape.slice(1), trained[i]!)) return
    throw new MyelinError(
      'shape',
      `validationData: x: rows have shape ${shapeText(shape.slice(1))}, but those to train on ${shapeText(trained[i]!)}`,
    )
  })
  if (rowsOf(rows.x[0]!) === 0) throw new MyelinError('data', 'fit: validationData has no rows')
  const weights = rowWeights(rows.y[0]!, model.dtype, sampleWeight, undefined, { prefix: 'validationData: ' })
  return { ...rows, weights }
}

export const rowShapes = (matrices: readonly Matrix[]): Shape[] => matrices.map(({ shape }) => shape.slice(1))

/** Some rows, without copying. */
export const partRange = ({ x, y, weights }: Part, from: number, to: number): Part => ({
  x: x.map((matrix) => rowRange(matrix, from, to)),
  y: y.map((matrix) => rowRange(matrix, from, to)),
  weights: weights && rowRange(weights, from, to),
})

/** Checks x and y against each other, the model and the losses; nothing is built yet. */
export function labelledRows(
  network: Network,
  compiled: Compiled,
  what: string,
  x: ModelData,
  y: ModelData,
): { x: Matrix[]; y: Matrix[] } {
  const inputs = networkRows(network, `${what}: x`, x)
  const rows = rowsOf(inputs[0]!)
  const outputShapes = outputShapesFor(network, inputs)
  const targets = targetsFor(network, compiled, what, y, outputShapes, rows)
  if (rows > 0) checkTargets(compiled, outputShapes, targets, network.dtype)
  return { x: inputs, y: targets }
}

/** The shapes of a network's outputs, which its inputs give where it is not built yet. */
export const outputShapesFor = (network: Network, inputs: readonly Matrix[]): readonly Shape[] =>
  network.inputShapes ? network.outputShapes : network.plan(...rowShapes(inputs)).outputs

/** The targets of so many rows, as the losses want them. */
export const targetsFor = (
  network: Network,
  compiled: Compiled,
  what: string,
  y: ModelData,
  outputShapes: readonly Shape[],
  rows: number,
): Matrix[] =>
  parts(`${what}: y`, network.outputNames, y).map(({ what: name, value }, i) => {
    const target = targetRows(name, value, compiled.losses[i]!, outputShapes[i]!, network.dtype)
    if (rowsOf(target) !== rows) {
      throw new MyelinError(
        'shape',
        `${what}: x has ${rows} rows and y has ${rowsOf(target)}; each row of x needs its target`,
      )
    }
    return target
  })

/** Rows that fit a network's inputs; any do where it is not built yet. */
export function networkRows(network: Network, what: string, x: ModelData): Matrix[] {
  const inputs = parts(what, network.inputNames, x).map(({ what: name, value }, i) => {
    const rows = inputRows(name, value, network.dtype)
    const shape = rows.shape.slice(1)
    const expected = network.inputShapes?.[i]
    // an empty list says nothing of columns
    if (expected && rowsOf(rows) === 0 && sameShape(shape, [1])) return { ...rows, shape: [0, ...expected] }
    if (expected && !sameShape(expected, shape)) {
      throw new MyelinError(
        'shape',
        `${name}: rows have shape ${shapeText(shape)}, but the model takes ${shapeText(expected)}`,
      )
    }
    return rows
  })
  const counts = inputs.map(rowsOf)
  if (counts.some((count) => count !== counts[0])) {
    throw new MyelinError('shape', `${what}: the inputs have ${counts.join(', ')} rows; expected as many of each`)
  }
  return inputs
}

/**
 * The data of each input or output: where there are several, a list in their order, or an object with their names.
 * @throws MyelinError `argument` for too few, too many or unknown ones
 */
function parts(what: string, names: readonly string[], data: unknown): { what: string; value: unknown }[] {
  if (names.length === 1) return [{ what, value: data }]
  const list: unknown[] | undefined = Array.isArray(data)
    ? data
    : typeof data === 'object' && data !== null && Object.keys(data).every((name) => names.includes(name))
      ? names.map((name) => (data as Readonly<Record<string, unknown>>)[name])
      : undefined
  if (!list || list.length !== names.length || list.includes(undefined)) {
    throw new MyelinError(
      'argument',
      `${what}: expected a list of ${names.length}, or an object with the names ${names.join(', ')}`,
    )
  }
  return list.map((value, i) => ({ what: `${what} "${names[i]}"`, value }))
}

/** Whether rows are so few that they are copied to have room for more. */
export const mayHaveRoom = (part: Part): boolean => partBytes(part) <= 2 ** 22

/** Rows with room for so many: behind the last it comes again, with targets and a weight of 0. */
export function withRoom({ x, y, weights }: Part, room: number): Part {
  const withZeros = ({ data, shape: [, ...rest], ...others }: Matrix): Matrix => {
    const filled = typedArray(dtypeOf(data), room * sizeOf(rest))
    filled.set(data as Float64Array)
    return { ...others, data: filled, shape: [room, ...rest] }
  }
  return { x: x.map((matrix) => filledUp(matrix, room)), y: y.map(withZeros), weights: weights && withZeros(weights) }
}

export const partBytes = ({ x, y, weights }: Part): number => matrixBytes(...x, ...y, weights)

/**
 * Adds up what training takes, from shapes alone.
 * @param held bytes of the rows that are held at once
 */
export function requireMemoryFor(
  network: Network,
  { optimizer }: Compiled,
  inputShapes: readonly Shape[],
  held: number,
  batch: number,
): void {
  const { dtype } = network
  const { weights, tensors } = network.plan(...inputShapes)
  const bytes = (shape: Shape): number => sizeOf(shape) * bytesOf(dtype)
  const total = (shapes: readonly Shape[]): number => shapes.reduce((sum, shape) => sum + bytes(shape), 0)
  const trainable = weights.filter((weight) => weight.trainable).map(({ shape }) => shape)
  const slots = trainable.flatMap((shape) => Object.values(optimizer.init({ shape, dtype })))
  // each layer's output and its gradient
  const perRow = 2 * total(tensors)
  const smaller = 'make the layers smaller'
  requireMemory('fit', [
    { what: 'weights', bytes: total(weights.map(({ shape }) => shape)), advice: smaller },
    { what: 'gradients', bytes: total(trainable), advice: smaller },
    {
      what: 'optimiser memory',
      bytes: slots.reduce((sum, slot) => sum + sizeOf(slot.shape) * bytesOf(slot.dtype), 0),
      advice: `${smaller}, or use an optimiser with less memory, such as sgd`,
    },
    {
      what: 'data',
      bytes: held,
      advice: 'train on fewer rows at a time, or keep pictures as bytes ({ data: Uint8Array, shape, scale: 1 / 255 })',
    },
    {
      what: `a batch of ${batch} rows`,
      bytes: perRow * batch,
      advice: `use a smaller batchSize; a row takes ${perRow} bytes`,
    },
  ])
}
