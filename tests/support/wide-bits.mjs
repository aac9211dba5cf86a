/**
 * Trains networks of several kinds with the built library and prints a hash of all their weights and predictions; with
 * `wide`, by joined vectors, with `fused`, by those and products that round once. Run by tests/wide-vectors.test.ts, in another Node.
 */
import { createHash } from 'node:crypto'
import {
  adam, adamw, conv2D, dense, embedding, flatten, layerNormalization, lstm, maxPooling2D, positionEmbedding, rmsprop, sequential,
  transformerDecoder,
} from '../../dist/index.js'
import { useWideVectors } from '../../dist/node/index.js'

const [mode] = process.argv.slice(2)
if (mode && !useWideVectors({ fused: mode === 'fused' })) throw new Error('this Node joins no vectors')

/** Numbers that look random, the same everywhere. */
const numbers = (count) => Float64Array.from({ length: count }, (_, i) => ((i * 7919 + 13) % 1009) / 504.5 - 1)
const classes = (count, of) => Int32Array.from({ length: count }, (_, i) => (i * 31 + (i >> 2)) % of)
const last = dense({ units: 5, activation: 'softmax' })
const networks = {
  dense: {
    layers: [dense({ units: 67, activation: 'tanh' }), dense({ units: 33, activation: 'gelu' }), last], optimizer: adam(),
    shape: [37], rows: 50,
  },
  convolution: {
    layers: [conv2D({ filters: 9, kernelSize: 3, activation: 'relu' }), maxPooling2D(), flatten(), last], optimizer: rmsprop(),
    shape: [11, 9, 2], rows: 21,
  },
  recurrent: {
    layers: [embedding({ inputDim: 7, outputDim: 19 }), lstm({ units: 41, returnSequences: true }), last],
    optimizer: adam(), shape: [6], words: 7, rows: 33, steps: 6,
  },
  transformer: {
    layers: [
      embedding({ inputDim: 7, outputDim: 24 }), positionEmbedding({ sequenceLength: 6 }),
      transformerDecoder({ intermediateDim: 50, numHeads: 3, normalizeFirst: true }), layerNormalization(), last,
    ],
    optimizer: adamw(), shape: [6], words: 7, rows: 33, steps: 6,
  },
}

const hash = createHash('sha256')
for (const dtype of ['float32', 'float64']) {
  for (const { layers, optimizer, shape, words, rows, steps } of Object.values(networks)) {
    const model = sequential(layers.map((layer) => layer.clone?.() ?? layer), { inputShape: shape, seed: 3, dtype })
    model.compile({ optimizer, loss: 'sparseCategoricalCrossentropy' })
    const size = shape.reduce((a, b) => a * b, rows)
    const x = { data: words ? classes(size, words) : numbers(size), shape: [rows, ...shape] }
    const y = { data: classes(rows * (steps ?? 1), 5), shape: steps ? [rows, steps] : [rows] }
    await model.fit(x, y, { epochs: 3, batchSize: 16 })
    for (const { data } of model.getWeights()) hash.update(data)
    hash.update((await model.predict(x)).data)
  }
}
console.log(`bits ${hash.digest('hex')}`)
