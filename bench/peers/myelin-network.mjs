/** Myelin itself, as built into dist/: the default backend, one thread; pictures as bytes or as float32 rows. */
import { readFileSync } from 'node:fs'
import { adam, dense, sequential, sgd } from '../../dist/index.js'
import { runPeer, targets } from './contract.mjs'

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))

function network(task, seed) {
  const [inputs, ...units] = task.layers
  const layers = units.map((n, i) => dense({ units: n, activation: i === units.length - 1 ? task.output : task.activation }))
  const model = sequential(layers, { inputShape: [inputs], seed })
  const optimizer = task.optimizer === 'adam' ? adam : sgd
  const loss = task.layers.at(-1) > 1 ? 'sparseCategoricalCrossentropy' : 'binaryCrossentropy'
  model.compile({ optimizer: optimizer({ learningRate: task.learningRate }), loss })
  return model
}

const matrix = (x, rows, columns) =>
  ({ data: x.subarray(0, rows * columns), shape: [rows, columns], ...(x instanceof Uint8Array && { scale: 1 / 255 }) })
const predictWith = (model, task) => async (x, rows) =>
  (await model.predict(matrix(x, rows, task.layers[0]), { batchSize: Math.min(rows, 1024) })).data

let seed = 0

/** @param bytes whether pictures stay the bytes that they are; the step scales them as it gathers its rows */
export const runMyelin = (bytes) => runPeer({
  version: `myelin ${version}`,
  bytes,
  async train(task, data, rows, epochs) {
    const model = network(task, seed++)
    const y = task.layers.at(-1) > 1
      ? { data: data.y.subarray(0, rows), shape: [rows] } : { data: targets(task, data, rows), shape: [rows, 1] }
    const { history } = await model.fit(matrix(data.x, rows, data.columns), y, { epochs, batchSize: task.batchSize, seed })
    return { lossFinal: history.loss.at(-1), predict: predictWith(model, task) }
  },
  predictor: (task) => predictWith(network(task, 0), task),
  async search({ grid, cv, maxIter }, { x, y }) {
    const { MLPClassifier } = await import('../../dist/estimators/index.js')
    const { workerThreads } = await import('../../dist/node/index.js')
    const { GridSearchCV } = await import('../../dist/selection/index.js')
    const estimator = new MLPClassifier({ maxIter, randomState: 0 })
    const found = new GridSearchCV({ estimator, paramGrid: grid, cv, refit: false })
    await found.fit(x, y, { workers: workerThreads() })
    return found.bestScore
  },
})
