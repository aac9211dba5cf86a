/** A model's layers as an aligned table. */
import type { LayerSummary } from './network.js'

/** A whole number with commas between thousands. */
const grouped = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',')

export function summaryTable(
  name: string,
  layers: readonly LayerSummary[],
  parameters: number,
  trainable: number,
  size: string,
): string {
  const rows = [
    ['Layer', 'Kind', 'Output', 'Parameters'],
    ...layers.map((layer) => [
      layer.name,
      layer.kind,
      `[${['batch', ...layer.outputShape].join(', ')}]`,
      grouped(layer.parameters),
    ]),
  ]
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]!.length)))
  const lines = rows.map((row) =>
    row.map((cell, i) => (i === 3 ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))).join('  '),
  )
  const rule = '-'.repeat(lines[0]!.length)
  const rest =
    parameters === trainable ? '' : `; ${grouped(trainable)} trainable, ${grouped(parameters - trainable)} not`
  return [
    `Model "${name}"`,
    lines[0],
    rule,
    ...lines.slice(1),
    rule,
    `${grouped(parameters)} parameters (${size})${rest}`,
  ].join('\n')
}
