/** The rows of a training: checked against model and loss, split, and their memory added up. */
import type { Shape } from '../core/index.js'
import { bytesOf, MyelinError, sameShape, shapeText, sizeOf } from '../core/index.js'
import type { Network } from '../nn/index.js'
import { requireMemory } from '../nn/index.js'
import type { FitOptions } from './fit.js'
import { checkTargets, matrixBytes } from './graph.js'
import type { Matrix, ModelData } from './matrix.js'
import { inputRows, rowRange, rowsOf } from './matrix.js'
import type { Compiled } from './step.js'
import { rowWeights, targetRows } from './targets.js'

export interface Part {
  /** One for each input. */
  readonly x: readonly Matrix[]
  /** One for each output. */
  readonly y: readonly Matrix[]
  readonly weights: Matrix | null
}

/** The rows to train on and those to evaluate, checked against model and loss. */
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
  }: Pick<FitOptions, 'validationData' | 'classWeight' | 'sampleWeight'> & { readonly validationSplit: number },
): { train: Part; validation: Part | null } {
  const all = labelledRows(model, compiled, 'fit', x, y)
  const rows = rowsOf(all.x[0]!)
  const first = oneOutput(all.y, classWeight)
  if (rows === 0) throw new MyelinError('data', 'fit: x has no rows')
  const bySample = rowWeights(first, model.dtype, sampleWeight, undefined)
  const weights = rowWeights(first, model.dtype, sampleWeight, classWeight)
  if (validationData !== undefined) {
    if (!Array.isArray(validationData) || validationData.length !== 2) {
      throw new MyelinError('argument', 'fit: validationData must be [x, y]')
    }
    const [vx, vy] = validationData
    const validation = labelledRows(model, compiled, 'validationData', vx, vy)
    validation.x.forEach(({ shape }, i) => {
      const trained = all.x[i]!.shape.slice(1)
      if (sameShape(shape.slice(1), trained)) return
      throw new MyelinError(
        'shape',
        `validationData: x: rows have shape ${shapeText(shape.slice(1))}, but those to train on ${shapeText(trained)}`,
      )
    })
    if (rowsOf(validation.x[0]!) === 0) throw new MyelinError('data', 'fit: validationData has no rows')
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
    x: all.x.map((matrix) => rowRange(matrix, from, to)),
    y: all.y.map((matrix) => rowRange(matrix, from, to)),
    weights: w && rowRange(w, from, to),
  })
  return { train: part(0, at, weights), validation: part(at, rows, bySample) }
}

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
  const outputShapes = network.inputShapes
    ? network.outputShapes
    : network.plan(...inputs.map(({ shape }) => shape.slice(1))).outputs
  const targets = parts(`${what}: y`, network.outputNames, y).map(({ what: name, value }, i) => {
    const target = targetRows(name, value, compiled.losses[i]!, outputShapes[i]!, network.dtype)
    if (rowsOf(target) !== rows) {
      throw new MyelinError(
        'shape',
        `${what}: x has ${rows} rows and y has ${rowsOf(target)}; each row of x needs its target`,
      )
    }
    return target
  })
  if (rows > 0) checkTargets(compiled, outputShapes, targets, network.dtype)
  return { x: inputs, y: targets }
}

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

/** The targets whose classes have weights. @throws MyelinError `argument` where there are several */
function oneOutput(y: readonly Matrix[], classWeight: unknown): Matrix {
  if (y.length > 1 && classWeight !== undefined) {
    throw new MyelinError(
      'argument',
      'fit: classWeight is for models with one output; give sampleWeight, or lossWeights to compile',
    )
  }
  return y[0]!
}

/** Adds up what training takes, from shapes alone. */
export function requireMemoryFor(
  network: Network,
  { optimizer }: Compiled,
  train: Part,
  validation: Part | null,
  batch: number,
): void {
  const { dtype } = network
  const { weights, tensors } = network.plan(...train.x.map(({ shape }) => shape.slice(1)))
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
      bytes:
        matrixBytes(...train.x, ...train.y, train.weights) +
        (validation ? matrixBytes(...validation.x, ...validation.y, validation.weights) : 0),
      advice: 'train on fewer rows at a time, or keep pictures as bytes ({ data: Uint8Array, shape, scale: 1 / 255 })',
    },
    {
      what: `a batch of ${batch} rows`,
      bytes: perRow * batch,
      advice: `use a smaller batchSize; a row takes ${perRow} bytes`,
    },
  ])
}
