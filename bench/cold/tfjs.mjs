import * as tf from '@tensorflow/tfjs'
import { setThreadsCount } from '@tensorflow/tfjs-backend-wasm'

setThreadsCount(1)
await tf.setBackend('wasm')
const model = tf.sequential({
  layers: [
    tf.layers.dense({ units: 100, activation: 'relu', inputShape: [784] }),
    tf.layers.dense({ units: 10, activation: 'softmax' }),
  ],
})
await model.predict(tf.ones([1, 784])).data()
process.exit(0)
