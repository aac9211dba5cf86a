/** `myelin evaluate`: how good a trained model is on rows with known targets. */

import { applyOptions, evaluateData, type RunData } from '../run/index.js'
import { openData } from './open-data.js'
import { openModel } from './open-model.js'
import { metricsTable, reportClasses, showNotices } from './report.js'
import { openTerminal } from './terminal.js'

/** The rows a model is judged on: of pictures with a test set, that. */
export const judged = (data: RunData) => 'table' in data ? data.table : data.testImages ?? data.images

export interface EvaluateOptions {
  readonly json?: boolean
  /** Classes between commas. */
  readonly classes?: string
}

export async function evaluate(path: string, data: string, options: EvaluateOptions): Promise<void> {
  const terminal = openTerminal(options.json ? process.stderr : process.stdout)
  const trained = await openModel(path)
  const { run, preprocessor } = trained
  const { target } = preprocessor
  const kinds = preprocessor.kind === 'table' ? preprocessor.kinds() : undefined
  const rows = await openData(data, { kinds, run, terminal })
  const { evaluation, notices } = await evaluateData(trained, judged(rows), {
    ...(options.classes !== undefined && { classes: applyOptions(run, { classes: options.classes }).data.classes! }),
  })
  showNotices(terminal, notices)
  if (data === run.data.source && !('testImages' in rows)) {
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
