/**
 * The benchmark: every workload of workloads.json, by Myelin and by its peers, each in a process of its own, one at a
 * time and in turns (A B C A B C ...), with one thread (searches: with all cores); medians over the rounds.
 *
 *     npm run bench -- [--only W1,W4] [--peers myelin,sklearn] [--repeat 3] [--json]
 *
 * Writes results.json and the table of README.md for the workloads that ran, unless --peers left some out.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { measureColdStarts } from './cold-start.mjs'
import { childEnvironment, chosenPeers, folder, median, peers, preparePeers } from './peers.mjs'
import { tableOf, writeTable } from './table.mjs'

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' }, peers: { type: 'string' }, repeat: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
  },
})
const say = (text) => console.error(text)
const fail = (text) => {
  say(text)
  process.exit(1)
}

const workloads = JSON.parse(readFileSync(join(folder, 'workloads.json'), 'utf8'))
const coldStart = 'cold-start'
const all = [...Object.keys(workloads), coldStart]

/** `--only W1,W7` means W1, W7-1 and W7-1024. */
function chosenWorkloads(list) {
  if (list === undefined) return all
  return list.split(',').flatMap((word) => {
    const names = all.filter((name) => name === word.trim() || name.startsWith(`${word.trim()}-`))
    return names.length > 0 ? names : fail(`--only: there is no "${word}"; there are ${all.join(', ')}`)
  })
}

/** MNIST as the loaders look for it: $MYELIN_DATA, then the shared data folder. */
function mnistFolder() {
  const shared = process.env.MYELIN_SHARED ?? join(folder, '..', '..', 'shared')
  const folders = [process.env.MYELIN_DATA, join(shared, 'data')].filter(Boolean).map((path) => resolve(path, 'mnist'))
  return folders.find((path) => existsSync(join(path, 'train-images-idx3-ubyte.gz')))
}

function runOnce(peer, task) {
  const { status, stdout, stderr } = spawnSync(
    peers[peer].command(), [join(folder, 'peers', peers[peer].file), JSON.stringify(task)],
    { encoding: 'utf8', env: childEnvironment(), maxBuffer: 1 << 26, timeout: 600_000 })
  const line = stdout?.trim().split('\n').at(-1) ?? ''
  if (status === 0 && line.startsWith('{')) return JSON.parse(line)
  const lines = (stderr || stdout || `exit status ${status}`).trim().split('\n')
  return { failed: lines.slice(-3).join(' / ').slice(0, 300) }
}

function summary(runs) {
  const failed = runs.find((run) => run.failed ?? run.unsupported)
  if (failed) return failed
  const middle = (key) => runs[0][key] === undefined ? undefined : median(runs.map((run) => run[key]))
  return {
    seconds: middle('seconds'), samplesPerSecond: middle('samplesPerSecond'), lossFinal: middle('lossFinal'),
    accuracy: middle('accuracy'), peakMemoryBytes: middle('peakMemoryBytes'), scaled: runs[0].scaled,
    secondsOfRuns: runs.map((run) => run.seconds),
  }
}

const repeat = Number(options.repeat)
if (!Number.isInteger(repeat) || repeat < 1) fail(`--repeat: expected 1, 2, ..., not "${options.repeat}"`)
const names = chosenWorkloads(options.only)
let chosen
try {
  chosen = chosenPeers(options.peers)
} catch (error) {
  fail(error.message)
}

const mnist = mnistFolder()
const results = {}
const versions = {}
const { ready, missing } = preparePeers(chosen, 'peers')
for (const [peer, reason] of Object.entries(missing)) say(`${peer}: left out: ${reason}`)

for (const name of names.filter((word) => word !== coldStart)) {
  const workload = workloads[name]
  if (workload.data === 'mnist' && mnist === undefined) {
    say(`${name}: left out: MNIST is neither in $MYELIN_DATA/mnist nor in $MYELIN_SHARED/data/mnist`)
    continue
  }
  const able = ready.filter((peer) => workload.peers?.includes(peer) ?? true)
  const runs = Object.fromEntries(able.map((peer) => [peer, []]))
  for (let round = 0; round < repeat; round++) {
    for (const peer of able) {
      const result = runOnce(peer, { ...workload, name, mnist })
      runs[peer].push(result)
      if (result.version) versions[peer] = result.version
      const told = result.failed ?? result.unsupported
        ?? `${result.seconds.toPrecision(3)} s, ${Math.round(result.samplesPerSecond * 10) / 10}/s`
      say(`${name} round ${round + 1} ${peer}: ${told}`)
    }
  }
  results[name] = {
    title: workload.title, unit: workload.unit,
    peers: Object.fromEntries(able.map((peer) => [peer, summary(runs[peer])])),
  }
}

if (names.includes(coldStart)) {
  const cold = preparePeers(chosen, 'cold')
  Object.assign(missing, { ...cold.missing, ...missing })
  results[coldStart] = measureColdStarts(cold.ready, Math.max(20, repeat))
}

const report = {
  machine: { processor: cpus()[0]?.model, cores: cpus().length, node: process.versions.node, system: process.platform },
  versions, missing, repeat, workloads: results,
}
const table = tableOf(report.workloads)
if (options.json) console.log(JSON.stringify(report, null, 2))
else console.log(table)

if (options.peers === undefined) {
  const file = join(folder, 'results.json')
  const before = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { workloads: {}, versions: {} }
  const merged = Object.fromEntries(all
    .filter((name) => name in results || name in before.workloads)
    .map((name) => [name, results[name] ?? before.workloads[name]]))
  const whole = { ...report, versions: { ...before.versions, ...versions }, workloads: merged }
  writeFileSync(file, `${JSON.stringify(whole, null, 2)}\n`)
  writeTable(join(folder, 'README.md'), whole)
}
