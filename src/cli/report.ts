/** What people read of a run: what will be trained, and at the end how good it is and what to do next. */

import {
  classificationReport, confusionTable, displayWidth, formatCount, formatDuration, formatNumber, lossCurve, printable,
  shorten, table,
} from '../figures/index.js'
import type { LayerJson } from '../nn/index.js'
import { valueText, type Evaluation, type RunResult, type RunStart, type SettledRun } from '../run/index.js'
import { headsOf, isWhole } from '../run/network-document.js'
import { commandName } from './command-name.js'
import type { Terminal } from './terminal.js'
import { wrap } from './wrap.js'

/** Beyond this, scores of each class are a wall of figures. */
const mostClassesReported = 40

/** `adam`, `sgd (learningRate 3)`. */
export function componentText(component: string | { readonly name: string }): string {
  if (typeof component === 'string') return component
  const { name, ...options } = component as Readonly<Record<string, unknown>>
  const given = Object.entries(options).map(([option, value]) =>
    `${option} ${typeof value === 'object' ? componentText(value as { readonly name: string }) : String(value)}`)
  return `${String(name)} (${given.join(', ')})`
}

/** `100 relu`, `dropout 0.2`, `conv2D 8 relu`, `reshape 28 x 28 x 1`. */
function layerText({ layer, units, filters, rate, targetShape, activation }: LayerJson): string {
  if (layer === 'dense') return `${String(units)} ${String(activation ?? 'linear')}`
  const size = units ?? filters ?? rate ?? (Array.isArray(targetShape) ? targetShape.join(' x ') : undefined)
  return [layer, size, typeof activation === 'object' ? undefined : activation].filter((part) => part !== undefined)
    .map(String).join(' ')
}

/** `64 → 100 relu → dropout 0.2 → 10 softmax`, or `64 → 5 layers that branch → 10 softmax, 10 softmax`. */
export function networkText({ network }: SettledRun, features: number, last: string, arrow: string): string {
  const between = (parts: readonly string[]): string => [String(features), ...parts].join(` ${arrow} `)
  if (!isWhole(network)) return between([...network.map(layerText), last])
  const { layers, calls } = network
  if (!calls) return between(layers.map(layerText))
  const heads = [...headsOf(network)].map((position) => layers[position]!)
  return between([`${formatCount(layers.length)} layers that branch`, heads.map(layerText).join(', ')])
}

/** Headings at the left, what they are about beside them, wrapped to the terminal. */
export function facts(terminal: Terminal, entries: readonly (readonly [name: string, text: string])[]): void {
  const left = Math.max(...entries.map(([name]) => name.length)) + 2
  for (const [name, text] of entries) {
    wrap(text, terminal.proseWidth - left).forEach((line, i) =>
      terminal.line(terminal.paint('bold', (i === 0 ? name : '').padEnd(left)) + line))
  }
}

/** Remarks about data, such as columns that were set aside. */
export function showNotices(terminal: Terminal, notices: readonly string[]): void {
  for (const notice of notices) {
    wrap(printable(notice), terminal.proseWidth - 6).forEach((line, i) =>
      terminal.line(terminal.paint('yellow', i === 0 ? 'note  ' : '      ') + line))
  }
}

export function reportStart(terminal: Terminal, start: RunStart): void {
  const { run, fingerprint, preprocessor, head, rows, parameters, notices } = start
  const { target, featureCount } = preprocessor
  const { data, train } = run
  const classes = target.task === 'classification' ? target.classes.length : 0
  const arrow = terminal.style.ascii ? '->' : '→'
  facts(terminal, [
    ['data', `${printable(data.source)}, ${target.task} of "${printable(target.name)}"`
      + `${classes > 0 ? ` in ${formatCount(classes)} classes` : ''} `
      + `from ${formatCount(featureCount)} ${featureCount === 1 ? 'feature' : 'features'}`],
    ['rows', [`${formatCount(rows.train)} to train on`,
      ...(rows.validation > 0 ? [`${formatCount(rows.validation)} to validate`] : []),
      ...(rows.test > 0 ? [`${formatCount(rows.test)} to test`] : [])].join(', ')],
    ['network', `${networkText(run, featureCount, `${head.units} ${head.activation}`, arrow)}, `
      + `${formatCount(parameters)} parameters`],
    ['training', `${componentText(train.optimizer)}, ${componentText(train.loss)}, batches of ${train.batchSize}, `
      + `${train.earlyStopping ? 'at most ' : ''}${epochsText(train.epochs)}`
      + (train.earlyStopping ? `, until ${untilText(train.earlyStopping)}` : '')
      + train.callbacks.map((callback) => `, ${componentText(callback)}`).join('')
      + (train.restarts > 1 ? `; the best of ${formatCount(train.restarts)} restarts` : '')],
    ['run', `${shorten(fingerprint, Math.min(fingerprint.length, terminal.width - 11))}`],
  ])
  showNotices(terminal, notices)
  terminal.line()
}

/** `10 bring no lower validation loss`. */
function untilText({ patience, monitor = 'valLoss', mode }: NonNullable<SettledRun['train']['earlyStopping']>): string {
  const better = mode === undefined ? 'better' : mode === 'max' ? 'higher' : 'lower'
  return `${patience} bring no ${monitor === 'valLoss' ? 'lower' : better} ${valueText(monitor).replace(/^the /, '')}`
}

const score = (value: number): string => value.toFixed(4)

/** A row of figures for each part; where the terminal is narrow, figures in the middle are left out. */
export function metricsTable(
  terminal: Terminal, parts: readonly (readonly [name: string, evaluation: Evaluation | null])[],
): string {
  const known = parts.filter((part): part is readonly [string, Evaluation] => part[1] !== null)
  const numbers = known.some(([, { metrics }]) => 'r2' in metrics)
  const rows: (string | number)[][] = [
    ['', 'rows', 'loss', ...(numbers ? ['R²', 'MSE', 'MAE'] : ['accuracy', 'precision', 'recall', 'F1'])],
    ...known.map(([name, { rows, metrics }]) => [name, formatCount(rows), formatNumber(metrics.loss),
      ...('r2' in metrics
        ? [metrics.r2 === null ? '' : score(metrics.r2), formatNumber(metrics.mse), formatNumber(metrics.mae)]
        : [metrics.accuracy, metrics.precision, metrics.recall, metrics.f1].map(score))]),
  ]
  const width = (): number => Math.max(...table(rows).split('\n').map(displayWidth))
  while (rows[0]!.length > 5 && width() > terminal.width) for (const row of rows) row.splice(4, 1)
  return table(rows, terminal.style)
}

/** The confusion matrix and each class's scores. */
export function reportClasses(
  terminal: Terminal, part: string, { confusion, scores }: Evaluation, classes: readonly string[],
): void {
  if (!confusion || !scores) return
  terminal.line(`\n${terminal.paint('bold', `Confusion matrix, ${part}`)}\n`)
  terminal.line(confusionTable(confusion, classes, { ...terminal.style, maxWidth: terminal.width }))
  if (classes.length > mostClassesReported) return
  terminal.line(`\n${terminal.paint('bold', `Classes, ${part}`)}\n`)
  terminal.line(classificationReport(scores, classes, terminal.style))
}

const epochsText = (epochs: number): string => `${formatCount(epochs)} ${epochs === 1 ? 'epoch' : 'epochs'}`

/** How training ended. */
function endOf({ history, report }: RunResult): string {
  const speed = `in ${formatDuration(history.seconds)}, ${formatCount(history.samplesPerSecond)} samples/s`
  const verb = report.stopped === 'aborted' ? 'Interrupted after'
    : report.stopped === 'earlyStopping' ? 'Stopped early after'
    : report.stopped === 'converged' ? 'Converged after'
    : report.stopped === 'completed' ? 'Trained' : `Stopped by ${report.stopped} after`
  const restored = history.restoredEpoch !== undefined
    ? `; the weights are those of epoch ${formatCount(history.restoredEpoch + 1)}, the best` : ''
  return `${verb} ${epochsText(report.epochs)} ${speed}${restored}.`
}

/** Which of several trainings is kept, and how the others were. */
function restartsText({ restarts, history: kept }: RunResult): string {
  const best = restarts.find(({ history }) => history === kept)!
  const others = restarts.flatMap(({ value }) => value === null || value === best.value ? [] : [value])
  const range = others.length === 0 ? '' : `; the others ${formatNumber(Math.min(...others))} to `
    + formatNumber(Math.max(...others))
  const failed = restarts.filter(({ history }) => history === null).length
  return `Kept the best of ${formatCount(restarts.length)} restarts, seed ${best.seed}`
    + `${best.value === null ? '' : ` (${kept.history.valLoss ? 'validation ' : ''}loss ${formatNumber(best.value)}${range})`}`
    + `${failed === 0 ? '' : `; ${formatCount(failed)} diverged`}.`
}

export function reportEnd(terminal: Terminal, result: RunResult, file: string): void {
  const { preprocessor: { target }, history: { history }, train, validation, test } = result
  const { loss = [], valLoss = [] } = history
  terminal.line()
  for (const text of [endOf(result), ...(result.restarts.length > 1 ? [restartsText(result)] : [])]) {
    for (const line of wrap(text, terminal.proseWidth)) terminal.line(line)
  }
  if (loss.length > 1) {
    terminal.line(`\n${terminal.paint('bold', 'Loss')}\n`)
    terminal.line(lossCurve({ train: loss, validation: valLoss }, {
      ...terminal.style, width: Math.min(72, terminal.width), height: 8,
    }))
  }
  if (target.task === 'classification') {
    reportClasses(terminal, test ? 'test part' : 'training part', test ?? train, target.classes)
  }
  terminal.line(`\n${terminal.paint('bold', 'Metrics')}\n`)
  terminal.line(metricsTable(terminal, [['train', train], ['validation', validation], ['test', test]]))
  const myelin = commandName()
  const data = result.preprocessor.kind === 'images' ? 'FOLDER' : 'DATA.csv'
  const path = quoted(file)
  terminal.line(`\nSaved ${terminal.paint('green', printable(file))}\n`)
  const next = [
    ['look inside', `inspect ${path}`],
    ['judge other rows', `evaluate ${path} ${data}`],
    ['predict new rows', `predict ${path} ${data} -o OUT.csv`],
    ['all options', 'train --help'],
  ]
  terminal.line(terminal.paint('bold', 'Next'))
  for (const [what, command] of next) {
    terminal.line(`  ${what!.padEnd(18)}${terminal.paint('cyan', `${myelin} ${command!}`)}`)
  }
}

/** A word for the shell. */
function quoted(word: string): string {
  return /^[\w./\\:@%+=,-]+$/.test(word) ? word : `"${printable(word).replace(/["$`\\]/g, '\\$&')}"`
}
