/** A batch from a source, checked, as it is fed to a program. */
import type { FloatType, Node, Shape, TypedArray, Variable } from '../core/index.js'
import { dtypeOf, MyelinError, placeholder, sameShape, shapeText } from '../core/index.js'
import type { Network } from '../nn/index.js'
import { suggestion } from '../nn/index.js'
import type { BatchTensors, DataNodes } from './graph.js'
import { batchFrom, checkTargets, variablesOf } from './graph.js'
import type { Matrix } from './matrix.js'
import { rowsOf } from './matrix.js'
import type { Part } from './rows.js'
import { networkRows, outputShapesFor, targetsFor } from './rows.js'
import type { Compiled } from './step.js'
import type { ClassWeight } from './targets.js'
import { requireClasses, rowWeights } from './targets.js'

/** Reads the batches of one source: all have rows of the shapes that the first had. */
export class BatchReading {
  private shapes: { readonly x: readonly Shape[]; readonly y: readonly Shape[]; readonly outputs: readonly Shape[] } | undefined

  /** @param trained the shapes of rows of x, where they are known; the first batch gives them elsewhere */
  constructor(
    private readonly network: Network,
    private readonly compiled: Compiled,
    private readonly classWeight: ClassWeight | undefined,
    private readonly trained: () => readonly Shape[] | undefined = () => undefined,
  ) {
    if (classWeight === 'balanced') {
      throw new MyelinError(
        'argument',
        "fit: classWeight 'balanced' counts the classes of all rows, which a source of batches does not tell; give each " +
          'class its weight, such as { 0: 1, 1: 5 }',
      )
    }
  }

  /** @throws MyelinError with the batch's place for what is no batch, or one unlike those before */
  read(item: unknown, place: string): Part {
    const { network, compiled, classWeight } = this
    const { x, y, sampleWeight } = fieldsOf(item, place)
    const inputs = networkRows(network, `${place}: x`, x as never)
    const rows = rowsOf(inputs[0]!)
    if (rows === 0) throw new MyelinError('data', `${place} has no rows`)
    const expected = this.shapes?.x ?? this.trained()
    if (expected) requireSame(`${place}: x`, inputs, expected)
    const outputs = this.shapes?.outputs ?? outputShapesFor(network, inputs)
    const targets = targetsFor(network, compiled, place, y as never, outputs, rows)
    if (this.shapes) requireSame(`${place}: y`, targets, this.shapes.y)
    else {
      checkTargets(compiled, outputs, targets, network.dtype)
      if (classWeight !== undefined) requireClasses(classWeight, targets, compiled.losses[0]!, outputs[0]!)
      this.shapes = { x: rowShapes(inputs), y: rowShapes(targets), outputs }
    }
    return {
      // a source may write its next batch over this one
      x: inputs.map((matrix) => ({ ...matrix, data: matrix.data.slice() })),
      y: targets,
      weights: rowWeights(targets[0]!, network.dtype, sampleWeight, classWeight, { prefix: `${place}: `, part: true }),
    }
  }
}

const rowShapes = (matrices: readonly Matrix[]): Shape[] => matrices.map(({ shape }) => shape.slice(1))

function requireSame(what: string, matrices: readonly Matrix[], expected: readonly Shape[]): void {
  matrices.forEach(({ shape }, i) => {
    const own = shape.slice(1)
    if (sameShape(own, expected[i]!)) return
    throw new MyelinError(
      'shape',
      `${what}: rows have shape ${shapeText(own)}, but those of the batches before ${shapeText(expected[i]!)}`,
    )
  })
}

const fields = ['x', 'y', 'sampleWeight']

function fieldsOf(item: unknown, place: string): { x: unknown; y: unknown; sampleWeight: unknown } {
  const refuse = (received: string): never => {
    throw new MyelinError('data', `${place}: expected { x, y } or { x, y, sampleWeight }, received ${received}`)
  }
  if (Array.isArray(item)) return refuse(`a list of ${item.length}; write { x, y } instead of [x, y]`)
  if (typeof item !== 'object' || item === null) return refuse(item === null ? 'null' : typeof item)
  const unknown = Object.keys(item).find((name) => !fields.includes(name))
  if (unknown !== undefined) return refuse(`the unknown field "${unknown}"${suggestion(unknown, fields)}`)
  const { x, y, sampleWeight } = item as Readonly<Record<string, unknown>>
  if (x === undefined) return refuse('no x')
  if (y === undefined) return refuse('no y')
  return { x, y, sampleWeight }
}

/** What decides which program a batch needs. */
export const formOf = ({ x, weights }: Part): string =>
  [rowsOf(x[0]!), ...x.map(({ data, scale = 1 }) => `${dtypeOf(data)} ${scale}`), weights ? 'weighted' : ''].join(' ')

/** A batch as placeholders. */
export interface FedTensors {
  readonly inputs: readonly Node[]
  readonly tensors: BatchTensors
}

/**
 * The rows are taken from the placeholders as they are from a data set in memory, so that loops, and with them the order
 * in which sums are added up, are the same.
 * @param start a variable that holds 0
 */
export function fedTensors({ x, y, weights }: Part, start: Variable, dtype: FloatType): FedTensors {
  const node = (name: string, { shape, data }: Matrix): Node => placeholder(name, shape, dtypeOf(data))
  const data: DataNodes = {
    x: x.map((matrix, i) => ({ stored: node(`x_${i + 1}`, matrix), scale: matrix.scale ?? 1 })),
    y: y.map((matrix, i) => node(`y_${i + 1}`, matrix)),
    weights: weights && node('weights', weights),
  }
  return { inputs: variablesOf(data), tensors: batchFrom(data, start, rowsOf(x[0]!), null, dtype) }
}

/** The values of the placeholders. */
export const feedsOf = ({ x, y, weights }: Part): TypedArray[] =>
  [...x, ...y, ...(weights ? [weights] : [])].map(({ data }) => data)
