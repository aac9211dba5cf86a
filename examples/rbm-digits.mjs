/**
 * Features that a restricted Boltzmann machine finds without labels help a classifier: logistic regression on digits that
 * were nudged by one pixel in four directions, on the raw pixels and on the machine's hidden units, as in scikit-learn's
 * example "Restricted Boltzmann Machine features for digit classification".
 *
 *     node examples/rbm-digits.mjs
 */
import { dense, sequential } from 'myelin'
import { openDataset, writePicture } from 'myelin/node'
import { BernoulliRBM } from 'myelin/estimators'
import { pictureGrid } from 'myelin/figures'
import { trainTestSplit } from 'myelin/selection'
import { done, out, progress, quick, untilInterrupted } from './support/run.mjs'

const signal = untilInterrupted()
const { columns, rows } = await openDataset('digits')
const pixels = columns.slice(0, 64)
const size = quick ? 400 : rows
const pictures = Array.from({ length: size }, (_, row) => pixels.map(({ values }) => values[row]))
const labels = Array.from({ length: size }, (_, row) => columns.at(-1).values[row])

/** The picture moved by one pixel. */
const moved = (picture, down, right) => picture.map((_, i) => {
  const [y, x] = [Math.floor(i / 8) - down, (i % 8) - right]
  return y >= 0 && y < 8 && x >= 0 && x < 8 ? picture[8 * y + x] : 0
})
const nudges = [[0, 0], [-1, 0], [1, 0], [0, -1], [0, 1]]
const all = nudges.flatMap(([down, right]) => pictures.map((picture) => moved(picture, down, right)))
const greatest = 16 // of the data set
const X = all.map((picture) => picture.map((value) => value / greatest))
const y = nudges.flatMap(() => labels)
const [XTrain, XTest, yTrain, yTest] = await trainTestSplit(X, y, { testSize: 0.2, randomState: 0 })

const machine = new BernoulliRBM({ nComponents: 100, learningRate: 0.06, nIter: quick ? 20 : 10, randomState: 0 })
await machine.fit(XTrain, undefined, { signal, onIteration: async (iteration, pseudoLikelihood) =>
  progress(`Boltzmann machine, iteration ${iteration}: pseudo-likelihood ${(await pseudoLikelihood()).toFixed(2)}`, true) })

/** The accuracy of logistic regression: one layer with a softmax. */
async function accuracy(train, test, what) {
  const width = train.shape[1]
  const total = quick ? 150 : 300
  const model = sequential([dense({ units: 10, activation: 'softmax' })], { inputShape: [width], seed: 1 })
    .compile({ optimizer: 'lbfgs', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] })
  await model.fit(train, yTrain, { epochs: total, signal, callbacks: [{
    onEpochEnd: (epoch, logs) => progress(`logistic regression on ${what}, epoch ${epoch + 1}: ${logs.accuracy.toFixed(3)}`, epoch + 1 === total),
  }] })
  return (await model.evaluate(test, yTest)).accuracy
}
const asMatrix = (list) => ({ data: Float32Array.from(list.flat()), shape: [list.length, 64] })
const raw = await accuracy(asMatrix(XTrain), asMatrix(XTest), 'raw pixels')
const features = await accuracy(await machine.transform(XTrain), await machine.transform(XTest), 'its features')
console.log(`accuracy on ${yTest.length} pictures: raw pixels ${raw.toFixed(3)}, features of the Boltzmann machine ${features.toFixed(3)}`)

const { data } = machine.components
await writePicture(out('rbm-digits.png'), pictureGrid({ data, shape: [100, 8, 8] }, { columns: 10 }))
console.log(`picture: ${out('rbm-digits.png')}, the weights of the 100 hidden units`)
done({ raw, features })
