/** Trained models on CSV texts larger than memory: evaluation and prediction part by part. */

import { MyelinError, type Backend } from '../../core/index.js'
import { columnNamed, TablePreprocessor, type ColumnKind, type Features, type Table } from '../../data/index.js'
import { rowsOfLabels } from '../../data/prepare.js'
import type { ByteSource } from '../../data/stream/storage.js'
import { readTables } from '../../data/stream/tables.js'
import { allRows } from '../../data/target.js'
import { predictFirst } from '../network.js'
import type { Evaluation } from '../score.js'
import { leftOutNotices, predictionsOf, requireClasses, type TrainedModel } from '../trained-model.js'
import { score, Scorer } from './scorer.js'

/** How a model is applied to a text of any size. */
export interface ApplyStreamOptions {
  readonly backend?: Backend
  readonly signal?: AbortSignal
  /** Told of bytes of the text that were read. */
  readonly onProgress?: (bytes: number) => void
}

/** Features of tables that come one after another, and what is to be told of all of them. */
class Transformer {
  private readonly strangers: ReturnType<TablePreprocessor['strangers']>
  private last: Table | undefined

  constructor(private readonly preprocessor: TablePreprocessor) {
    this.strangers = preprocessor.strangers()
  }

  features(table: Table, rows: Int32Array): Omit<Features, 'notices'> {
    const width = this.preprocessor.featureCount
    const data = new Float64Array(rows.length * width)
    this.preprocessor.write(table, rows, 'error', data, this.strangers)
    this.last = table
    return { data, shape: [rows.length, width] }
  }

  notices(): string[] {
    return this.last ? this.preprocessor.notices(this.last, this.strangers) : []
  }
}

/** @throws MyelinError `argument` for a model of pictures */
function preprocessorOf({ preprocessor }: TrainedModel, source: ByteSource): TablePreprocessor {
  if (preprocessor instanceof TablePreprocessor) return preprocessor
  throw new MyelinError('argument', `${source.name}: a table, but the model was trained on pictures`)
}

/** Rows whose features are computed at once. */
const featuresAtOnce = 1 << 20

/** Some rows after another, so that their features fit into memory. */
function* inPortions(rows: Int32Array, width: number): Generator<Int32Array> {
  const most = Math.max(1, Math.floor(featuresAtOnce / width))
  for (let from = 0; from < rows.length; from += most) yield rows.subarray(from, from + most)
}

/**
 * As `evaluateData`, of a CSV text of any size.
 *
 * @param options.classes only rows of these classes
 * @throws MyelinError as `evaluateData`
 */
export async function evaluateStream(
  trained: TrainedModel, source: ByteSource,
  { classes, backend, ...options }: ApplyStreamOptions & { readonly classes?: readonly string[] } = {},
): Promise<{ evaluation: Evaluation, notices: readonly string[] }> {
  const preprocessor = preprocessorOf(trained, source)
  const { target } = preprocessor
  if (classes) requireClasses(trained, classes)
  const scorer = new Scorer(target)
  const transformer = new Transformer(preprocessor)
  const unseen = new Set(classes)
  let left = 0
  await readTables(source, { kinds: preprocessor.kinds(), ...options }, async (table) => {
    columnNamed(table, target.name)
    const rows = classes ? rowsOfLabels(table, target.name, classes, (label) => void unseen.delete(label))
      : allRows(table)
    left += table.rows - rows.length
    for (const some of inPortions(rows, preprocessor.featureCount)) {
      const y = Float64Array.from(preprocessor.transformTarget(table, some))
      await score(scorer, trained, transformer.features(table, some), y, { backend })
    }
  })
  for (const label of unseen) {
    throw new MyelinError('argument', `${source.name}: no row has the class "${label.slice(0, 60)}" of `
      + `"${target.name}"`)
  }
  const evaluation = scorer.evaluation()!
  return { evaluation, notices: [...leftOutNotices(evaluation.rows + left, evaluation.rows), ...transformer.notices()] }
}

/**
 * As `predictData`, of a CSV text of any size.
 *
 * @param write takes the predictions of the next rows, and is waited for
 * @returns how many rows there were, and what to tell of them
 * @throws MyelinError as `predictData`
 */
export async function predictStream(
  trained: TrainedModel, source: ByteSource, write: (predictions: Table) => Promise<void>,
  { backend, ...options }: ApplyStreamOptions = {},
): Promise<{ rows: number, notices: readonly string[] }> {
  const preprocessor = preprocessorOf(trained, source)
  const { target } = preprocessor
  // the target need not be there; of whatever kind it is, it is not read
  const kinds = new Map<string, ColumnKind>([...preprocessor.kinds()].filter(([name]) => name !== target.name))
  const transformer = new Transformer(preprocessor)
  const { rows } = await readTables(source, { kinds, ...options }, async (table) => {
    for (const some of inPortions(allRows(table), preprocessor.featureCount)) {
      await write(predictionsOf(target, await predictFirst(trained.model, transformer.features(table, some), { backend })))
    }
  })
  return { rows, notices: transformer.notices() }
}
