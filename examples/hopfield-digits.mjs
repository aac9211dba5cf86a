/**
 * A Hopfield network stores ten handwritten digits and rebuilds them from noise and from their upper halves. Then random
 * patterns are stored by Hebb's rule, more and more of them, until the memory breaks down at about 0.138 patterns a unit.
 *
 *     node examples/hopfield-digits.mjs
 */
import { writeFile } from 'node:fs/promises'
import { RandomSource } from 'myelin'
import { openDataset, writePicture } from 'myelin/node'
import { HopfieldNetwork, ModernHopfieldNetwork } from 'myelin/estimators'
import { lineChart, pictureGrid } from 'myelin/figures'
import { done, out, progress, quick } from './support/run.mjs'

const units = 64
const digits = await oneOfEachDigit()
const random = new RandomSource(1, 'noise')

/**
 * A picture of each digit as 64 numbers, -1 (paper) and 1 (ink): each time that one which is least like those chosen
 * before, for what is alike is hard to tell apart from memory.
 */
async function oneOfEachDigit() {
  const { columns, rows } = await openDataset('digits')
  const labels = columns.at(-1)
  const chosen = []
  for (let digit = 0; digit < 10; digit++) {
    const pictures = Array.from({ length: rows }, (_, row) => row).filter((row) => labels.values[row] === digit)
      .map((row) => columns.slice(0, units).map(({ values }) => (values[row] >= 8 ? 1 : -1)))
    const likeness = (picture) => Math.max(0, ...chosen.map((other) => picture.reduce((sum, pixel, i) => sum + pixel * other[i], 0)))
    chosen.push(pictures.toSorted((a, b) => likeness(a) - likeness(b))[0])
  }
  return chosen
}

const noisy = digits.map((picture) => picture.map((pixel) => (random.uniform() < 0.3 ? -pixel : pixel)))
const halves = digits.map((picture) => picture.map((pixel, i) => (i < units / 2 ? pixel : -1)))

/** The part of the rebuilt pictures whose every pixel is right, and of the right pixels. */
function judge(states) {
  const right = digits.map((picture, row) => picture.filter((pixel, i) => pixel === Math.sign(states.data[row * units + i])).length)
  return { pictures: right.filter((count) => count === units).length / 10, pixels: right.reduce((a, b) => a + b) / (10 * units) }
}

const networks = {
  projection: await new HopfieldNetwork({ rule: 'projection' }).fit(digits),
  modern: await new ModernHopfieldNetwork({ beta: 0.5 }).fit(digits),
}
const results = {}
const rows = [digits, noisy]
for (const [name, network] of Object.entries(networks)) {
  const [fromNoise, fromHalf] = [await network.transform(noisy), await network.transform(halves)]
  results[name] = { noise: judge(fromNoise), half: judge(fromHalf) }
  for (const [what, { pictures, pixels }] of Object.entries(results[name])) {
    console.log(`${name}, from ${what === 'noise' ? '30 % noise' : 'the upper half'}: ${pictures * 10} of 10 pictures whole, ${(100 * pixels).toFixed(1)} % of the pixels right`)
  }
  rows.push(Array.from({ length: 10 }, (_, i) => fromNoise.data.slice(i * units, (i + 1) * units)))
  if (name === 'projection') rows.push(halves)
  rows.push(Array.from({ length: 10 }, (_, i) => fromHalf.data.slice(i * units, (i + 1) * units)))
}
const pixels = Float32Array.from(rows.flat().flatMap((picture) => [...picture]))
await writePicture(out('hopfield-digits.png'), pictureGrid({ data: pixels, shape: [rows.length * 10, 8, 8] }, { columns: 10, range: [-1, 1] }))

/** The part of wrong units after stored random patterns were left to themselves. */
const size = quick ? 150 : 600
const loads = Array.from({ length: 13 }, (_, i) => 0.06 + 0.01 * i)
const wrong = []
for (const load of loads) {
  const patterns = Array.from({ length: Math.round(load * size) }, () =>
    Array.from({ length: size }, () => (random.uniform() < 0.5 ? -1 : 1)))
  const network = await new HopfieldNetwork({ maxIter: 30 }).fit(patterns)
  const { data } = await network.transform(patterns)
  wrong.push(patterns.flat().filter((value, i) => value !== data[i]).length / data.length)
  progress(`${patterns.length} random patterns in ${size} units: ${(100 * wrong.at(-1)).toFixed(2)} % of the units wrong`, true)
}
// at its capacity the memory still has 98.4 % of the units right, beyond it soon nothing (Amit et al. 1985)
const atCapacity = 0.016
const beyond = wrong.findIndex((part) => part > atCapacity)
const capacity = beyond <= 0 ? NaN
  : loads[beyond - 1] + (0.01 * (atCapacity - wrong[beyond - 1])) / (wrong[beyond] - wrong[beyond - 1])
console.log(`the memory breaks down at ${capacity.toFixed(3)} patterns a unit; in theory, for ever more units, at 0.138`)
await writeFile(out('hopfield-capacity.svg'), lineChart([{ name: `${size} units`, x: loads, y: wrong }],
  { title: "Hebb's rule: wrong units", xLabel: 'random patterns for each unit', yLabel: 'part of wrong units' }))
console.log(`pictures: ${out('hopfield-digits.png')} (stored, 30 % noise, projection from both, upper half, modern), ${out('hopfield-capacity.svg')}`)
done({ ...results, capacity })
