/** `myelin inspect`: what a model file holds. */

import { MyelinError } from '../core/errors.js'
import type { Input } from '../data/index.js'
import { formatDate } from '../data/dates.js'
import { listNames } from '../data/names.js'
import { formatCount, formatNumber, printable, shorten, table } from '../figures/index.js'
import { exportText } from '../estimators/index.js'
import { surrogateOfModel, type TrainedModel } from '../run/index.js'
import { judged } from './evaluate.js'
import { openData } from './open-data.js'
import { openModel } from './open-model.js'
import { componentText, facts, metricsTable } from './report.js'
import { openTerminal, type Terminal } from './terminal.js'
import { atLeast } from './whole-number.js'
import { wrap } from './wrap.js'

/** More columns than this are counted, not listed. */
const mostColumns = 40

/** What commander hands over beside the model. */
export interface InspectOptions {
  /** Rows from which rules are grown. */
  readonly surrogate?: string
  readonly depth?: string
}

export async function inspect(path: string, { surrogate, depth }: InspectOptions = {}): Promise<void> {
  const terminal = openTerminal(process.stdout)
  const maxDepth = atLeast('--depth', depth, 1)
  if (maxDepth !== undefined && surrogate === undefined) {
    throw new MyelinError('argument', '--depth is for the tree of --surrogate DATA')
  }
  const trained = await openModel(path)
  const { run, report, model, preprocessor: { target } } = trained
  facts(terminal, [
    ['model', printable(path)],
    ['predicts', `"${printable(target.name)}": ` + (target.task === 'classification'
      ? `${formatCount(target.classes.length)} classes: ${printable(listNames(target.classes))}`
      : `a number, ${formatNumber(target.minimum)} to ${formatNumber(target.maximum)} in training`)],
    ['trained on', `${printable(run.data.source)}, ${formatCount(report.rows.train)} rows, seed ${run.seed}`
      + (model.seed === run.seed ? '' : `; the best of ${run.train.restarts} restarts has the seed ${model.seed}`)],
    ['training', `${componentText(run.train.optimizer)}, ${componentText(run.train.loss)}, batches of `
      + `${run.train.batchSize}, ${formatCount(report.epochs)} of ${formatCount(run.train.epochs)} epochs `
      + `(${report.stopped})`],
    ['run', report.fingerprint],
  ])
  heading(terminal, 'Network')
  terminal.line(model.summary().split('\n').slice(1).join('\n'))
  heading(terminal, 'Input columns')
  terminal.line(columnsOf(trained, terminal))
  heading(terminal, 'Metrics at training')
  terminal.line(metricsOf(trained, terminal))
  if (surrogate !== undefined) await reportSurrogate(trained, surrogate, maxDepth, terminal)
}

async function reportSurrogate(
  trained: TrainedModel, data: string, maxDepth: number | undefined, terminal: Terminal,
): Promise<void> {
  const { run, preprocessor } = trained
  const kinds = preprocessor.kind === 'table' ? preprocessor.kinds() : undefined
  const rows = judged(await openData(data, { kinds, labelled: false, run, terminal }))
  const { tree, fidelity, baseline, trainRows, testRows } = await surrogateOfModel(trained, rows, {
    ...(maxDepth !== undefined && { maxDepth }),
  })
  heading(terminal, 'Surrogate tree')
  terminal.line(exportText(tree, { decimals: 3 }).trimEnd().split('\n').map(printable).join('\n'))
  terminal.line()
  const classes = preprocessor.target.task === 'classification'
  const text = classes
    ? `Fidelity ${percent(fidelity)}: on ${formatCount(testRows)} rows that it was not grown from, the tree gives the model's class so `
      + `often; the model's most frequent class alone has ${percent(baseline)}.`
    : `Fidelity ${fidelity.toFixed(4)}: R² of the tree's numbers to the model's, on ${formatCount(testRows)} rows that it was not grown from.`
  for (const line of wrap(`${text} It was grown from what the model gives for ${formatCount(trainRows)} rows of ${data}; it tells what the `
    + 'model does, not how right that is.', terminal.proseWidth)) terminal.line(printable(line))
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

function heading(terminal: Terminal, text: string): void {
  terminal.line(`\n${terminal.paint('bold', text)}\n`)
}

function columnsOf({ preprocessor }: TrainedModel, terminal: Terminal): string {
  if (preprocessor.kind === 'images') {
    const { rows, columns, divideBy } = preprocessor.contract
    return `pictures of ${rows} x ${columns} pixels, 0 to ${divideBy}, divided by ${divideBy}`
  }
  const { inputs, setAside } = preprocessor.contract
  const shown = inputs.length > mostColumns ? inputs.slice(0, mostColumns / 2) : inputs
  const longest = Math.max(16, terminal.width - 50)
  return [
    table([
      ['column', 'kind', 'values in training', 'missing becomes'],
      ...shown.map((input) => columnRow(input, longest)),
    ], terminal.style),
    ...(shown.length < inputs.length ? [`and ${formatCount(inputs.length - shown.length)} more`] : []),
    ...(setAside.length > 0 ? [`set aside: ${printable(listNames(setAside))}`] : []),
  ].join('\n')
}

function columnRow(input: Input, longest: number): string[] {
  const name = shorten(printable(input.name), 24)
  const { kind } = input
  switch (kind) {
    case 'numeric': return [name, 'number', `${formatNumber(input.minimum)} to ${formatNumber(input.maximum)}`,
      formatNumber(input.impute)]
    case 'categorical': return [name, 'category', shorten(printable(input.categories.join(', ')), longest),
      input.missing === 'category' ? 'a category' : shorten(printable(input.mostFrequent), 16)]
    case 'date': return [name, 'date', `${formatDate(input.minimum)} to ${formatDate(input.maximum)}`,
      formatDate(input.impute)]
    case 'text': return [name, input.idf ? 'text, tf-idf' : 'text, bag of words',
      shorten(`${formatCount(input.vocabulary.length)} words: ${printable(input.vocabulary.join(', '))}`, longest),
      'no words']
  }
}

function metricsOf({ report }: TrainedModel, terminal: Terminal): string {
  return metricsTable(terminal, (['train', 'validation', 'test'] as const).map((part) => {
    const metrics = report.metrics[part]
    return [part, metrics && { rows: report.rows[part], metrics }]
  }))
}
