/** Benchmark results as a Markdown table, each peer's figure with Myelin's speed as a multiple of its. */
import { readFileSync, writeFileSync } from 'node:fs'

const begin = '<!-- results -->'
const end = '<!-- end of results -->'

function significant(value) {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

function figure(result, unit) {
  if (unit.endsWith('/s')) return significant(result.samplesPerSecond)
  return significant(result.seconds * (unit === 'µs' ? 1e6 : 1e3))
}

function cell(result, own, unit) {
  if (result === undefined) return ''
  if (result.unsupported) return 'no'
  if (result.failed) return 'failed'
  const text = `${result.scaled ? '~' : ''}${figure(result, unit)}`
  if (own?.seconds === undefined || own === result) return text
  return `${text} (${significant(result.seconds / own.seconds)}x)`
}

/** Rows are workloads, columns are peers. */
export function tableOf(workloads) {
  const columns = [...new Set(Object.values(workloads).flatMap(({ peers }) => Object.keys(peers)))]
  const row = (cells) => `| ${cells.join(' | ')} |`
  return [
    row(['', 'unit', ...columns]),
    row(['---', '---', ...columns.map(() => '---:')]),
    ...Object.entries(workloads).map(([name, { unit, peers }]) =>
      row([name, unit, ...columns.map((peer) => cell(peers[peer], peers.myelin, unit))])),
  ].join('\n')
}

/** Replaces what stands between the markers of a README. */
export function writeTable(file, { machine, versions, missing, repeat, workloads }) {
  const text = readFileSync(file, 'utf8')
  const [before, rest] = text.split(begin)
  const after = rest?.split(end)[1]
  if (after === undefined) throw new Error(`${file}: the markers ${begin} and ${end} are missing`)
  const memory = Object.entries(workloads.W4?.peers ?? {}).filter(([, { peakMemoryBytes }]) => peakMemoryBytes)
    .map(([peer, { peakMemoryBytes }]) => `${peer} ${Math.round(peakMemoryBytes / 2 ** 20)} MiB`)
  const lines = [
    tableOf(workloads), '',
    `Medians of ${repeat} rounds on ${machine.processor?.trim()}, ${machine.cores} cores, Node ${machine.node}; one thread`
      + ' each, in W9 all cores.',
    ...(memory.length > 0 ? ['', `Peak memory of the whole process in W4: ${memory.join(', ')}.`] : []),
    '', ...Object.entries(versions).map(([peer, version]) => `- ${peer}: ${version}`),
    ...Object.entries(missing).map(([peer, reason]) => `- ${peer} was left out: ${reason}`),
  ]
  writeFileSync(file, `${before}${begin}\n${lines.join('\n')}\n${end}${after}`)
}
