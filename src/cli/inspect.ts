/** `myelin inspect`: what a model file holds. */

import type { Input } from '../data/index.js'
import { formatDate } from '../data/dates.js'
import { listNames } from '../data/names.js'
import { formatCount, formatNumber, printable, shorten, table } from '../figures/index.js'
import type { TrainedModel } from '../run/index.js'
import { openModel } from './open-model.js'
import { componentText, facts, metricsTable } from './report.js'
import { openTerminal, type Terminal } from './terminal.js'

/** More columns than this are counted, not listed. */
const mostColumns = 40

export async function inspect(path: string): Promise<void> {
  const terminal = openTerminal(process.stdout)
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
}

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
