/**
 * The lecture's grid search - 20 candidates, 8 folds, on the raw digits in float64 - beside scikit-learn's figures with three
 * kernels of OpenBLAS (tests/golden/generate/lecture-grid.py), whose roundings hundreds of epochs let grow until one picture
 * falls on the other side: scikit-learn's own tables differ from each other in a fold or two. Fails unless the best candidate
 * is scikit-learn's and the score of every fold is what scikit-learn has there with one of the kernels.
 *
 *     node scripts/lecture-grid.mjs [--fused-vectors] [--journal FILE]
 */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

const library = (name) => import(new URL(`../dist/${name}/index.js`, import.meta.url).href)
const { columnNamed, dropColumns } = await library('data')
const { MLPClassifier } = await library('estimators')
const { openDataset, searchJournal, useWideVectors, workerThreads } = await library('node')
const { GridSearchCV } = await library('selection')

const { values: options } = parseArgs({ options: { 'fused-vectors': { type: 'boolean' }, journal: { type: 'string' } } })
if (options['fused-vectors'] && !useWideVectors({ fused: true })) {
  console.error('--fused-vectors needs Node 24')
  process.exit(1)
}
const { params, kernels } = JSON.parse(readFileSync(new URL('../tests/golden/lecture-grid.json', import.meta.url), 'utf8'))
const digits = await openDataset('digits')
const y = Array.from(columnNamed(digits, 'digit').values)
const search = new GridSearchCV({
  estimator: new MLPClassifier({ randomState: 0, maxIter: 1000 }), cv: 8, scoring: 'accuracy', refit: false,
  paramGrid: [{ alpha: [0.01, 0.1, 1, 10, 100], hiddenLayerSizes: [[5], [10], [50], [100]] }],
})
const start = performance.now()
await search.fit(dropColumns(digits, ['digit']), y, {
  workers: workerThreads(), ...options.journal && { journal: searchJournal(options.journal) },
  onProgress: ({ done, total, secondsLeft }) => process.stderr.write(`\r${done} of ${total} fits, ${Math.ceil(secondsLeft)} s left  `),
})
const { meanTestScore, rankTestScore } = search.cvResults
const close = (a, b) => Math.abs(a - b) < 1e-12
const folds = [0, 1, 2, 3, 4, 5, 6, 7]
const scoreOf = (candidate, fold) => search.cvResults[`split${fold}TestScore`][candidate]
const names = Object.keys(kernels)
const differing = Object.fromEntries(names.map((name) => [name, 0]))
let unknown = 0
params.forEach((candidate, i) => {
  const others = names.map((name) => [name, folds.filter((fold) => !close(scoreOf(i, fold), kernels[name].splits[i][fold])).length])
  for (const [name, count] of others) differing[name] += count
  unknown += folds.filter((fold) => !names.some((name) => close(scoreOf(i, fold), kernels[name].splits[i][fold]))).length
  const text = others.filter(([, count]) => count > 0)
    .map(([name, count]) => `; ${count} of 8 folds differ from ${name}'s mean of ${kernels[name].meanTestScore[i].toFixed(6)}`)
  console.log(`${JSON.stringify(candidate).padEnd(44)} ${meanTestScore[i].toFixed(6)} rank ${String(rankTestScore[i]).padStart(2)}${text.join('')}`)
})
const sameBest = names.every((name) => kernels[name].bestIndex === search.bestIndex)
console.log(`best ${JSON.stringify(search.bestParams)}${sameBest ? ', as scikit-learn' : ', not scikit-learn\'s'}; of 160 folds differ from ${
  names.map((name) => `scikit-learn with ${name} ${differing[name]}`).join(', ')}, from all of them ${unknown}; ${
  ((performance.now() - start) / 1000).toFixed(1)} s`)
process.exitCode = sameBest && unknown === 0 ? 0 : 1
