/** Evaluation and prediction of what a source gives. */
import type { Backend } from '../core/index.js'
import { MyelinError, sizeOf, typedArray } from '../core/index.js'
import type { Source } from './batch.js'
import { hasX } from './batch.js'
import { Turns } from './event-loop.js'
import { BatchReading } from './fed-batch.js'
import type { Matrix } from './matrix.js'
import { rowsOf } from './matrix.js'
import type { Model } from './model.js'
import { keepStates } from './predictor.js'
import { networkRows, rowShapes } from './rows.js'
import { SourceEvaluation } from './source-evaluation.js'
import { closing, SourceReader } from './source-reader.js'
import type { Compiled } from './step.js'

interface SourceValues {
  readonly steps: number | undefined
  readonly prefetch: number
}

const readerOf = <T>(
  what: string,
  source: Source<unknown>,
  { steps, prefetch }: SourceValues,
  read: (item: unknown, place: string) => T,
): SourceReader<T> =>
  new SourceReader({
    what,
    source,
    read,
    prefetch,
    steps,
    stepsOption: 'steps',
    epochs: 1,
    goesOn: false,
    signal: undefined,
  })

/** Loss and metrics of all batches, by name. */
export async function evaluateSource(
  model: Model<unknown>,
  compiled: Compiled,
  source: Source<unknown>,
  backend: Backend,
  values: SourceValues,
): Promise<Record<string, number>> {
  const reading = new BatchReading(model, compiled, undefined)
  const reader = readerOf('evaluate', source, values, (item, place) => reading.read(item, place))
  return closing(reader, async () => {
    reader.startEpoch(0)
    const first = await reader.peek()
    if (typeof first !== 'string') model.build(...rowShapes(first.x))
    const evaluation = new SourceEvaluation(model, compiled, reader)
    const session = backend.session([...model.variables.map((v) => v.variable), ...evaluation.variables])
    try {
      evaluation.compile(session)
      const figures = (await evaluation.run(new Turns(), 0)) ?? {}
      keepStates(model, session)
      return figures
    } finally {
      session.release()
    }
  })
}

/** The outputs for all rows that a source gives, one batch after another. */
export async function predictSource(
  model: Model<unknown>,
  source: Source<unknown>,
  values: SourceValues,
  predict: (rows: readonly Matrix[]) => Promise<Matrix[]>,
): Promise<Matrix[]> {
  const names = model.inputNames
  const reader = readerOf('predict', source, values, (item, place) => {
    const rows = networkRows(model, `${place}: x`, (hasX(item, names) ? item.x : item) as never)
    if (rowsOf(rows[0]!) === 0) throw new MyelinError('data', `${place} has no rows`)
    // a source may write its next batch over this one
    return rows.map((matrix) => ({ ...matrix, data: matrix.data.slice() }))
  })
  return closing(reader, async () => {
    const batches: Matrix[][] = []
    reader.startEpoch(0)
    for (let rows = await reader.take(); typeof rows !== 'string'; rows = await reader.take()) {
      batches.push(await predict(rows))
    }
    return batches[0]!.map((_, i) => joined(batches.map((outputs) => outputs[i]!)))
  })
}

/** Rows one under another. */
function joined(matrices: readonly Matrix[]): Matrix {
  const [first] = matrices as readonly [Matrix, ...Matrix[]]
  const rows = matrices.reduce((sum, matrix) => sum + rowsOf(matrix), 0)
  const shape = [rows, ...first.shape.slice(1)]
  const data = typedArray(first.data instanceof Float64Array ? 'float64' : 'float32', sizeOf(shape))
  let at = 0
  for (const matrix of matrices) {
    data.set(matrix.data as Float64Array, at)
    at += matrix.data.length
  }
  return { data, shape }
}
