/**
 * A convolutional network in the manner of LeNet-5 (LeCun et al. 1998) reads handwritten digits. The pictures show the
 * filters that it learned and what they make of one digit.
 *
 *     MYELIN_DATA=folder-with-mnist node examples/cnn-mnist.mjs       (without it MNIST is fetched once)
 */
import { conv2D, dense, dropout, flatten, maxPooling2D, sequential } from 'myelin'
import { pictureGrid } from 'myelin/figures'
import { loadMnist, writePicture } from 'myelin/node'
import { done, out, progress, quick, untilInterrupted } from './support/run.mjs'

const signal = untilInterrupted()
const { train, test } = await loadMnist()
/** Some pictures as [pictures, 28, 28, 1]; bytes stay bytes and are divided by 255 where they are read. */
const part = ({ images, labels }, count) =>
  ({ x: { data: images.subarray(0, count * 784), shape: [count, 28, 28, 1], scale: 1 / 255 }, y: Int32Array.from(labels.subarray(0, count)) })
const learned = part(train, quick ? 2000 : 60000)
const kept = part(test, quick ? 1000 : 10000)

const model = sequential([
  conv2D({ filters: 16, kernelSize: 5, padding: 'same', activation: 'relu', name: 'first' }),
  maxPooling2D({ poolSize: 2 }),
  conv2D({ filters: 32, kernelSize: 5, activation: 'relu', name: 'second' }),
  maxPooling2D({ poolSize: 2 }),
  flatten(),
  dropout({ rate: 0.3 }),
  dense({ units: 120, activation: 'relu' }),
  dense({ units: 10, activation: 'softmax' }),
], { inputShape: [28, 28, 1], seed: 1 }).compile({ optimizer: { name: 'adam', learningRate: 0.001 }, loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] })
console.log(model.summary())

const total = quick ? 2 : 6
const size = learned.y.length
await model.fit(learned.x, learned.y, { epochs: total, batchSize: 64, signal, callbacks: [{
  onBatchEnd: ({ epoch, batch, loss }) => progress(`epoch ${epoch + 1} of ${total}, ${Math.min(size, 64 * batch)} of ${size} pictures: loss ${loss.toFixed(4)}`),
  onEpochEnd: (epoch, { loss, accuracy }) => progress(`epoch ${epoch + 1} of ${total}: loss ${loss.toFixed(4)}, accuracy ${accuracy.toFixed(4)}`, true),
}] })
const { accuracy } = await model.evaluate(kept.x, kept.y)
console.log(`accuracy on ${kept.y.length} pictures that it has not seen: ${accuracy.toFixed(4)}`)

/** [..., channels] as one picture for each channel. */
function channels({ data, shape }) {
  const [height, width, count] = shape.slice(-3)
  const pictures = new Float32Array(data.length)
  for (let i = 0; i < data.length; i++) pictures[(i % count) * height * width + Math.floor(i / count)] = data[i]
  return { data: pictures, shape: [count, height, width] }
}
const { data, shape } = model.getWeights().find(({ name }) => name === 'first/kernel')
await writePicture(out('cnn-filters.png'), pictureGrid(channels({ data, shape: [shape[0], shape[1], shape[3]] }), { columns: 8, scale: 8 }))
const { first, second } = await model.layerOutputs(part(test, 1).x)
await writePicture(out('cnn-first-maps.png'), pictureGrid(channels(first), { columns: 8, scale: 3 }))
await writePicture(out('cnn-second-maps.png'), pictureGrid(channels(second), { columns: 8, scale: 5 }))
console.log(`pictures: ${['cnn-filters.png', 'cnn-first-maps.png', 'cnn-second-maps.png'].map(out).join(', ')}`)
done({ accuracy })
