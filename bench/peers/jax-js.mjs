/** jax-js with its WebAssembly backend: one jitted step, rows gathered by the caller. */
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { blockUntilReady, defaultDevice, init, jit, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax'
import { runPeer, shuffled, targets } from './contract.mjs'

const entry = createRequire(import.meta.url).resolve('@jax-js/jax')
const { version } = JSON.parse(readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8'))
await init('wasm')
defaultDevice('wasm')

/** Weights by Glorot's uniform rule, biases 0. */
function parametersOf(task) {
  return task.layers.slice(1).map((outputs, i) => {
    const inputs = task.layers[i]
    const limit = Math.sqrt(6 / (inputs + outputs))
    const w = Float32Array.from({ length: inputs * outputs }, () => limit * (2 * Math.random() - 1))
    return { w: np.array(w).reshape([inputs, outputs]), b: np.zeros([outputs]) }
  })
}

const activations = { relu: nn.relu, tanh: np.tanh }

/** Owns its arguments, as jax-js asks. */
function logits(task, parameters, x) {
  return parameters.reduce((value, { w, b }, i) => {
    const z = np.matmul(value, w).add(b)
    return i < parameters.length - 1 ? activations[task.activation](z) : z
  }, x)
}

function lossOf(task, parameters, x, y) {
  const z = logits(task, parameters, x)
  if (task.output === 'softmax') return nn.logSoftmax(z).mul(y).sum(-1).mean().mul(-1)
  return nn.softplus(z.ref).sub(z.mul(y)).mean()
}

function makeStep(task) {
  const lossAndGradient = valueAndGrad((parameters, x, y) => lossOf(task, parameters, x, y))
  return jit(({ parameters, m, v }, x, y, rate) => {
    const [loss, gradient] = lossAndGradient(tree.ref(parameters), x, y)
    if (task.optimizer === 'sgd') {
      return { loss, parameters: tree.map((p, g) => p.sub(g.mul(rate.ref)), parameters, gradient), m, v }
    }
    const m2 = tree.map((a, g) => a.mul(0.9).add(g.mul(0.1)), m, tree.ref(gradient))
    const v2 = tree.map((a, g) => a.mul(0.999).add(np.square(g).mul(0.001)), v, gradient)
    const move = (p, a, b) => p.sub(a.mul(rate.ref).div(np.sqrt(b).add(1e-8)))
    const moved = tree.map(move, parameters, tree.ref(m2), tree.ref(v2))
    return { loss, parameters: moved, m: m2, v: v2 }
  })
}

let step
const forward = jit(({ parameters, x }) => parameters.reduce((value, { w, b }, i) => {
  const z = np.matmul(value, w).add(b)
  return i < parameters.length - 1 ? nn.relu(z) : z
}, x))

const predictWith = (task, parameters) => task.activation === 'relu'
  ? (x, rows) => forward({ parameters: tree.ref(parameters), x: np.array(x).reshape([rows, task.layers[0]]) }).data()
  : (x, rows) => logits(task, tree.ref(parameters), np.array(x).reshape([rows, task.layers[0]])).data()

await runPeer({
  version: `@jax-js/jax ${version} wasm`,
  async train(task, data, rows, epochs) {
    step ??= makeStep(task)
    const width = task.layers.at(-1)
    const y = targets(task, data, rows)
    const parameters = parametersOf(task)
    const zeros = () => tree.map((p) => np.zeros(p.shape), parameters)
    let state = { parameters, m: zeros(), v: zeros() }
    let loss
    let count = 0
    for (let epoch = 0; epoch < epochs; epoch++) {
      const order = shuffled(rows)
      for (let from = 0; from + task.batchSize <= rows; from += task.batchSize) {
        const xs = new Float32Array(task.batchSize * data.columns)
        const ys = new Float32Array(task.batchSize * width)
        for (let i = 0; i < task.batchSize; i++) {
          const row = order[from + i]
          xs.set(data.x.subarray(row * data.columns, (row + 1) * data.columns), i * data.columns)
          ys.set(y.subarray(row * width, (row + 1) * width), i * width)
        }
        count += 1
        const rate = task.optimizer === 'adam'
          ? task.learningRate * Math.sqrt(1 - 0.999 ** count) / (1 - 0.9 ** count) : task.learningRate
        loss?.dispose()
        const next = step(state, np.array(xs).reshape([task.batchSize, data.columns]),
          np.array(ys).reshape([task.batchSize, width]), np.array(rate))
        loss = next.loss
        state = { parameters: next.parameters, m: next.m, v: next.v }
        // Work that is not waited for piles up, and each step looks through the pile.
        await blockUntilReady(next)
      }
    }
    const [lossFinal] = await loss.data()
    tree.dispose({ m: state.m, v: state.v })
    const predict = predictWith(task, state.parameters)
    return { lossFinal, predict: task.output === 'sigmoid'
      ? async (x, count_) => (await predict(x, count_)).map((z) => z > 0 ? 1 : 0) : predict }
  },
  predictor: (task) => predictWith(task, parametersOf(task)),
})
