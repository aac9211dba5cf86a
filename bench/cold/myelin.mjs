import { dense, sequential } from '../../dist/index.js'

const model = sequential([dense({ units: 100, activation: 'relu' }), dense({ units: 10, activation: 'softmax' })], { inputShape: [784] })
await model.predict({ data: new Float32Array(784).fill(1), shape: [1, 784] })
process.exit(0)
