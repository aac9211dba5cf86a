/**
 * brain.js 1.6: one row at a time, mean squared error, sigmoid outputs; the rest of the workload as written. It refuses
 * a momentum of 0, so that is 1e-12.
 */
import { createRequire } from 'node:module'
import brain from 'brain.js'
import { runPeer, targets } from './contract.mjs'

const { version } = createRequire(import.meta.url)('brain.js/package.json')

function rowsOf(values, width, rows) {
  return Array.from({ length: rows }, (_, i) => Array.from(values.subarray(i * width, (i + 1) * width)))
}

const network = (task) =>
  new brain.NeuralNetwork({ hiddenLayers: task.layers.slice(1, -1), activation: task.activation })

const predictWith = (model, task) => (x, rows) =>
  rowsOf(x, task.layers[0], rows).flatMap((row) => Array.from(model.run(row)))

const examples = new Map()

/** The rows in brain.js's own form, made once and outside of the timing of later runs. */
function examplesOf(task, data, rows) {
  if (!examples.has(rows)) {
    const outputs = rowsOf(targets(task, data, rows), task.layers.at(-1), rows)
    examples.set(rows, rowsOf(data.x, data.columns, rows).map((input, i) => ({ input, output: outputs[i] })))
  }
  return examples.get(rows)
}

await runPeer({
  version: `brain.js ${version}`,
  train(task, data, rows, epochs) {
    const model = network(task)
    const { error } = model.train(examplesOf(task, data, rows), {
      iterations: epochs, errorThresh: 1e-12, learningRate: task.learningRate, momentum: 1e-12, log: false,
      praxis: task.optimizer === 'adam' ? 'adam' : null,
    })
    return { lossFinal: error, predict: predictWith(model, task) }
  },
  predictor(task) {
    const model = network(task)
    const blank = { input: new Array(task.layers[0]).fill(0), output: new Array(task.layers.at(-1)).fill(0) }
    model.train([blank], { iterations: 1 })
    return predictWith(model, task)
  },
})
