/**
 * What every JavaScript adapter shares: the task, the data, the timing, and the one line of JSON that it prints.
 *
 * An adapter is started by run.mjs as `node ADAPTER TASK`, TASK being JSON: a workload of workloads.json plus `mnist`,
 * the folder of the IDX files. It calls `runPeer({ version, train, predictor, search })`:
 *
 * - `train(task, data, rows, epochs)` makes a fresh network and trains it on the first `rows` rows, and returns, or
 *   resolves to, `{ lossFinal?, predict? }` once the weights are there. `predict(x, rows)` returns the outputs as rows
 *   of `task.layers.at(-1)` numbers; with it, the accuracy is measured, outside of the timing.
 * - `bytes: true` asks for pictures as bytes; for those who train on them as they are.
 * - `search(task)` reads what a grid search over an MLP needs, as scikit-learn's adapter has read its modules, and resolves
 *   to `(digits) => the best mean score`, a search on all cores, for W9.
 * - `predictor(task)` makes an untrained network and returns `(x, rows) => outputs`, for the W7 workloads.
 *
 * It prints {"seconds", "samplesPerSecond", "lossFinal", "accuracy", "peakMemoryBytes", "version", "scaled"} or
 * {"unsupported": reason}. `seconds` is for the whole workload (for W7: for one call); `scaled` says that a slow peer
 * trained only a part of it, and that `seconds` was scaled up.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

/** A part of a workload that a peer would need longer than this for is trained on fewer rows or epochs. */
const budgetSeconds = 2

/** Times a workload: medians of runs until this long or this many. */
const enoughSeconds = 1
const enoughRuns = 5

function idx(folder, name) {
  const bytes = gunzipSync(readFileSync(join(folder, `${name}.gz`)))
  return bytes.subarray(4 + 4 * bytes[3])
}

/** Inputs as float32 rows, classes as integers; pixels divided by 255, or as the bytes they are. */
export function loadData(task, bytes) {
  const columns = task.layers[0]
  if (task.data === 'xor') {
    return { x: Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1), y: Int32Array.of(0, 1, 1, 0), rows: 4, columns, classes: 2 }
  }
  if (task.data === 'circles') {
    const x = new Float32Array(task.rows * 2)
    const y = new Int32Array(task.rows)
    let state = 1
    const uniform = () => (state = (state * 16807) % 2147483647) / 2147483647
    for (let i = 0; i < task.rows; i++) {
      y[i] = i % 2
      const radius = (y[i] === 0 ? 1 : 0.5) + 0.2 * (uniform() - 0.5)
      const angle = 2 * Math.PI * uniform()
      x[2 * i] = radius * Math.cos(angle)
      x[2 * i + 1] = radius * Math.sin(angle)
    }
    return { x, y, rows: task.rows, columns, classes: 2 }
  }
  if (task.data === 'characters') {
    // of each character one of two follows
    const classes = task.layers.at(-1)
    const x = new Float32Array(task.rows * columns)
    const y = new Int32Array(task.rows * columns)
    let state = 1
    const draw = () => (state = (state * 16807) % 2147483647)
    for (let i = 0, now = 0; i < x.length; i++) {
      if (i % columns === 0) now = draw() % classes
      x[i] = now
      y[i] = now = (3 * now + draw() % 2) % classes
    }
    return { x, y, rows: task.rows, columns, classes }
  }
  const pixels = idx(task.mnist, 'train-images-idx3-ubyte')
  const labels = idx(task.mnist, 'train-labels-idx1-ubyte')
  const x = bytes ? pixels.subarray(0, task.rows * columns) : new Float32Array(task.rows * columns)
  if (!bytes) for (let i = 0; i < x.length; i++) x[i] = pixels[i] / 255
  return { x, y: Int32Array.from(labels.subarray(0, task.rows)), rows: task.rows, columns, classes: 10 }
}

/** The right answers among the first 2,000 rows of the training data, as a share: a check that learning took place. */
async function accuracyOf(predict, task, data) {
  const rows = Math.min(data.rows, 2000)
  const outputs = await predict(data.x.subarray(0, rows * data.columns), rows)
  const width = task.layers.at(-1)
  // one for each row, or for each step of a row
  const answers = rows * data.y.length / data.rows
  let right = 0
  for (let i = 0; i < answers; i++) {
    let best = 0
    if (width === 1) best = outputs[i] > 0.5 ? 1 : 0
    else for (let j = 1; j < width; j++) if (outputs[i * width + j] > outputs[i * width + best]) best = j
    if (best === data.y[i]) right += 1
  }
  return right / answers
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[sorted.length >> 1]
}

async function timed(action) {
  const start = performance.now()
  const result = await action()
  return { seconds: (performance.now() - start) / 1000, result }
}

async function measure(action) {
  const runs = []
  let spent = 0
  let result
  do {
    const run = await timed(action)
    runs.push(run.seconds)
    spent += run.seconds
    result = run.result
  } while (spent < enoughSeconds && runs.length < enoughRuns)
  return { seconds: median(runs), result }
}

async function measureTraining(train, task, data) {
  // A warm-up of a part: it compiles what has to be compiled, and tells how long the whole would take.
  const few = { rows: Math.min(task.rows, 10 * task.batchSize), epochs: Math.min(task.epochs, 100) }
  await train(task, data, few.rows, few.epochs)
  const again = await timed(() => train(task, data, few.rows, few.epochs))
  const rate = few.rows * few.epochs / again.seconds
  const share = Math.min(1, budgetSeconds * rate / (task.rows * task.epochs))
  const epochs = task.epochs === 1 ? 1 : Math.ceil(task.epochs * share)
  const batches = Math.ceil(task.rows * (task.epochs === 1 ? share : 1) / task.batchSize)
  const rows = Math.min(task.rows, batches * task.batchSize)
  // once more with as many rows as will be timed: some compile anew for each number of rows
  if (rows !== few.rows) await train(task, data, rows, Math.min(epochs, few.epochs))
  const { seconds, result } = await measure(() => train(task, data, rows, epochs))
  const part = rows * epochs / (task.rows * task.epochs)
  return {
    seconds: seconds / part,
    samplesPerSecond: rows * epochs / seconds,
    lossFinal: result?.lossFinal,
    accuracy: result?.predict && await accuracyOf(result.predict, task, data),
    scaled: part < 1 || undefined,
  }
}

async function measurePrediction(predictor, task, data) {
  const predict = await predictor(task)
  const x = data.x.subarray(0, task.batchSize * data.columns)
  const calls = async (seconds) => {
    const end = performance.now() + seconds * 1000
    const runs = []
    do runs.push((await timed(() => predict(x, task.batchSize))).seconds)
    while (performance.now() < end)
    return runs
  }
  await calls(0.5)
  const seconds = median(await calls(1))
  return { seconds, samplesPerSecond: task.batchSize / seconds }
}

/** The digits, divided by 16, in the task's type. */
function loadDigits({ dtype }) {
  const lines = readFileSync(new URL('../../datasets/digits.csv', import.meta.url), 'utf8').trim().split('\n').slice(1)
  const cells = lines.map((line) => line.split(',').map(Number))
  const values = cells.flatMap((row) => row.slice(0, 64).map((value) => value / 16))
  const x = dtype === 'float32' ? Float32Array.from(values) : Float64Array.from(values)
  return { x: { data: x, shape: [cells.length, 64] }, y: cells.map((row) => row[64]) }
}

/** A search as a whole, threads and compilation included: it is done once. */
async function measureSearch(search, task) {
  const digits = loadDigits(task)
  const run = await search(task)
  const { seconds, result } = await timed(() => run(digits))
  const fits = task.cv * Object.values(task.grid).reduce((product, values) => product * values.length, 1)
  return { seconds, samplesPerSecond: fits / seconds, accuracy: result }
}

export async function runPeer({ version, bytes = false, train, predictor, search }) {
  const task = JSON.parse(process.argv[2])
  const data = task.search ? undefined : loadData(task, bytes)
  const result = task.search ? await measureSearch(search, task)
    : task.predict ? await measurePrediction(predictor, task, data)
    : await measureTraining(train, task, data)
  const peakMemoryBytes = process.resourceUsage().maxRSS * 1024
  console.log(JSON.stringify({ ...result, peakMemoryBytes, version }))
  process.exit(0)
}

/** A shuffled order of rows; how shuffled does not matter here. */
export function shuffled(rows) {
  const order = Int32Array.from({ length: rows }, (_, i) => i)
  for (let i = rows - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1))
    const swap = order[i]
    order[i] = order[j]
    order[j] = swap
  }
  return order
}

/** Targets as rows: one column for two classes, one-hot columns for more. */
export function targets(task, data, rows) {
  const width = task.layers.at(-1)
  if (width === 1) return Float32Array.from(data.y.subarray(0, rows))
  const encoded = new Float32Array(rows * width)
  for (let i = 0; i < rows; i++) encoded[i * width + data.y[i]] = 1
  return encoded
}
