/** TensorFlow.js with its WebAssembly backend. */
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import { runPeer, targets } from './contract.mjs'

const require = createRequire(import.meta.url)
setWasmPaths(`${join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist')}/`)
setThreadsCount(1)
await tf.setBackend('wasm')

function network(task) {
  const widths = task.layers.slice(1)
  const model = tf.sequential({
    layers: widths.map((units, i) => tf.layers.dense({
      units, activation: i < widths.length - 1 ? task.activation : task.output,
      inputShape: i === 0 ? [task.layers[0]] : undefined,
    })),
  })
  model.compile({
    optimizer: task.optimizer === 'adam' ? tf.train.adam(task.learningRate) : tf.train.sgd(task.learningRate),
    loss: task.output === 'softmax' ? 'categoricalCrossentropy' : 'binaryCrossentropy',
  })
  return model
}

const predictWith = (model, columns) => (x, rows) =>
  tf.tidy(() => model.predict(tf.tensor2d(x, [rows, columns])).dataSync())

await runPeer({
  version: `@tensorflow/tfjs ${tf.version.tfjs} wasm`,
  async train(task, data, rows, epochs) {
    const model = network(task)
    const x = tf.tensor2d(data.x.subarray(0, rows * data.columns), [rows, data.columns])
    const y = tf.tensor2d(targets(task, data, rows), [rows, task.layers.at(-1)])
    const { history } = await model.fit(x, y, { epochs, batchSize: task.batchSize, verbose: 0, yieldEvery: 'never' })
    x.dispose()
    y.dispose()
    return { lossFinal: history.loss.at(-1), predict: predictWith(model, data.columns) }
  },
  predictor: (task) => predictWith(network(task), task.layers[0]),
})
