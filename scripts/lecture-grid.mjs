/**
 * The lecture's grid search - 20 candidates, 8 folds, on the raw digits in float64 - beside scikit-learn's figures
 * (tests/golden/generate/lecture-grid.py): the same best candidate, and the same scores of the folds, but that hundreds of epochs
 * may make a rounding grow until one picture falls on the other side. So they do in scikit-learn itself: in the three folds
 * that differ here, its scores change by one picture, or its epochs by tens, with another kernel of OpenBLAS
 * (OPENBLAS_CORETYPE=Haswell, Prescott). Fails for more than 5 folds, or more than one picture.
 *
 *     node scripts/lecture-grid.mjs [JOURNAL]
 */
import { readFileSync } from 'node:fs'

const library = (name) => import(new URL(`../dist/${name}/index.js`, import.meta.url).href)
const { columnNamed, dropColumns } = await library('data')
const { MLPClassifier } = await library('estimators')
const { openDataset, searchJournal, workerThreads } = await library('node')
const { GridSearchCV } = await library('selection')

const golden = JSON.parse(readFileSync(new URL('../tests/golden/lecture-grid.json', import.meta.url), 'utf8'))
const digits = await openDataset('digits')
const y = Array.from(columnNamed(digits, 'digit').values)
const search = new GridSearchCV({
  estimator: new MLPClassifier({ randomState: 0, maxIter: 1000 }), cv: 8, scoring: 'accuracy',
  paramGrid: [{ alpha: [0.01, 0.1, 1, 10, 100], hiddenLayerSizes: [[5], [10], [50], [100]] }],
})
const start = performance.now()
await search.fit(dropColumns(digits, ['digit']), y, {
  workers: workerThreads(), ...process.argv[2] && { journal: searchJournal(process.argv[2]) },
  onProgress: ({ done, total, secondsLeft }) => process.stderr.write(`\r${done} of ${total} fits, ${Math.ceil(secondsLeft)} s left  `),
})
const { params, meanTestScore, rankTestScore } = search.cvResults
let others = 0
let largest = 0
params.forEach((candidate, i) => {
  const folds = golden.splits[i].map((score, k) => search.cvResults[`split${k}TestScore`][i] - score)
  const differing = folds.filter((difference) => Math.abs(difference) > 1e-12).length
  others += differing
  largest = Math.max(largest, ...folds.map(Math.abs))
  console.log(`${JSON.stringify(candidate).padEnd(44)} ${meanTestScore[i].toFixed(6)} rank ${String(rankTestScore[i]).padStart(2)}`
    + `  scikit-learn ${golden.meanTestScore[i].toFixed(6)} rank ${String(golden.rankTestScore[i]).padStart(2)}`
    + `${differing === 0 ? '' : `  ${differing} folds differ, by up to ${Math.max(...folds.map(Math.abs)).toFixed(4)}`}`)
})
console.log(`best ${JSON.stringify(search.bestParams)}, scikit-learn ${JSON.stringify(golden.params[golden.bestIndex])}; ${others} of ${
  8 * params.length} folds differ; ${((performance.now() - start) / 1000).toFixed(1)} s`)
const onePicture = 1 / Math.floor(digits.rows / 8) + 1e-12
process.exitCode = others <= 5 && largest <= onePicture && search.bestIndex === golden.bestIndex ? 0 : 1
