/**
 * A GRU learns to forecast a series of two sines with noise: from 40 values the next one. Then it goes on alone, each
 * forecast becoming a value that the next one is made of.
 *
 *     node examples/rnn-sine.mjs
 */
import { writeFile } from 'node:fs/promises'
import { dense, gru, RandomSource, sequential } from 'myelin'
import { lineChart } from 'myelin/figures'
import { done, epochs, out, quick, untilInterrupted } from './support/run.mjs'

const steps = 40
const random = new RandomSource(3, 'noise')
const clean = (t) => 0.6 * Math.sin(t / 5) + 0.4 * Math.sin(t / 2.1)
const series = Array.from({ length: 1200 }, (_, t) => clean(t) + 0.05 * random.normal())

/** Windows of 40 values, and the value behind each. */
function windows(from, to) {
  const ends = Array.from({ length: to - from - steps }, (_, i) => from + steps + i)
  return { x: ends.map((end) => series.slice(end - steps, end).map((value) => [value])), y: ends.map((end) => series[end]) }
}
const train = windows(0, 900)
const test = windows(900, 1200)

const model = sequential([gru({ units: 24 }), dense({ units: 1 })], { inputShape: [steps, 1], seed: 2 })
  .compile({ optimizer: { name: 'adam', learningRate: 0.01 }, loss: 'meanSquaredError' })
console.log(model.summary())
const total = quick ? 5 : 40
await model.fit(train.x, train.y, {
  epochs: total, signal: untilInterrupted(), validationData: [test.x, test.y],
  callbacks: [epochs(total, ['loss', 'valLoss'])],
})

const { loss } = await model.evaluate(test.x, test.y)
// who forecasts the last value again, and who knows the series without its noise
const mean = (values) => values.reduce((a, b) => a + b) / values.length
const persistence = mean(test.y.map((value, i) => (value - test.x[i].at(-1)[0]) ** 2))
const best = mean(test.y.map((value, i) => (value - clean(900 + steps + i)) ** 2))
console.log(`mean squared error on the test part: ${loss.toPrecision(3)}; the last value again ${persistence.toPrecision(3)}, the noise alone ${best.toPrecision(3)}`)

const window = test.x[0].map(([value]) => value)
const alone = []
for (let t = 0; t < 120; t++) {
  const { data } = await model.predict([window.slice(-steps).map((value) => [value])])
  alone.push(data[0])
  window.push(data[0])
}
const times = alone.map((_, i) => 900 + steps + i)
await writeFile(out('rnn-sine.svg'), lineChart([
  { name: 'the series', x: times, y: test.y.slice(0, 120), draw: 'points', colour: '#999999' },
  { name: 'without its noise', x: times, y: times.map(clean), draw: 'dashed', colour: '#000000' },
  { name: 'the network alone', x: times, y: alone },
], { title: 'A GRU goes on with a series for 120 steps', xLabel: 'step' }))
console.log(`picture: ${out('rnn-sine.svg')}`)
done({ loss, persistence, best, alone: mean(alone.map((value, i) => (value - clean(times[i])) ** 2)) })
