/**
 * Cold start: the time from starting a process to its end, when all it does is to import a library, make an untrained
 * 784-100-10 network and predict one row; and the same for a bare `node -e 0`, which is subtracted.
 *
 *     node bench/cold-start.mjs [--peers myelin,tfjs] [--repeat 20]
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { childEnvironment, chosenPeers, folder, median, peers, preparePeers } from './peers.mjs'

function timeOf(command, args) {
  const start = performance.now()
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8', env: childEnvironment() })
  return status === 0 ? { seconds: (performance.now() - start) / 1000 } : { failed: stderr.trim().split('\n').at(-1) }
}

/** Each peer and the bare process in turns; the first round fills the system's caches and does not count. */
export function measureColdStarts(names, rounds) {
  const bare = []
  const runs = Object.fromEntries(names.map((name) => [name, []]))
  for (let round = 0; round <= rounds; round++) {
    const times = [timeOf(process.execPath, ['-e', '0']),
      ...names.map((name) => timeOf(peers[name].command(), [join(folder, 'cold', peers[name].file)]))]
    if (round === 0) continue
    bare.push(times[0].seconds)
    names.forEach((name, i) => runs[name].push(times[i + 1]))
  }
  const floor = median(bare)
  return {
    title: 'process start to the first prediction of an untrained 784-100-10 network, less a bare node -e 0',
    unit: 'ms',
    bareNodeSeconds: floor,
    peers: Object.fromEntries(names.map((name) => {
      const failed = runs[name].find((run) => run.failed !== undefined)
      return [name, failed ?? { seconds: median(runs[name].map(({ seconds }) => seconds)) - floor }]
    })),
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { peers: { type: 'string' }, repeat: { type: 'string', default: '20' } } })
  const { ready, missing } = preparePeers(chosenPeers(values.peers), 'cold')
  for (const [name, reason] of Object.entries(missing)) console.error(`${name}: left out: ${reason}`)
  const { bareNodeSeconds, peers: measured } = measureColdStarts(ready, Number(values.repeat))
  console.log(`bare node -e 0: ${(bareNodeSeconds * 1000).toFixed(1)} ms`)
  for (const [name, { seconds, failed }] of Object.entries(measured)) {
    console.log(`${name}: ${failed ?? `${(seconds * 1000).toFixed(1)} ms more`}`)
  }
}
