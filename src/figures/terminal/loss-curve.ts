/** The loss over the epochs as a line chart of characters. */

import { MyelinError } from '../../core/errors.js'
import { formatCount, formatNumber } from './format.js'
import { painter, type Paint, type TerminalStyle } from './style.js'
import { plotLine } from './plot-line.js'

/** The losses that `lossCurve` draws, one number an epoch. */
export interface Losses {
  /** The loss on the training part after each epoch. */
  readonly train: readonly number[]
  /** The loss on the validation part after each epoch, where there is one. */
  readonly validation?: readonly number[]
}

/** What `lossCurve` takes. */
export interface LossCurveOptions extends TerminalStyle {
  /** Cells a line takes; default 72, at least 24. */
  readonly width?: number
  /** Lines of the plot without axis and legend; default 10, at least 3. */
  readonly height?: number
}

interface Series {
  readonly name: string
  readonly values: readonly number[]
  readonly colour: 'cyan' | 'yellow'
  readonly mark: string
  readonly sample: string
}

/**
 * A chart of the losses with axes and a legend that tells the last and the best value. Training is a solid line,
 * validation a dashed one. A single epoch has no curve and gives the legend alone. Values that are
 * not finite leave a gap, and the legend says where the first one is.
 *
 * @throws MyelinError 'argument' for a width below 24 or a height below 3
 */
export function lossCurve({ train, validation = [] }: Losses, options: LossCurveOptions = {}): string {
  const { width = 72, height = 10, ascii = false } = options
  if (!(width >= 24) || !(height >= 3)) {
    throw new MyelinError('argument', `lossCurve: expected a width of at least 24 and a height of at least 3, ` +
      `received ${width} and ${height}`)
  }
  const paint = painter(options)
  const all: Series[] = [
    { name: 'train', values: train, colour: 'cyan', mark: '*', sample: ascii ? '***' : '⠒⠒⠒' },
    { name: 'validation', values: validation, colour: 'yellow', mark: 'o', sample: ascii ? 'ooo' : '⠒ ⠒' },
  ]
  const series = all.filter(({ values }) => values.length > 0)
  const legend = series.map(one => `${paint(one.colour, one.sample)} ${joined(describe(one), width - 4)}`)
  const epochs = Math.max(0, ...series.map(({ values }) => values.length))
  if (epochs < 2) return epochs === 0 ? 'no epoch was trained' : legend.join('\n')
  const finite = series.flatMap(({ values }) => values.filter(Number.isFinite))
  if (finite.length === 0) return ['no finite loss to draw', ...legend].join('\n')

  const [low, high] = extent(finite)
  const labels = axisLabels(low, high, height)
  const left = Math.max('epoch'.length, ...labels.map(label => label.length))
  const plotWidth = width - left - 2
  const layers = series.map(({ values, mark }, index) =>
    plotLine(values, { epochs, low, high, width: plotWidth, height, dashed: index > 0, mark, ascii }))

  const [axis, tick] = ascii ? ['|', '+'] : ['│', '┤']
  const lines = labels.map((label, row) => {
    const cells = Array.from({ length: plotWidth }, (_, column) =>
      combine(layers.map((layer, i) => ({ cell: layer[row]![column]!, colour: series[i]!.colour })), ascii))
    return `${label.padStart(left)} ${paint('dim', label === '' ? axis : tick)}${paintRuns(cells, paint)}`
  })
  return [...lines, ...epochAxis(epochs, left, plotWidth, ascii, paint), ...legend].join('\n')
}

interface Cell {
  readonly text: string
  readonly colour: Series['colour'] | undefined
}

/** Several layers in one cell: braille dots are joined; the colour, or in ASCII the mark, is the last one's. */
function combine(layers: readonly { cell: number, colour: Series['colour'] }[], ascii: boolean): Cell {
  const drawn = layers.filter(({ cell }) => cell !== 0)
  const last = drawn.at(-1)
  if (last === undefined) return { text: ' ', colour: undefined }
  const code = ascii ? last.cell : 0x2800 + drawn.reduce((dots, { cell }) => dots | cell, 0)
  return { text: String.fromCharCode(code), colour: last.colour }
}

/** A line of cells without the spaces at its end, with one escape sequence for each run of a colour. */
function paintRuns(cells: readonly Cell[], paint: Paint): string {
  const runs: { text: string, colour: Cell['colour'] }[] = []
  for (const { text, colour } of cells) {
    const run = runs.at(-1)
    if (run?.colour === colour && run !== undefined) run.text += text
    else runs.push({ text, colour })
  }
  if (runs.at(-1)?.colour === undefined) runs.pop()
  return runs.map(({ text, colour }) => colour === undefined ? text : paint(colour, text)).join('')
}

/** The range of the plot; a constant curve gets some room, so that it runs through the middle. */
function extent(values: readonly number[]): [number, number] {
  let low = Infinity
  let high = -Infinity
  for (const value of values) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  if (high - low > 1e-9 * Math.max(Math.abs(low), Math.abs(high))) return [low, high]
  const room = Math.abs(low) / 2 || 0.5
  return [low - room, high + room]
}

/** The label of each line of the plot, most of them empty: the highest value, the lowest, and some between. */
function axisLabels(low: number, high: number, height: number): string[] {
  const decimals = 2 - Math.floor(Math.log10(high - low))
  const plain = decimals <= 6 && Math.max(Math.abs(low), Math.abs(high)) < 1e6
  const steps = Math.max(2, Math.floor((height - 1) / 3))
  const labels = new Array<string>(height).fill('')
  for (let step = 0; step <= steps; step++) {
    const row = Math.round(step * (height - 1) / steps)
    const value = high - (high - low) * row / (height - 1)
    labels[row] = plain ? value.toFixed(Math.max(0, decimals)) : value.toExponential(2)
  }
  return labels
}

function epochAxis(
  epochs: number,
  left: number,
  width: number,
  ascii: boolean,
  paint: Paint,
): string[] {
  const [corner, dash, tick] = ascii ? ['+', '-', '+'] : ['└', '─', '┬']
  const line = new Array<string>(width).fill(dash)
  const text = new Array<string>(width).fill(' ')
  const last = formatCount(epochs)
  let free = 0
  for (const epoch of new Set([1, 2, 3, 4].map(i => Math.round(1 + (epochs - 1) * (i - 1) / 4)).concat(epochs))) {
    const column = Math.round((epoch - 1) / (epochs - 1) * (width - 1))
    const label = formatCount(epoch)
    const start = Math.max(0, Math.min(column - Math.floor((label.length - 1) / 2), width - label.length))
    if (epoch < epochs && (start < free || start + label.length > width - last.length - 2)) continue
    line[column] = tick
    text.splice(start, label.length, ...label)
    free = start + label.length + 2
  }
  return [
    ' '.repeat(left + 1) + paint('dim', corner + line.join('')),
    `${'epoch'.padStart(left)}  ${text.join('')}`,
  ]
}

/** Facts after each other, on further lines where they do not fit beside the sample of a curve. */
function joined(facts: readonly string[], width: number): string {
  return facts.reduce((text, fact) => {
    const line = text.slice(text.lastIndexOf('\n') + 1).trimStart()
    return line.length + 2 + fact.length <= width ? `${text}, ${fact}` : `${text},\n    ${fact}`
  })
}

/** The last value, and what else there is to say of it. */
function describe({ name, values }: Series): string[] {
  const bad = values.findIndex(value => !Number.isFinite(value))
  let best = -1
  values.forEach((value, i) => {
    if (Number.isFinite(value) && (best < 0 || value < values[best]!)) best = i
  })
  const last = values.at(-1)!
  const parts = [`${name}: last ${formatNumber(last)}`]
  if (best >= 0 && values[best]! < last) {
    parts.push(`best ${formatNumber(values[best]!)} at epoch ${formatCount(best + 1)}`)
  }
  if (bad >= 0) parts.push(`${values[bad]} first at epoch ${formatCount(bad + 1)}`)
  return parts
}
