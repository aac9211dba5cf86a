/**
 * Autoencoders on the handwritten digits: a map of all digits in two numbers each, pictures freed from noise, a digit that
 * was never seen found by how badly it is rebuilt, and a variational autoencoder whose map makes new digits.
 *
 *     node examples/autoencoder-digits.mjs
 */
import { writeFile } from 'node:fs/promises'
import { add, dense, exp, mean, mul, RandomSource, sequential, slice, square, sub, sum, trainer } from 'myelin'
import { lineChart, pictureGrid } from 'myelin/figures'
import { rocAucScore } from 'myelin/metrics'
import { openDataset, writePicture } from 'myelin/node'
import { done, epochs, out, progress, quick, untilInterrupted } from './support/run.mjs'

const signal = untilInterrupted()
const { columns, rows } = await openDataset('digits')
const pictures = Array.from({ length: rows }, (_, row) => columns.slice(0, 64).map(({ values }) => values[row] / 16))
const labels = columns.at(-1).values
const test = pictures.map((_, row) => row % 5 === 0)
const isTest = (row) => test[row]
const trained = pictures.filter((_, row) => !isTest(row))
const kept = pictures.filter((_, row) => isTest(row))
const keptLabels = labels.filter((_, row) => isTest(row))

/** 64 pixels to `width` numbers and back. */
const autoencoder = (width, seed) => sequential([
  dense({ units: 64, activation: 'relu' }), dense({ units: 32, activation: 'relu' }), dense({ units: width, name: 'code' }),
  dense({ units: 32, activation: 'relu' }), dense({ units: 64, activation: 'relu' }), dense({ units: 64, activation: 'sigmoid' }),
], { inputShape: [64], seed }).compile({ optimizer: { name: 'adam', learningRate: 0.003 }, loss: 'binaryCrossentropy' })

async function train(what, model, x, y) {
  console.log(what)
  const total = quick ? 15 : 60
  await model.fit(x, y, { epochs: total, signal, callbacks: [epochs(total)] })
  return model
}

// a map: two numbers for each picture
const flat = await train('a map in two dimensions', autoencoder(2, 1), trained, trained)
const { code } = await flat.layerOutputs(kept)
await writeFile(out('autoencoder-map.svg'), lineChart(Array.from({ length: 10 }, (_, digit) => {
  const own = [...keptLabels.keys()].filter((row) => keptLabels[row] === digit)
  const colour = `hsl(${digit * 36} 70% 45%)`
  return { name: String(digit), draw: 'points', colour, x: own.map((row) => code.data[2 * row]), y: own.map((row) => code.data[2 * row + 1]) }
}), { title: 'Digits that were not trained on, as an autoencoder maps them', width: 640, height: 520 }))
const neighbours = sameNeighbours(code.data, keptLabels)
console.log(`on the map ${(100 * neighbours).toFixed(0)} % of the pictures have a neighbour of their own digit (10 % by chance)`)

/** The part of points whose nearest neighbour has the same label. */
function sameNeighbours(points, own) {
  const nearest = (row) => [...own.keys()].filter((other) => other !== row).reduce((best, other) => distance(row, other) < distance(row, best) ? other : best,
    row === 0 ? 1 : 0)
  const distance = (a, b) => (points[2 * a] - points[2 * b]) ** 2 + (points[2 * a + 1] - points[2 * b + 1]) ** 2
  return [...own.keys()].filter((row) => own[nearest(row)] === own[row]).length / own.length
}

// noise: the network sees spoiled pictures and is to give the clean ones
const random = new RandomSource(5, 'noise')
const spoiled = (list) => list.map((picture) => picture.map((value) => Math.min(1, Math.max(0, value + 0.3 * random.normal()))))
const cleaner = await train('freeing pictures from noise', autoencoder(16, 2), spoiled(trained), trained)
const noisy = spoiled(kept)
const cleaned = await cleaner.predict(noisy)
const meanSquare = (a) => a.reduce((total, value, i) => total + (value - kept[Math.floor(i / 64)][i % 64]) ** 2, 0) / a.length
const noise = { before: meanSquare(noisy.flat()), after: meanSquare([...cleaned.data]) }
console.log(`mean squared error against the clean pictures: ${noise.before.toFixed(4)} before, ${noise.after.toFixed(4)} after`)
const shown = 12
const asPictures = (values) => values.slice(0, 64 * shown)
await writePicture(out('autoencoder-denoised.png'), pictureGrid({
  data: Float32Array.from([...asPictures(kept.flat()), ...asPictures(noisy.flat()), ...asPictures([...cleaned.data])]), shape: [3 * shown, 8, 8],
}, { columns: shown, range: [0, 1] }))

// anomalies: trained without the digit 2, pictures of 2 are rebuilt worse
const normal = trained.filter((_, i) => labels.filter((__, row) => !isTest(row))[i] !== 2)
const watcher = await train('trained without the digit 2', autoencoder(16, 3), normal, normal)
const rebuilt = await watcher.predict(kept)
const errors = kept.map((picture, row) => picture.reduce((total, value, i) => total + (value - rebuilt.data[64 * row + i]) ** 2, 0))
const auc = rocAucScore([...keptLabels].map((label) => (label === 2 ? 1 : 0)), errors)
console.log(`finding the digit 2 by its reconstruction error: ROC AUC ${auc.toFixed(3)}`)

// a variational autoencoder: the code is a normal distribution for each picture, and any point of the map makes a digit
const width = 2
const encoder = sequential([dense({ units: 64, activation: 'relu' }), dense({ units: 2 * width })], { inputShape: [64], seed: 4 })
const decoder = sequential([dense({ units: 64, activation: 'relu' }), dense({ units: 64, activation: 'sigmoid' })], { inputShape: [width], seed: 5 })
const total = quick ? 6 : 100
console.log('a variational autoencoder')
const vae = trainer({ networks: { encoder, decoder }, steps: [{
  name: 'loss', trains: ['encoder', 'decoder'], optimizer: { name: 'adam', learningRate: 0.003 },
  loss({ networks, batch, normal: drawn, rows: size }) {
    const x = batch('x')
    const both = networks.encoder(x)
    const [center, logVariance] = [slice(both, [0, 0], [size, width]), slice(both, [0, width], [size, 2 * width])]
    const z = add(center, mul(exp(mul(logVariance, 0.5)), drawn('z', [size, width])))
    const reconstruction = mean(sum(square(sub(networks.decoder(z), x)), { axis: 1 }))
    // the Kullback-Leibler divergence of N(center, variance) from N(0, 1)
    const divergence = mul(mean(sum(sub(add(square(center), exp(logVariance)), add(logVariance, 1)), { axis: 1 })), 0.5)
    return { loss: add(mul(reconstruction, 5), divergence), reconstruction, divergence }
  },
}] })
const { history } = await vae.fit({ x: trained }, { epochs: total, batchSize: 64, signal, onEpoch: (epoch, logs) =>
  progress(`epoch ${epoch + 1} of ${total}: reconstruction ${logs.loss_reconstruction.toFixed(3)}, divergence ${logs.loss_divergence.toFixed(3)}`, epoch + 1 === total) })
const side = 15
const grid = Array.from({ length: side * side }, (_, i) => [((i % side) / (side - 1)) * 4 - 2, (Math.floor(i / side) / (side - 1)) * 4 - 2])
const { data } = await decoder.predict(grid)
await writePicture(out('autoencoder-variational.png'), pictureGrid({ data, shape: [side * side, 8, 8] }, { columns: side, range: [0, 1] }))

console.log(`pictures: ${['autoencoder-map.svg', 'autoencoder-denoised.png', 'autoencoder-variational.png'].map(out).join(', ')}`)
done({ neighbours, noise, auc, vae: { first: history.loss[0], last: history.loss.at(-1) } })
