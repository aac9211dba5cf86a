/** `myelin datasets`: the data that have a name. */

import { datasets, type DatasetInfo } from '../data/index.js'
import { formatCount } from '../figures/index.js'
import { commandName } from './command-name.js'
import { openTerminal } from './terminal.js'
import { wrap } from './wrap.js'

const kinds = {
  bundled: 'Bundled',
  images: 'Downloaded once (or read from the folder that MYELIN_DATA names)',
  generated: 'Generated',
} as const satisfies Record<DatasetInfo['kind'], string>

export function listDatasets(): void {
  const terminal = openTerminal(process.stdout)
  const { paint, proseWidth: width } = terminal
  const left = Math.max(...datasets.map(({ name }) => name.length)) + 2
  for (const [kind, title] of Object.entries(kinds)) {
    terminal.line(paint('bold', title))
    for (const { name, rows, features, target, task, description } of datasets.filter((info) => info.kind === kind)) {
      const text = `${description}; ${formatCount(rows)} rows, ${formatCount(features)} `
        + `${features === 1 ? 'feature' : 'features'}, ${task} of "${target}"`
      wrap(text, width - left - 2).forEach((line, i) =>
        terminal.line(`  ${paint('cyan', (i === 0 ? name : '').padEnd(left))}${line}`))
    }
    terminal.line()
  }
  terminal.line(paint('bold', 'Citations'))
  for (const { name, citation } of datasets.filter((info) => info.citation !== '')) {
    wrap(citation, width - left - 2).forEach((line, i) =>
      terminal.line(`  ${paint('cyan', (i === 0 ? name : '').padEnd(left))}${line}`))
  }
  terminal.line(`\n${commandName()} train ${datasets[0]!.name}`)
}
