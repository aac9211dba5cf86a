import brain from 'brain.js'

const network = new brain.NeuralNetwork({ hiddenLayers: [100], activation: 'relu' })
network.train([{ input: new Array(784).fill(0), output: new Array(10).fill(0) }], { iterations: 1 })
network.run(new Array(784).fill(1))
process.exit(0)
