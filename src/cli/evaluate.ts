/** `myelin evaluate`: how good a trained model is on rows with known targets. */

import { stat } from 'node:fs/promises'
import { evaluateFile } from '../node/stream.js'
import { applyOptions, evaluateData, type RunData, type TrainedModel } from '../run/index.js'
import { isStreamed, openData } from './open-data.js'
import { openModel } from './open-model.js'
import { showBytes } from './progress.js'
import { metricsTable, reportClasses, showNotices } from './report.js'
import { openTerminal, type Terminal } from './terminal.js'

/** The rows a model is judged on: of pictures with a test set, that. */
export const judged = (data: RunData) => 'table' in data ? data.table : data.testImages ?? data.images

export interface EvaluateOptions {
  readonly json?: boolean
  /** Classes between commas. */
  readonly classes?: string
}

/** A file that is not read into memory. */
async function judgeLarge(
  trained: TrainedModel, path: string, wanted: { readonly classes?: readonly string[] }, terminal: Terminal,
): ReturnType<typeof evaluateData> {
  const reading = showBytes(terminal)
  const total = (await stat(path)).size
  return evaluateFile(trained, path, { ...wanted, onProgress: (done) => reading.update('evaluating', done, total) })
    .finally(() => reading.end())
}

export async function evaluate(path: string, data: string, options: EvaluateOptions): Promise<void> {
  const terminal = openTerminal(options.json ? process.stderr : process.stdout)
  const trained = await openModel(path)
  const { run, preprocessor } = trained
  const { target } = preprocessor
  const wanted = options.classes === undefined ? {}
    : { classes: applyOptions(run, { classes: options.classes }).data.classes! }
  let ownTestSet = false
  const judge = async (): ReturnType<typeof evaluateData> => {
    const kinds = preprocessor.kind === 'table' ? preprocessor.kinds() : undefined
    const rows = await openData(data, { kinds, run, terminal })
    ownTestSet = 'testImages' in rows
    return evaluateData(trained, judged(rows), wanted)
  }
  const { evaluation, notices } = await (await isStreamed(data) ? judgeLarge(trained, data, wanted, terminal) : judge())
  showNotices(terminal, notices)
  if (data === run.data.source && !ownTestSet) {
    showNotices(terminal, ['these are also the rows that the model was trained on; what it does with new rows is told '
      + 'by the test part in "inspect"'])
  }
  terminal.line(metricsTable(terminal, [[data, evaluation]]))
  if (target.task === 'classification') reportClasses(terminal, data, evaluation, target.classes)
  if (!options.json) return
  process.stdout.write(`${JSON.stringify({
    task: target.task, model: path, data, target: target.name, rows: evaluation.rows, ...evaluation.metrics,
    ...(target.task === 'classification' && { classes: target.classes, confusionMatrix: evaluation.confusion }),
  })}\n`)
}
