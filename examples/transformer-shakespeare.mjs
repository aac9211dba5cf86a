/**
 * A transformer learns to write like Shakespeare, character by character (the decoder alone, as in GPT; Radford et al. 2018).
 * Each place of a window of 128 characters says what comes next, seeing only those before. Then it writes alone: keys and
 * values of what was written are kept, so that a character costs one step and not the whole window again.
 *
 *     MYELIN_DATA=folder-with-tinyshakespeare.txt node examples/transformer-shakespeare.mjs
 *
 * The text is https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt (1.1 MB).
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { dense, embedding, incremental, input, layerNormalization, layers, model, positionEmbedding, RandomSource, transformerDecoder } from 'myelin'
import { done, out, progress, quick, untilInterrupted } from './support/run.mjs'

const text = await readFile(join(process.env.MYELIN_DATA ?? '.', 'tinyshakespeare.txt'), 'utf8').catch(() => {
  console.error('tinyshakespeare.txt is not there: fetch the text named at the top of this file, and give its folder in MYELIN_DATA')
  process.exit(1)
})
const characters = [...new Set(text)].sort()
const codes = Float32Array.from(text, (character) => characters.indexOf(character))
const [train, validation] = [codes.subarray(0, Math.floor(0.9 * codes.length)), codes.subarray(Math.floor(0.9 * codes.length))]

const [window, wide, blocks, steps, stepsPerEpoch] = quick ? [64, 64, 2, 300, 100] : [128, 128, 4, 6000, 250]
const initial = { name: 'randomNormal', stddev: 0.02 }
const x = input({ shape: [window] })
const letters = embedding({ inputDim: characters.length, outputDim: wide, embeddingsInitializer: initial }).apply(x)
let h = layers.add().apply([letters, positionEmbedding({ sequenceLength: window, initializer: initial }).apply(letters)])
for (let i = 0; i < blocks; i++) {
  h = transformerDecoder({ intermediateDim: 4 * wide, numHeads: 4, normalizeFirst: true, kernelInitializer: initial }).apply(h)
}
const logits = dense({ units: characters.length, kernelInitializer: initial }).apply(layerNormalization({ epsilon: 1e-5 }).apply(h))
const network = model({ inputs: x, outputs: logits, seed: 1 }).compile({
  optimizer: {
    name: 'adamw', beta2: 0.99, weightDecay: 0.05,
    learningRate: { name: 'cosineDecay', initialLearningRate: 0, warmupTarget: 3e-3, warmupSteps: 100, decaySteps: steps - 100, alpha: 0.02 },
  },
  loss: { name: 'sparseCategoricalCrossentropy', fromLogits: true },
})
console.log(network.summary())

/** Windows that begin at these places, and the same one character further. */
function windows(from, starts) {
  const cut = (shift) => {
    const data = new Float32Array(starts.length * window)
    starts.forEach((at, row) => data.set(from.subarray(at + shift, at + shift + window), row * window))
    return { data, shape: [starts.length, window] }
  }
  return { x: cut(0), y: cut(1) }
}
const random = new RandomSource(2, 'windows')
function* batches() {
  for (;;) yield windows(train, Array.from({ length: 8 }, () => random.integer(train.length - window)))
}
const every = (stride) => windows(validation, Array.from({ length: Math.floor((validation.length - 1 - window) / stride) }, (_, i) => i * stride))

const some = every(quick ? 16 * window : 8 * window)
await network.fit(batches(), {
  epochs: steps / stepsPerEpoch, stepsPerEpoch, signal: untilInterrupted(),
  validationData: [some.x, some.y], validationBatchSize: 32,
  callbacks: [{ onEpochEnd(epoch, { loss, valLoss }) {
    const seen = (epoch + 1) * stepsPerEpoch
    progress(`step ${seen} of ${steps}: loss ${loss.toFixed(3)}, on a part of the validation text ${valLoss.toFixed(3)}`, seen === steps)
  } }],
})
const all = every(window)
const { loss } = await network.evaluate(all.x, all.y, { batchSize: 32 })
console.log(`mean loss of a character of the validation text: ${loss.toFixed(3)} nats`)

/** A character by its chances; a temperature below 1 favours the likely ones. */
function draw(logits, temperature = 0.8) {
  const greatest = Math.max(...logits)
  const weights = Array.from(logits, (logit) => Math.exp((logit - greatest) / temperature))
  let left = random.uniform() * weights.reduce((a, b) => a + b)
  return Math.max(0, weights.findIndex((weight) => (left -= weight) < 0))
}

const writer = incremental(network)
const written = Array.from('ROMEO:\n', (character) => characters.indexOf(character))
const count = quick ? 200 : 1000
let given = 0
const began = performance.now()
while (written.length < count) {
  // when the window is full, its second half is the beginning of the next
  if (writer.steps === writer.capacity) {
    writer.reset()
    given = written.length - window / 2
  }
  const { data } = await writer.next([written.slice(given)])
  given = written.length
  written.push(draw(data.subarray(-characters.length)))
}
const milliseconds = (performance.now() - began) / count
const play = written.map((code) => characters[code]).join('')
console.log(`\n${play.slice(0, 400)}\n`)
await writeFile(out('transformer-shakespeare.txt'), play)
console.log(`${milliseconds.toFixed(2)} ms a character; the whole text: ${out('transformer-shakespeare.txt')}`)
done({ loss, milliseconds })
