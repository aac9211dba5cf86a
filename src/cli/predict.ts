/** `myelin predict`: predictions for new rows, as CSV. */

import { stat } from 'node:fs/promises'
import { csvHeader, csvRows, formatCsv } from '../data/csv.js'
import { formatCount } from '../figures/index.js'
import { predictFile } from '../node/stream.js'
import { writeAtomic, writeFileAtomic } from '../node/write-file.js'
import { predictData, type TrainedModel } from '../run/index.js'
import { judged } from './evaluate.js'
import { isStreamed, openData } from './open-data.js'
import { openModel } from './open-model.js'
import { requireOther } from './output-file.js'
import { showBytes } from './progress.js'
import { showNotices } from './report.js'
import { openTerminal, type Terminal } from './terminal.js'

export async function predict(path: string, data: string, options: { readonly output?: string }): Promise<void> {
  const terminal = openTerminal(process.stderr)
  if (options.output !== undefined) await requireOther(options.output, '-o', [path, data])
  const trained = await openModel(path)
  const { run, preprocessor } = trained
  if (await isStreamed(data)) {
    await predictLarge(trained, data, options.output, terminal)
    return
  }
  const kinds = preprocessor.kind === 'table' ? preprocessor.kinds() : undefined
  const rows = await openData(data, { kinds, labelled: false, run, terminal })
  const { predictions, notices } = await predictData(trained, judged(rows))
  showNotices(terminal, notices)
  const csv = formatCsv(predictions)
  if (options.output === undefined) {
    process.stdout.write(csv)
    return
  }
  await writeFileAtomic(options.output, new TextEncoder().encode(csv))
  reportWritten(terminal, predictions.rows, predictions.columns.map(({ name }) => name), options.output)
}

/** The same of a file that is not read into memory: rows are written as they come. */
async function predictLarge(
  trained: TrainedModel, data: string, output: string | undefined, terminal: Terminal,
): Promise<void> {
  const reading = showBytes(terminal)
  const total = (await stat(data)).size
  let names: readonly string[] = []
  const predicting = (write: (csv: string) => Promise<void>): ReturnType<typeof predictFile> =>
    predictFile(trained, data, async (predictions) => {
      if (names.length === 0) await write(csvHeader(predictions))
      names = predictions.columns.map(({ name }) => name)
      await write(csvRows(predictions))
    }, { onProgress: (done) => reading.update('predicting', done, total) }).finally(() => reading.end())
  const { rows, notices } = await (output === undefined ? predicting(writeOut) : writeAtomic(output, predicting))
  showNotices(terminal, notices)
  if (output !== undefined) reportWritten(terminal, rows, names, output)
}

function reportWritten(terminal: Terminal, rows: number, names: readonly string[], output: string): void {
  terminal.line(`Wrote ${formatCount(rows)} ${rows === 1 ? 'prediction' : 'predictions'} to ${output}: `
    + `${names.slice(0, 4).join(', ')}${names.length > 4 ? ', ...' : ''}`)
}

/** Waits where the reader is slow, and ends the program where it has closed its end: what would follow is for nobody. */
async function writeOut(csv: string): Promise<void> {
  const { stdout } = process
  if (!stdout.destroyed && stdout.write(csv)) return
  await new Promise<void>((resolve) => {
    if (stdout.destroyed) process.exit()
    const done = (): void => {
      stdout.off('drain', done).off('close', done)
      resolve()
    }
    stdout.on('drain', done).on('close', done)
  })
}
