/** Loss and metrics of rows, outside of training. */
import type { Backend } from '../core/index.js'
import { MyelinError } from '../core/index.js'
import { Evaluation } from './evaluation.js'
import { Turns } from './event-loop.js'
import { dataVariables } from './graph.js'
import type { DataLike, ModelData } from './matrix.js'
import { rowsOf } from './matrix.js'
import { keepStates } from './predictor.js'
import type { Model } from './model.js'
import { labelledRows, rowShapes } from './rows.js'
import type { Compiled } from './step.js'
import { rowWeights } from './targets.js'

interface EvaluationSetting {
  readonly backend: Backend
  readonly sampleWeight: DataLike | undefined
  readonly batchSize: number
}

/** By name; see `Model.evaluate`. */
export async function evaluateRows(
  model: Model<unknown>,
  compiled: Compiled,
  x: ModelData,
  y: ModelData,
  { backend, sampleWeight, batchSize }: EvaluationSetting,
): Promise<Record<string, number>> {
  const rows = labelledRows(model, compiled, 'evaluate', x, y)
  if (rowsOf(rows.x[0]!) === 0) throw new MyelinError('data', 'evaluate: x has no rows')
  const weights = rowWeights(rows.y[0]!, model.dtype, sampleWeight, undefined)
  model.build(...rowShapes(rows.x))
  const evaluation = new Evaluation(model, compiled, dataVariables('data', { ...rows, weights }), batchSize)
  const session = backend.session([...model.variables.map((v) => v.variable), ...evaluation.variables])
  try {
    evaluation.compile(session)
    const values = await evaluation.run(new Turns())
    keepStates(model, session)
    return values
  } finally {
    session.release()
  }
}
