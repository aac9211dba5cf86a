/** `myelin predict`: predictions for new rows, as CSV. */

import { formatCsv } from '../data/index.js'
import { formatCount } from '../figures/index.js'
import { writeFileAtomic } from '../node/write-file.js'
import { predictData } from '../run/index.js'
import { judged } from './evaluate.js'
import { openData } from './open-data.js'
import { openModel } from './open-model.js'
import { requireOther } from './output-file.js'
import { showNotices } from './report.js'
import { openTerminal } from './terminal.js'

export async function predict(path: string, data: string, options: { readonly output?: string }): Promise<void> {
  const terminal = openTerminal(process.stderr)
  if (options.output !== undefined) await requireOther(options.output, '-o', [path, data])
  const trained = await openModel(path)
  const { run, preprocessor } = trained
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
  terminal.line(`Wrote ${formatCount(predictions.rows)} ${predictions.rows === 1 ? 'prediction' : 'predictions'} to `
    + `${options.output}: ${predictions.columns.slice(0, 4).map(({ name }) => name).join(', ')}`
    + `${predictions.columns.length > 4 ? ', ...' : ''}`)
}
