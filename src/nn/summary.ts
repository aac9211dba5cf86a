/** A model's layers as an aligned table. */
import type { LayerSummary } from './network-types.js'

/** A whole number with commas between thousands. */
const grouped = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',')

/** @param branches whether it is told what each layer is applied to */
export function summaryTable(
  name: string,
  layers: readonly LayerSummary[],
  branches: boolean,
  parameters: number,
  trainable: number,
  size: string,
): string {
  const rows = [
    ['Layer', 'Kind', 'Output', 'Parameters', 'Multiply-adds', 'Applied to'],
    ...layers.map((layer) => [
      layer.name,
      layer.kind,
      `[${['batch', ...layer.outputShape].join(', ')}]`,
      grouped(layer.parameters),
      grouped(layer.multiplyAdds),
      layer.inputs.join(', '),
    ]),
  ].map((row) => row.slice(0, branches ? 6 : 5))
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  const lines = rows.map((row) =>
    row
      .map((cell, i) => (i === 3 || i === 4 ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd(),
  )
  const rule = '-'.repeat(Math.max(...lines.map(({ length }) => length)))
  const rest =
    parameters === trainable ? '' : `; ${grouped(trainable)} trainable, ${grouped(parameters - trainable)} not`
  return [
    `Model "${name}"`,
    lines[0],
    rule,
    ...lines.slice(1),
    rule,
    `${grouped(parameters)} parameters (${size})${rest}`,
    `${grouped(layers.reduce((sum, layer) => sum + layer.multiplyAdds, 0))} multiply-adds for one row`,
  ].join('\n')
}
