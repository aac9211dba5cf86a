/** Lines and points over two axes, as SVG. */
import { MyelinError } from '../core/index.js'

/** One line, or one cloud of points. */
export interface Series {
  readonly name: string
  readonly x: ArrayLike<number>
  readonly y: ArrayLike<number>
  /** Default `line`. */
  readonly draw?: 'line' | 'dashed' | 'points'
  /** A colour of CSS; default: one of a palette that colour-blind readers can tell apart (Okabe and Ito 2008). */
  readonly colour?: string
}

/** What a chart shows beside its series. */
export interface LineChartOptions {
  readonly title?: string
  readonly xLabel?: string
  readonly yLabel?: string
  /** In pixels; default 640 and 400. */
  readonly width?: number
  readonly height?: number
}

const palette = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000']
const margin = { left: 60, right: 16, top: 36, bottom: 44 }

/**
 * A chart as the text of an SVG file. Values that are not finite leave gaps.
 *
 * @throws MyelinError `data` for no finite points, or for x and y of different length
 */
export function lineChart(series: readonly Series[], options: LineChartOptions = {}): string {
  const { title = '', xLabel = '', yLabel = '', width = 640, height = 400 } = options
  for (const { name, x, y } of series) {
    if (x.length !== y.length) throw new MyelinError('data', `lineChart: "${name}" has ${x.length} values of x and ${y.length} of y`)
  }
  const xs = axis(series.flatMap(({ x }) => Array.from(x)), margin.left, width - margin.right)
  const ys = axis(series.flatMap(({ y }) => Array.from(y)), height - margin.bottom, margin.top)
  const text = (x: number, y: number, content: string, rest = ''): string => `<text x="${x}" y="${y}"${rest}>${escaped(content)}</text>`
  const grid = [
    ...xs.ticks.flatMap((tick) => {
      const x = short(xs.place(tick))
      return [`<path class="grid" d="M${x} ${margin.top}V${height - margin.bottom}"/>`,
        text(x, height - margin.bottom + 16, label(tick), ' text-anchor="middle"')]
    }),
    ...ys.ticks.flatMap((tick) => {
      const y = short(ys.place(tick))
      return [`<path class="grid" d="M${margin.left} ${y}H${width - margin.right}"/>`,
        text(margin.left - 6, y + 4, label(tick), ' text-anchor="end"')]
    }),
  ]
  const drawn = series.map(({ draw = 'line', colour, ...one }, i) => {
    const stroke = escaped(colour ?? palette[i % palette.length]!)
    const points = Array.from(one.x, (x, k) => [x, one.y[k]!] as const)
    if (draw === 'points') {
      return points.filter((point) => point.every(Number.isFinite)).map(([x, y]) =>
        `<circle cx="${short(xs.place(x))}" cy="${short(ys.place(y))}" r="2.5" fill="${stroke}"/>`).join('')
    }
    let pen = 'M'
    const path = points.map(([x, y]) => {
      if (!Number.isFinite(x) || !Number.isFinite(y)) {
        pen = 'M'
        return ''
      }
      const step = `${pen}${short(xs.place(x))} ${short(ys.place(y))}`
      pen = 'L'
      return step
    }).join('')
    return `<path d="${path}" fill="none" stroke="${stroke}" stroke-width="2"${draw === 'dashed' ? ' stroke-dasharray="6 4"' : ''}/>`
  })
  // a white rim, as lines may pass below
  const legend = series.map(({ name, colour }, i) =>
    text(width - margin.right - 8, margin.top + 16 + 16 * i, name, ` text-anchor="end" stroke="#fff" stroke-width="3" paint-order="stroke" fill="${escaped(colour ?? palette[i % palette.length]!)}"`))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
      `font-family="sans-serif" font-size="12" role="img" aria-label="${escaped(title || series.map(({ name }) => name).join(', '))}">`,
    '<style>.grid{stroke:#ddd;fill:none}</style>',
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...grid, ...drawn, ...legend,
    text(width / 2, 20, title, ' text-anchor="middle" font-size="14" font-weight="bold"'),
    text((margin.left + width - margin.right) / 2, height - 8, xLabel, ' text-anchor="middle"'),
    text(14, height / 2, yLabel, ` text-anchor="middle" transform="rotate(-90 14 ${height / 2})"`),
    '</svg>',
    '',
  ].join('\n')
}

interface Axis {
  readonly ticks: readonly number[]
  /** The pixel of a value. */
  place(value: number): number
}

/** From a value before the least to one behind the greatest, with about six ticks at 1, 2 or 5 times a power of ten. */
function axis(values: readonly number[], from: number, to: number): Axis {
  const finite = values.filter(Number.isFinite)
  if (finite.length === 0) throw new MyelinError('data', 'lineChart: there are no finite points to draw')
  let least = finite.reduce((a, b) => Math.min(a, b)), greatest = finite.reduce((a, b) => Math.max(a, b))
  if (least === greatest) [least, greatest] = [least - 1, greatest + 1]
  const rough = (greatest - least) / 6
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10)
  const [first, last] = [Math.floor(least / step), Math.ceil(greatest / step)]
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step)
  return { ticks, place: (value) => from + ((value - first * step) / ((last - first) * step)) * (to - from) }
}

/** A tick without the tail that binary fractions leave. */
const label = (tick: number): string => String(Number(tick.toPrecision(6)))
const short = (pixel: number): number => Math.round(pixel * 100) / 100
const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (letter) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[letter]!)
