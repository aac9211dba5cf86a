/**
 * A CSV larger than memory: peak memory and rows a second of training from the disk, beside the same in memory.
 *
 *     node bench/stream.mjs FOLDER [--gigabytes 4] [--part 0.5] [--epochs 2] [--keep]
 *
 * Writes a CSV of so many gigabytes (10^9 bytes) and a part of it into FOLDER, by a seeded generator, and removes both at
 * the end. The scratch files lie there too: about three times the room of the CSV is needed. Each run is a process of its
 * own; run `npm run build` before.
 */
import { spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { values: options, positionals: [folder, how, path] } = parseArgs({
  allowPositionals: true,
  options: {
    gigabytes: { type: 'string', default: '4' }, part: { type: 'string', default: '0.5' },
    epochs: { type: 'string', default: '2' }, keep: { type: 'boolean', default: false },
  },
})
if (!folder) {
  console.error('usage: node bench/stream.mjs FOLDER [--gigabytes 4] [--part 0.5] [--epochs 2] [--keep]')
  process.exit(1)
}

const columns = 16
const lineBytes = columns * 9 + 2 // "-1.23456," each, then the class

/** Lines of numbers from -4 to 4 and a class that they decide, all of one length. */
function* blocks(bytes) {
  const digits = '0123456789'.split('').map((digit) => digit.charCodeAt(0))
  const [comma, point, minus, plus] = [',', '.', '-', '0'].map((text) => text.charCodeAt(0))
  let state = 1
  const rows = 8192
  for (let written = 0; written < bytes; written += rows * lineBytes) {
    const block = Buffer.alloc(rows * lineBytes)
    let at = 0
    for (let row = 0; row < rows; row++) {
      let sum = 0
      for (let column = 0; column < columns; column++) {
        state ^= state << 13
        state ^= state >>> 17
        state ^= state << 5
        let number = (state >>> 0) % 400_000
        const negative = state < 0
        sum += (negative ? -number : number) * (column % 3 - 1)
        block[at] = negative ? minus : plus
        block[at + 2] = point
        for (let place = 7; place > 0; place--) {
          if (place === 2) continue
          block[at + place] = digits[number % 10]
          number = Math.floor(number / 10)
        }
        block[at + 8] = comma
        at += 9
      }
      block[at++] = sum > 0 ? digits[1] : digits[0]
      block[at++] = 10
    }
    yield block
  }
}

function generate(file, bytes) {
  const descriptor = openSync(file, 'w')
  writeSync(descriptor, `${Array.from({ length: columns }, (_, i) => `x${i}`).join(',')},y\n`)
  for (const block of blocks(bytes)) writeSync(descriptor, block)
  closeSync(descriptor)
}

const run = {
  data: { source: 'large.csv', target: 'y' },
  network: [64, 32].map((units) => ({ layer: 'dense', units, activation: 'relu' })),
  train: { epochs: Number(options.epochs), earlyStopping: null },
}

/** In a process of its own: trains, and prints figures as JSON. */
async function child() {
  await import('../dist/index.js')
  const begun = performance.now()
  let started = 0
  const onStart = () => {
    started = performance.now()
  }
  let result
  if (how === 'stream') {
    const { executeStream } = await import('../dist/node/index.js')
    result = await executeStream(run, path, { onStart })
  } else {
    const [{ readTable }, { executeRun }] = [await import('../dist/node/index.js'), await import('../dist/run/index.js')]
    result = await executeRun(run, { table: await readTable(path) }, { onStart })
  }
  const { history, report: { rows }, test } = result
  console.log(JSON.stringify({
    rows: rows.train + rows.validation + rows.test,
    prepareSeconds: (started - begun) / 1000, trainSeconds: history.seconds,
    seconds: (performance.now() - begun) / 1000, samplesPerSecond: history.samplesPerSecond,
    accuracy: test.metrics.accuracy, peakMegabytes: process.resourceUsage().maxRSS * 1024 / 1e6,
  }))
}

function measured(name, mode, file) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [
    fileURLToPath(import.meta.url), folder, mode, file, '--epochs', options.epochs,
  ], { encoding: 'utf8', env: { ...process.env, XDG_CACHE_HOME: resolve(folder) } })
  if (status !== 0) throw new Error(`${name}: ${stderr}`)
  const figures = JSON.parse(stdout)
  const number = (value, places = 0) => value.toLocaleString('en', { maximumFractionDigits: places })
  console.log(`| ${name} | ${number(statSync(file).size / 1e6)} | ${number(figures.rows)} | ${number(figures.peakMegabytes)} `
    + `| ${number(figures.prepareSeconds, 1)} | ${number(figures.samplesPerSecond)} | ${number(figures.seconds, 1)} `
    + `| ${number(figures.rows / figures.seconds)} | ${figures.accuracy.toFixed(4)} |`)
  return figures
}

if (how) {
  await child()
} else {
  mkdirSync(folder, { recursive: true })
  const [large, part] = [join(folder, 'large.csv'), join(folder, 'part.csv')]
  try {
    const begun = performance.now()
    generate(part, Number(options.part) * 1e9)
    generate(large, Number(options.gigabytes) * 1e9)
    console.error(`generated in ${((performance.now() - begun) / 1000).toFixed(0)} s`)
    console.log('|  | MB | rows | peak memory, MB | until training, s | rows/s in training | in all, s | rows/s in all '
      + '| test accuracy |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |')
    const inMemory = measured('part, in memory', 'memory', part)
    const streamed = measured('part, from the disk', 'stream', part)
    const whole = measured('whole, from the disk', 'stream', large)
    const share = (one, key) => (one[key] / inMemory[key]).toFixed(2)
    const inAll = (one) => (one.rows / one.seconds / (inMemory.rows / inMemory.seconds)).toFixed(2)
    console.log(`\nAgainst memory: the part ${share(streamed, 'samplesPerSecond')}x in training and ${inAll(streamed)}x in `
      + `all, the whole ${share(whole, 'samplesPerSecond')}x and ${inAll(whole)}x; ${options.epochs} epochs.`)
  } finally {
    if (!options.keep) for (const file of [large, part]) rmSync(file, { force: true })
  }
}
