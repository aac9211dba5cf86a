/** A trained model with everything that raw data need to pass through it: preprocessing, network, and the run. */

import { MyelinError, type Backend } from '../core/index.js'
import {
  decodeNumbers, imagesOfClasses, labelsOf, makeTable, type Features, type ImageSet, type Preprocessor, type Table,
  type Target,
} from '../data/index.js'
import { rowsOfClasses } from '../data/prepare.js'
import type { Matrix, Model } from '../train/index.js'
import { headFor } from './head.js'
import { predictFirst, targetsOf } from './network.js'
import { classesOf, evaluateOutputs, type Evaluation, type Metrics } from './score.js'
import type { SettledRun } from './settle.js'

/** What training led to, as it stands in the model file. */
export interface TrainingReport {
  /** Of the run and the data: where training was not interrupted, the same fingerprint means the same weights. */
  readonly fingerprint: string
  /** Epochs that were trained. */
  readonly epochs: number
  /** `completed`, `aborted`, what stopped it (`earlyStopping`, another callback), or `converged`. */
  readonly stopped: string
  readonly rows: { readonly train: number, readonly validation: number, readonly test: number }
  /** Null for a part without rows. */
  readonly metrics: { readonly train: Metrics, readonly validation: Metrics | null, readonly test: Metrics | null }
}

/** A network with its preprocessing and the run that led to it: what a model file holds. */
export interface TrainedModel {
  readonly run: SettledRun
  readonly preprocessor: Preprocessor
  readonly model: Model
  readonly report: TrainingReport
}

/** What `predictData` takes. */
export interface ApplyOptions {
  readonly backend?: Backend
}

/** Metrics of rows with known targets. */
export async function evaluatePart(
  { model, preprocessor, run }: Omit<TrainedModel, 'report'>, x: Features, y: Int32Array | Float64Array,
  options: ApplyOptions = {},
): Promise<Evaluation> {
  const { target } = preprocessor
  const outputs = await predictFirst(model, x, options)
  const { loss } = await model.evaluate(x, targetsOf(model, headFor(target, run.train.loss).targets(y)), options)
  return evaluateOutputs(target, y, outputs.data, loss!)
}

/** What `evaluateData` takes. */
export interface EvaluateDataOptions extends ApplyOptions {
  /** Only rows of these classes; the notices tell how many were left out. Default: all rows. */
  readonly classes?: readonly string[]
}

const isTable = (source: Table | ImageSet): source is Table => Array.isArray(source.columns)

/** @throws MyelinError `argument` for a class that the model does not know */
export function requireClasses(
  { preprocessor: { target } }: Pick<TrainedModel, 'preprocessor'>, classes: readonly string[],
): void {
  const strange = target.task === 'classification' ? classes.filter((name) => !target.classes.includes(name)) : classes
  if (target.task === 'classification' && strange.length === 0) return
  throw new MyelinError('argument', target.task === 'classification'
    ? `the model does not know the class "${strange[0]!.slice(0, 60)}"; it knows `
      + target.classes.join(', ').slice(0, 200)
    : `the model predicts the number "${target.name}", which has no classes`)
}

/** What to tell where rows of other classes were left out. */
export const leftOutNotices = (before: number, after: number): string[] =>
  after < before ? [`left out ${before - after} of ${before} rows, of other classes`] : []

function ofClasses({ preprocessor }: TrainedModel, source: Table | ImageSet, classes: readonly string[]):
{ part: Table | ImageSet, notices: string[] } {
  const { target } = preprocessor
  requireClasses({ preprocessor }, classes)
  const part = isTable(source) ? rowsOfClasses(source, target.name, classes)
    : imagesOfClasses(source, labelsOf(source, classes))
  const count = (rows: Table | ImageSet): number => isTable(rows) ? rows.rows : rows.count
  return { part, notices: leftOutNotices(count(source), count(part)) }
}

/**
 * Metrics of a table or of pictures with targets.
 *
 * @throws MyelinError `data` for a column that is missing or of the wrong kind, or a class that training did not have
 */
export async function evaluateData(
  trained: TrainedModel, source: Table | ImageSet, { classes, ...options }: EvaluateDataOptions = {},
): Promise<{ evaluation: Evaluation, notices: readonly string[] }> {
  const { preprocessor } = trained
  const { part, notices } = classes ? ofClasses(trained, source, classes)
    : { part: source, notices: [] }
  const x = preprocessor.transform(part as Table & ImageSet)
  const y = preprocessor.transformTarget(part as Table & ImageSet)
  return { evaluation: await evaluatePart(trained, x, y, options), notices: [...notices, ...x.notices] }
}

/** A probability of a float32 network without the digits that mean nothing. */
const rounded = (value: number): number => Number(value.toPrecision(7))

/** A number without the digits that mean nothing beside a spread of `scale`, however large the number itself is. */
function roundedTo(scale: number): (value: number) => number {
  let digits = 0
  for (let unit = scale; unit < 1e6 && digits < 100; unit *= 10) digits += 1
  return (value) => Number(value.toFixed(digits))
}

/**
 * Predictions for the rows of a table or for pictures, as a table: `predicted_<target>` and, for classes, a column
 * `probability_<class>` each; before them `file`, where each picture or text has its own.
 *
 * @throws MyelinError `data` for a column that is missing or of the wrong kind, or a category that training did not
 *   have
 */
export async function predictData(
  { model, preprocessor }: TrainedModel, source: Table | ImageSet, options: ApplyOptions = {},
): Promise<{ predictions: Table, notices: readonly string[] }> {
  const x = preprocessor.transform(source as Table & ImageSet)
  const [rows] = x.shape
  const outputs = rows === 0 ? { data: new Float32Array(0), shape: [0, 1] }
    : await predictFirst(model, x, options)
  const files = source.files ? [['file', source.files] as const] : []
  return { predictions: predictionsOf(preprocessor.target, outputs, files), notices: x.notices }
}

/** The outputs for some rows as a table, behind columns that stand before them. */
export function predictionsOf(
  target: Target, outputs: Matrix, before: readonly (readonly [string, readonly string[]])[] = [],
): Table {
  const rows = outputs.shape[0]!
  const name = `predicted_${target.name}`
  if (target.task === 'regression') {
    return makeTable([[name, decodeNumbers(target, outputs.data).map(roundedTo(target.scale))]])
  }
  const units = outputs.shape[1]!
  const labels = Array.from(classesOf(outputs.data, units), (code) => target.classes[code]!)
  const probability = (row: number, code: number): number => units > 1 ? outputs.data[row * units + code]!
    : code === 1 ? outputs.data[row]! : 1 - outputs.data[row]!
  const columns = target.classes.map((label, code) => [
    `probability_${label}`, Float64Array.from({ length: rows }, (_, row) => rounded(probability(row, code))),
  ] as const)
  return makeTable([...before, [name, labels], ...columns])
}
