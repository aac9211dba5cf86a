/**
 * What the command line reaches with nothing but its defaults, beside what it is meant to reach, and beside
 * scikit-learn's multilayer perceptron on the very same splits. Exit code 1 when a target is missed.
 *
 *   node scripts/accuracy-table.mjs [--only iris,mnist] [--python PYTHON]
 *
 * PYTHON is an interpreter that has scikit-learn; without it that column is left out. Penguins and mpg are read from
 * $MYELIN_SHARED/data (default ../shared/data), MNIST as the command line reads it. Run `npm run build` before.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from './setup.mjs'

const shared = join(process.env.MYELIN_SHARED ?? join(root, '..', 'shared'), 'data')
const nielsen = ['--hidden', '30', '--activation', 'sigmoid', '--loss', 'halfMeanSquaredError', '--optimizer', 'sgd',
  '--learning-rate', '3', '--batch-size', '10', '--epochs', '30']

/** What is trained, on how many seeds, and the mean that is to be reached. `peer` says how the peer is to train. */
const rows = [
  { name: 'iris', metric: 'accuracy', seeds: 10, target: 0.94 },
  { name: 'wine', metric: 'accuracy', seeds: 10, target: 0.96 },
  { name: 'breast-cancer', metric: 'accuracy', seeds: 10, target: 0.96 },
  { name: 'digits', metric: 'accuracy', seeds: 10, target: 0.97 },
  {
    name: 'penguins', file: join(shared, 'penguins.csv'), column: 'species',
    metric: 'accuracy', seeds: 10, target: 0.98,
  },
  { name: 'diabetes', metric: 'r2', seeds: 20, target: 0.42 },
  { name: 'mpg', file: join(shared, 'mpg.csv'), column: 'mpg', metric: 'r2', seeds: 20, target: 0.84 },
  {
    name: 'mnist', metric: 'accuracy', seeds: 3, target: 0.975, options: ['--hidden', '100', '--epochs', '10'],
    peer: { hidden_layer_sizes: [100], max_iter: 10, batch_size: 32 },
  },
  { name: 'mnist, as Nielsen', data: 'mnist', metric: 'accuracy', seeds: 3, target: 0.945, options: nielsen },
  {
    name: 'mnist, 0 and 1', data: 'mnist', metric: 'accuracy', seeds: 3, target: 0.995,
    options: ['--hidden', '0', '--classes', '0,1'],
  },
]

const { values: { only, python } } = parseArgs({ options: { only: { type: 'string' }, python: { type: 'string' } } })
const wanted = only?.split(',')
const chosen = rows.filter(({ name }) => wanted?.includes(name.split(',')[0]) ?? true)
const folder = mkdtempSync(join(tmpdir(), 'myelin-accuracy-'))

/** Standard output of a program that must succeed. */
function run(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(error?.message ?? stderr)
  return stdout
}

/** Our figure on the test part. */
function train({ name, data, file, column, metric, options = [] }, seed) {
  const stdout = run(process.execPath, [
    join(root, 'bin', 'myelin.js'), 'train', file ?? data ?? name, ...(column ? ['--target', column] : []), ...options,
    '--seed', String(seed), '--json', '--out', join(folder, 'model.safetensors'),
  ])
  return JSON.parse(stdout.trimEnd().split('\n').at(-1)).test[metric]
}

/** Writes the parts that our training and test had as raw files; returns their description. */
async function exportSplit({ name, file, column, peer = {} }, seed) {
  const { datasetInfo, loadMnist, openDataset, prepareImages, prepareTable, readTable } = {
    ...await import('../dist/data/index.js'), ...await import('../dist/node/index.js'),
  }
  const info = datasetInfo(name)
  const images = info?.kind === 'images' ? await loadMnist() : undefined
  const prepared = images
    ? prepareImages(images.train, images.test, { fractions: info.fractions, seed })
    : prepareTable(file ? await readTable(file) : await openDataset(name), { target: column ?? info.target, seed })
  const part = (key) => {
    const { x, y } = prepared[key]
    const path = join(folder, `${name}-${key}`)
    writeFileSync(`${path}.x`, x.data)
    writeFileSync(`${path}.y`, Float64Array.from(y))
    return { path, shape: x.shape, bytes: x.data instanceof Uint8Array, scale: x.scale ?? 1 }
  }
  return { task: prepared.task, seed, options: peer, train: part('train'), test: part('test') }
}

async function peerScore(row, seed) {
  const description = join(folder, 'split.json')
  writeFileSync(description, JSON.stringify(await exportSplit(row, seed)))
  return Number(run(python, [join(root, 'scripts', 'accuracy_sklearn.py'), description]))
}

const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length
const widths = [18, 8, 6, 24, 8]
const cells = (...texts) => console.log(`| ${texts.map((text, i) => text.padEnd(widths[i])).join(' | ')} |`)

let missed = 0
try {
  cells('data', 'metric', 'target', 'Myelin (lowest..highest)', 'sklearn')
  cells(...widths.map((width) => '-'.repeat(width)))
  for (const row of chosen) {
    if (row.file && !existsSync(row.file)) {
      cells(row.name, row.metric, row.target.toFixed(3), 'no data', '')
      continue
    }
    const seeds = [...Array(row.seeds).keys()]
    const ours = seeds.map((seed) => train(row, seed))
    const theirs = []
    if (python && (row.peer || !row.options)) for (const seed of seeds) theirs.push(await peerScore(row, seed))
    const reached = mean(ours) >= row.target
    if (!reached) missed++
    const range = `${Math.min(...ours).toFixed(3)}..${Math.max(...ours).toFixed(3)}`
    cells(row.name, row.metric, row.target.toFixed(3), `${mean(ours).toFixed(4)} (${range})${reached ? '' : ' !'}`,
      theirs.length > 0 ? mean(theirs).toFixed(4) : '')
  }
} finally {
  rmSync(folder, { recursive: true })
}
if (missed > 0) {
  console.error(`${missed} ${missed === 1 ? 'target was' : 'targets were'} missed`)
  process.exitCode = 1
}
