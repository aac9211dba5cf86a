/**
 * A generative adversarial network on the handwritten digits: one network makes pictures of noise, another tells them from
 * real ones, and both learn from each other (Goodfellow et al. 2014). A classifier that was trained on real digits judges
 * what comes out: how sure it is of what it sees, and whether all ten digits are there.
 *
 *     node examples/gan-digits.mjs
 */
import { add, dense, dropout, mean, mul, RandomSource, sequential, softplus, trainer } from 'myelin'
import { pictureGrid } from 'myelin/figures'
import { openDataset, writePicture } from 'myelin/node'
import { done, out, progress, quick, untilInterrupted } from './support/run.mjs'

const signal = untilInterrupted()
const { columns, rows } = await openDataset('digits')
const pictures = Array.from({ length: rows }, (_, row) => columns.slice(0, 64).map(({ values }) => values[row] / 16))
const labels = [...columns.at(-1).values]

console.log('the judge: a classifier trained on real digits')
const judge = sequential([dense({ units: 64, activation: 'relu' }), dropout({ rate: 0.3 }), dense({ units: 10, activation: 'softmax' })],
  { inputShape: [64], seed: 1 }).compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] })
const judged = await judge.fit(pictures, labels, { epochs: quick ? 15 : 60, validationSplit: 0.2, signal })
console.log(`its accuracy on digits that it has not seen: ${judged.history.valAccuracy.at(-1).toFixed(3)}`)

const noise = 24
const generator = sequential([
  dense({ units: 128, activation: 'leakyRelu' }), dense({ units: 128, activation: 'leakyRelu' }), dense({ units: 64, activation: 'sigmoid' }),
], { inputShape: [noise], seed: 2 })
// its output is the logit of "real"
const discriminator = sequential([
  dense({ units: 128, activation: 'leakyRelu' }), dropout({ rate: 0.3 }), dense({ units: 64, activation: 'leakyRelu' }), dropout({ rate: 0.3 }), dense({ units: 1 }),
], { inputShape: [64], seed: 3 })

const optimizer = { name: 'adam', learningRate: 0.0005, beta1: 0.5 }
const gan = trainer({
  networks: { generator, discriminator },
  steps: [
    {
      trains: 'discriminator', optimizer,
      loss({ networks, batch, normal, rows: size }) {
        const real = networks.discriminator(batch('real'))
        const made = networks.discriminator(networks.generator(normal('noise', [size, noise])))
        // -log σ(real) and -log(1 - σ(made)); real pictures are to be 90 % real, which keeps it from being too sure
        return add(mean(add(mul(softplus(mul(real, -1)), 0.9), mul(softplus(real), 0.1))), mean(softplus(made)))
      },
    },
    {
      trains: 'generator', optimizer,
      loss: ({ networks, normal, rows: size }) =>
        mean(softplus(mul(networks.discriminator(networks.generator(normal('noise', [size, noise]))), -1))),
    },
  ],
})

const random = new RandomSource(7, 'samples')
const draw = (count) => ({ data: Float32Array.from({ length: count * noise }, () => random.normal()), shape: [count, noise] })
/** How sure the judge is of pictures, and what part each digit has among them. */
async function assess(count) {
  const made = await generator.predict(draw(count))
  const { data } = await judge.predict(made)
  const parts = new Array(10).fill(0)
  let confidence = 0
  for (let row = 0; row < count; row++) {
    const own = [...data.subarray(10 * row, 10 * row + 10)]
    const greatest = Math.max(...own)
    confidence += greatest / count
    parts[own.indexOf(greatest)] += 1 / count
  }
  return { made, confidence, parts }
}

const before = await assess(1000)
const total = quick ? 60 : 400
await gan.fit({ real: pictures }, { epochs: total, batchSize: 64, seed: 1, signal, async onEpoch(epoch, { discriminator: d, generator: g }) {
  const last = epoch + 1 === total
  if ((epoch + 1) % 20 !== 0 && !last) return
  const { confidence } = await assess(300)
  progress(`epoch ${epoch + 1} of ${total}: discriminator ${d.toFixed(3)}, generator ${g.toFixed(3)}, the judge is ${(100 * confidence).toFixed(0)} % sure`, last)
} })

const { confidence, parts } = await assess(1000)
const { made } = await assess(100)
console.log(`mean confidence of the judge: ${before.confidence.toFixed(3)} before training, ${confidence.toFixed(3)} after`)
console.log(`parts of the digits 0 to 9: ${parts.map((part) => part.toFixed(2)).join(' ')}`)
await writePicture(out('gan-digits.png'), pictureGrid({ data: made.data, shape: [100, 8, 8] }, { columns: 10, range: [0, 1] }))
console.log(`picture: ${out('gan-digits.png')}`)
done({ before: before.confidence, confidence, least: Math.min(...parts) })
