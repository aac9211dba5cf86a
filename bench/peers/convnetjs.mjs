/** ConvNetJS: one row at a time into batches; softmax for two classes too; Adadelta where the workload says Adam. */
import { createRequire } from 'node:module'
import convnetjs from 'convnetjs'
import { runPeer, shuffled } from './contract.mjs'

const { version } = createRequire(import.meta.url)('convnetjs/package.json')

function network(task) {
  const net = new convnetjs.Net()
  net.makeLayers([
    { type: 'input', out_sx: 1, out_sy: 1, out_depth: task.layers[0] },
    ...task.layers.slice(1, -1).map((count) => ({ type: 'fc', num_neurons: count, activation: task.activation })),
    { type: 'softmax', num_classes: Math.max(2, task.layers.at(-1)) },
  ])
  return net
}

function volume(x, row, columns) {
  const vol = new convnetjs.Vol(1, 1, columns, 0)
  for (let j = 0; j < columns; j++) vol.w[j] = x[row * columns + j]
  return vol
}

const predictWith = (net, task) => (x, rows) => Array.from({ length: rows }, (_, i) => {
  const outputs = Array.from(net.forward(volume(x, i, task.layers[0])).w)
  return task.layers.at(-1) === 1 ? outputs.slice(1) : outputs
}).flat()

await runPeer({
  version: `convnetjs ${version}`,
  train(task, data, rows, epochs) {
    const net = network(task)
    const trainer = new convnetjs.SGDTrainer(net, {
      method: task.optimizer === 'adam' ? 'adadelta' : 'sgd', learning_rate: task.learningRate, momentum: 0,
      batch_size: task.batchSize, l2_decay: 0,
    })
    let loss = 0
    for (let epoch = 0; epoch < epochs; epoch++) {
      loss = 0
      for (const row of shuffled(rows)) loss += trainer.train(volume(data.x, row, data.columns), data.y[row]).loss
    }
    return { lossFinal: loss / rows, predict: predictWith(net, task) }
  },
  predictor: (task) => predictWith(network(task), task),
})
