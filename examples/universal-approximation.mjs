/**
 * One hidden layer fits any continuous function: the more units, the better (Nielsen, chapter 4). Here 4, 16 and 64
 * sigmoid units learn one function, and the picture shows what the units of the smallest network add up to.
 *
 *     node examples/universal-approximation.mjs
 */
import { writeFile } from 'node:fs/promises'
import { dense, reduceLrOnPlateau, sequential } from 'myelin'
import { lineChart } from 'myelin/figures'
import { done, epochs, out, progress, quick, untilInterrupted } from './support/run.mjs'

/** The function of Nielsen's chapter. */
const target = (x) => 0.2 + 0.4 * x * x + 0.3 * x * Math.sin(15 * x) + 0.05 * Math.cos(50 * x)

const points = 256
const x = Array.from({ length: points }, (_, i) => [i / (points - 1)])
const y = x.map(([value]) => target(value))
const signal = untilInterrupted()

const errors = {}
const curves = [{ name: 'the function', x: x.flat(), y, draw: 'dashed', colour: '#000000' }]
for (const units of [4, 16, 64]) {
  // steep units at places spread over [0, 1], as in the chapter: σ(w (x - s)) is a soft step at s
  const steepness = 6 * Math.sqrt(units)
  const network = sequential([
    dense({
      units, activation: 'sigmoid',
      kernelInitializer: { name: 'constant', value: steepness },
      biasInitializer: (shape) => Float64Array.from({ length: shape[0] }, (_, i) => (-steepness * (i + 0.5)) / units),
    }),
    dense({ units: 1 }),
  ], { inputShape: [1], seed: 1, dtype: 'float64' }).compile({ optimizer: { name: 'adam', learningRate: 0.02 }, loss: 'meanSquaredError' })

  const total = quick ? 300 : 4000
  progress(`${units} units`, true)
  await network.fit(x, y, { epochs: total, batchSize: points, signal, callbacks: [
    epochs(total), reduceLrOnPlateau({ monitor: 'loss', factor: 0.5, patience: 100 }),
  ] })
  const fitted = [...(await network.predict(x)).data]
  errors[units] = Math.sqrt(fitted.reduce((sum, value, i) => sum + (value - y[i]) ** 2, 0) / points)
  curves.push({ name: `${units} units`, x: x.flat(), y: fitted })
  if (units === 4) await writeFile(out('universal-approximation-steps.svg'), await stepsOf(network))
}

/** What each hidden unit adds: its soft step times its weight. */
async function stepsOf(network) {
  const hidden = (await network.layerOutputs(x))['dense_1']
  const weights = network.getWeights().find(({ name }) => name === 'dense_2/kernel').data
  const width = weights.length
  return lineChart(Array.from(weights, (weight, unit) => ({
    name: `unit ${unit + 1}`, x: x.flat(), y: x.map((_, row) => weight * hidden.data[row * width + unit]),
  })), { title: 'What the four units add up', xLabel: 'x' })
}

await writeFile(out('universal-approximation.svg'), lineChart(curves, { title: 'One hidden layer with 4, 16 and 64 units', xLabel: 'x' }))
console.log('root mean squared error:', Object.entries(errors).map(([units, error]) => `${units} units ${error.toPrecision(2)}`).join(', '))
console.log(`pictures: ${out('universal-approximation.svg')}, ${out('universal-approximation-steps.svg')}`)
done({ errors })
