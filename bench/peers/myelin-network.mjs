/** Myelin itself, as built into dist/: the default backend, one thread; pictures as bytes or as float32 rows. */
import { readFileSync } from 'node:fs'
import {
  adam, adamw, conv2D, dense, embedding, flatten, input, layerNormalization, layers as joins, lstm, maxPooling2D, model as branching,
  positionEmbedding, sequential, sgd, transformerDecoder,
} from '../../dist/index.js'
import { runPeer, targets } from './contract.mjs'

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))

/** Pictures of 28 by 28 in the manner of LeNet. */
const convolution = (filters) => [conv2D({ filters, kernelSize: 5, padding: 'same', activation: 'relu' }), maxPooling2D()]

const isConvolution = (task) => task.network === 'convolution'

/** Characters in, and for each of them the next one out. */
const recurrent = ({ layers: [, units, classes], embedding: outputDim }) =>
  [embedding({ inputDim: classes, outputDim }), lstm({ units, returnSequences: true }), dense({ units: classes, activation: 'softmax' })]

/** The same with decoder blocks of a transformer, normalised first. */
function transformer({ layers: [steps, wide, classes], blocks, heads }, seed) {
  const characters = input({ shape: [steps] })
  const vectors = embedding({ inputDim: classes, outputDim: wide }).apply(characters)
  let x = joins.add().apply([vectors, positionEmbedding({ sequenceLength: steps }).apply(vectors)])
  for (let i = 0; i < blocks; i++) x = transformerDecoder({ intermediateDim: 4 * wide, numHeads: heads, normalizeFirst: true }).apply(x)
  const outputs = dense({ units: classes, activation: 'softmax' }).apply(layerNormalization({ epsilon: 1e-5 }).apply(x))
  return branching({ inputs: characters, outputs, seed })
}

/** Whether each step of a sequence has a target of its own. */
const isSequence = (task) => task.network === 'recurrent' || task.network === 'transformer'

function network(task, seed) {
  const [inputs, ...units] = task.layers
  const layers = task.network === 'recurrent' ? recurrent(task)
    : units.map((n, i) => dense({ units: n, activation: i === units.length - 1 ? task.output : task.activation }))
  const model = isConvolution(task)
    ? sequential([...convolution(8), ...convolution(16), flatten(), ...layers], { inputShape: [28, 28, 1], seed })
    : task.network === 'transformer' ? transformer(task, seed) : sequential(layers, { inputShape: [inputs], seed })
  const optimizer = { adam, adamw, sgd }[task.optimizer]
  const loss = task.layers.at(-1) > 1 ? 'sparseCategoricalCrossentropy' : 'binaryCrossentropy'
  model.compile({ optimizer: optimizer({ learningRate: task.learningRate }), loss })
  return model
}

const matrix = (task, x, rows) => ({
  data: x.subarray(0, rows * task.layers[0]), shape: isConvolution(task) ? [rows, 28, 28, 1] : [rows, task.layers[0]],
  ...(x instanceof Uint8Array && { scale: 1 / 255 }),
})
const predictWith = (model, task) => async (x, rows) =>
  (await model.predict(matrix(task, x, rows), { batchSize: Math.min(rows, 1024) })).data

let seed = 0

/** @param bytes whether pictures stay the bytes that they are; the step scales them as it gathers its rows */
export const runMyelin = (bytes) => runPeer({
  version: `myelin ${version}, Node ${process.versions.node}`,
  bytes,
  async train(task, data, rows, epochs) {
    const model = network(task, seed++)
    const y = isSequence(task) ? { data: data.y.subarray(0, rows * data.columns), shape: [rows, data.columns] } : task.layers.at(-1) > 1
      ? { data: data.y.subarray(0, rows), shape: [rows] } : { data: targets(task, data, rows), shape: [rows, 1] }
    const { history } = await model.fit(matrix(task, data.x, rows), y, { epochs, batchSize: task.batchSize, seed })
    return { lossFinal: history.loss.at(-1), predict: predictWith(model, task) }
  },
  predictor: (task) => predictWith(network(task, 0), task),
  async search({ grid, cv, maxIter }) {
    const { MLPClassifier } = await import('../../dist/estimators/index.js')
    const { workerThreads } = await import('../../dist/node/index.js')
    const { GridSearchCV } = await import('../../dist/selection/index.js')
    return async ({ x, y }) => {
      const estimator = new MLPClassifier({ maxIter, randomState: 0 })
      const found = new GridSearchCV({ estimator, paramGrid: grid, cv, refit: false })
      await found.fit(x, y, { workers: workerThreads() })
      return found.bestScore
    }
  },
})
