import { defaultDevice, init, nn, numpy as np } from '@jax-js/jax'

await init('wasm')
defaultDevice('wasm')
const weights = (inputs, outputs) =>
  np.array(Float32Array.from({ length: inputs * outputs }, () => 0.1 * (Math.random() - 0.5))).reshape([inputs, outputs])
const hidden = nn.relu(np.matmul(np.ones([1, 784]), weights(784, 100)))
await nn.softmax(np.matmul(hidden, weights(100, 10))).data()
process.exit(0)
