import convnetjs from 'convnetjs'

const net = new convnetjs.Net()
net.makeLayers([
  { type: 'input', out_sx: 1, out_sy: 1, out_depth: 784 },
  { type: 'fc', num_neurons: 100, activation: 'relu' },
  { type: 'softmax', num_classes: 10 },
])
net.forward(new convnetjs.Vol(1, 1, 784, 1))
process.exit(0)
