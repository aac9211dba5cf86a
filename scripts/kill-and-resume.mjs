/**
 * Kills trainings at random moments, their writes included, and lets them go on: after each kill every file is whole or
 * absent, and in the end the weights have the bits of an undisturbed training.
 *
 *     node scripts/kill-and-resume.mjs [KILLS] [SEED]
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const script = fileURLToPath(import.meta.url)
const library = (name) => import(new URL(`../dist/${name}.js`, import.meta.url).href)

/** A training with all that there is to restore; it prints `ready`, and at the end the hash of weights and history. */
async function train(folder, epochs, ...options) {
  const { dense, dropout, batchNormalization, earlyStopping, RandomSource, reduceLrOnPlateau, sequential } = await library('index')
  const { backupAndRestore, csvLogger, modelCheckpoint, tensorBoard } = await library('node/index')
  const random = new RandomSource(1, 'rows')
  const x = Array.from({ length: 96 }, () => [random.normal(), random.normal(), random.normal()])
  const y = x.map(([a, b, c]) => a * b - c)
  const model = sequential([
    dense({ units: 24, activation: 'tanh' }), batchNormalization(), dropout({ rate: 0.2 }), dense({ units: 1 }),
  ], { seed: 7 }).compile({ loss: 'mse', metrics: ['mae'], optimizer: { name: 'adam', learningRate: 0.01, useEma: true } })
  const at = (name) => join(folder, name)
  console.log('ready')
  const history = await model.fit(x, y, {
    batchSize: 8, epochs, validationSplit: 0.25,
    callbacks: [
      earlyStopping({ patience: epochs, restoreBestWeights: true }),
      reduceLrOnPlateau({ patience: 2, factor: 0.7 }),
      ...(options.includes('plain') ? [] : [
        csvLogger(at('log.csv')),
        tensorBoard(at('logs'), { updateFreq: 5 }),
        modelCheckpoint(at('best.safetensors'), { saveBestOnly: true }),
        modelCheckpoint(at('latest.safetensors'), { saveFreq: 3, saveWeightsOnly: true }),
        backupAndRestore(at('backup.safetensors'), { saveFreq: 2 }),
      ]),
    ],
  })
  const hash = createHash('sha256')
  for (const { name, data } of model.getWeights()) hash.update(name).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  hash.update(JSON.stringify([history.epoch, history.history, history.stopped]))
  console.log(`hash ${hash.digest('hex')}`)
}

/** @returns numbers from 0 to 1, the same for the same seed (mulberry32) */
export function numbers(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** @param delay milliseconds from `ready` (or, where negative, from the start) to the kill; Infinity for none */
function run(args, delay) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, 'train', ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    let errors = ''
    let timer
    const killIn = (milliseconds) => {
      if (milliseconds !== Infinity) timer = setTimeout(() => child.kill('SIGKILL'), milliseconds)
    }
    if (delay < 0) killIn(-delay)
    child.stdout.setEncoding('utf8').on('data', (text) => {
      if (output === '' && delay >= 0) killIn(delay)
      output += text
    })
    child.stderr.setEncoding('utf8').on('data', (text) => { errors += text })
    child.on('error', reject).on('close', (code, signal) => {
      clearTimeout(timer)
      if (signal === 'SIGKILL') resolve(undefined)
      else if (code !== 0) reject(new Error(`a training ended with exit code ${code}:\n${errors}`))
      else resolve(/^hash (\w{64})$/m.exec(output)[1])
    })
  })
}

/** @throws Error for a file that is not whole */
async function requireWhole(folder) {
  const { decodeSafetensors, Model } = await library('index')
  const bytesOf = (name) => existsSync(join(folder, name)) ? readFileSync(join(folder, name)) : undefined
  for (const name of ['backup.safetensors', 'latest.safetensors']) {
    const bytes = bytesOf(name)
    if (bytes && decodeSafetensors(bytes, { source: name }).tensors.size === 0) throw new Error(`${name} is empty`)
  }
  const best = bytesOf('best.safetensors')
  if (best) Model.load(best, { source: 'best.safetensors' })
  const log = bytesOf('log.csv')?.toString()
  if (log !== undefined && !/^(epoch,\w+(,\w+)*)\n(\d+(,[-\d.e]+){5}\n)+$/.test(log)) throw new Error(`log.csv is not whole:\n${log}`)
}

/** A hash of models and log. */
const contentsOf = (folder) => ['best.safetensors', 'latest.safetensors', 'log.csv']
  .reduce((hash, name) => hash.update(readFileSync(join(folder, name))), createHash('sha256')).digest('hex')

/**
 * @returns how many kills there were, how many of them within a write (a temporary file was left), and how many trainings
 *   came to their end
 * @throws Error where a file is not whole, or a training ends with other weights or files than an undisturbed one
 */
export async function killAndResume({ kills, seed = 1, epochs = 12, folder, report = () => {} }) {
  const random = numbers(seed)
  const files = join(folder, 'files')
  mkdirSync(files)
  // what writes files changes nothing, and leaves files that every later training leaves too
  const expected = await run([files, String(epochs), 'plain'], Infinity)
  let contents
  const result = { kills: 0, withinWrites: 0, ends: 0, expected }
  const end = (hash) => {
    if (hash !== expected) throw new Error(`the weights' hash is ${hash}, that of an undisturbed training ${expected}`)
    const left = readdirSync(files).filter((name) => name.endsWith('.tmp') || name.startsWith('backup'))
    if (left.length > 0) throw new Error(`left behind: ${left.join(', ')}`)
    const written = contentsOf(files)
    contents ??= written
    if (written !== contents) throw new Error('the files are not those of an undisturbed training')
    rmSync(files, { recursive: true })
    mkdirSync(files)
    result.ends++
  }
  end(await run([files, String(epochs)], Infinity))
  while (result.kills < kills) {
    // one in ten is killed before or while the library is read
    const delay = random() < 0.1 ? -200 * random() - 1 : 20 * epochs * random()
    const hash = await run([files, String(epochs)], delay)
    if (hash !== undefined) {
      end(hash)
      continue
    }
    result.kills++
    if (readdirSync(files).some((name) => name.endsWith('.tmp'))) result.withinWrites++
    await requireWhole(files)
    report(result)
  }
  end(await run([files, String(epochs)], Infinity))
  return result
}

if (process.argv[2] === 'train') await train(process.argv[3], Number(process.argv[4]), ...process.argv.slice(5))
else if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const kills = Number(process.argv[2] ?? 200)
  if (!(kills >= 1)) throw new Error(`expected a number of kills, such as 200, received "${process.argv[2]}"`)
  const seed = Number(process.argv[3] ?? 1)
  const folder = mkdtempSync(join(tmpdir(), 'myelin-kills-'))
  try {
    const result = await killAndResume({
      kills, seed, folder, report: ({ kills: done }) => process.stderr.write(`\r${done} of ${kills} kills`),
    })
    console.log(`\n${result.kills} kills, ${result.withinWrites} of them within a write; ${result.ends} trainings came to their `
      + `end, each with the weights and the history of an undisturbed one: ${result.expected.slice(0, 16)}`)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
