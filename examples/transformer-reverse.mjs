/**
 * A transformer with an encoder and a decoder learns to write words backwards (Vaswani et al. 2017). In training the decoder
 * is shown the right letters up to each place and says the next one; afterwards it writes alone, letter by letter, from what
 * it wrote before. The picture shows where it looks: at each letter that it writes, the weights of the word's letters.
 *
 *     node examples/transformer-reverse.mjs
 */
import {
  dense, embedding, input, layerNormalization, layers, model, multiHeadAttention, positionEmbedding, RandomSource,
  transformerDecoder, transformerEncoder,
} from 'myelin'
import { padSequences } from 'myelin/data'
import { pictureGrid } from 'myelin/figures'
import { writePicture } from 'myelin/node'
import { done, epochs, out, quick, untilInterrupted } from './support/run.mjs'

const letters = 'abcdefghijklmnopqrstuvwxyz'
const [start, end] = [1, 2] // 0 stands for no letter; letters are 3, 4, ...
const [shortest, longest] = quick ? [3, 5] : [3, 12]
const size = letters.length + 3

const random = new RandomSource(5, 'words')
const word = () => Array.from({ length: shortest + random.integer(longest - shortest + 1) }, () => 3 + random.integer(letters.length))
const padded = (list, maxlen) => padSequences(list, { maxlen, padding: 'post' })
const text = (codes) => codes.map((code) => letters[code - 3] ?? '?').join('')

const seen = new Set()
/** Words that are different from all before. */
function words(count) {
  const all = []
  while (all.length < count) {
    const codes = word()
    if (seen.has(text(codes))) continue
    seen.add(text(codes))
    all.push(codes)
  }
  return all
}
const test = words(quick ? 300 : 1000)
const train = words(quick ? 4000 : 20_000)

/** The word, what the decoder is shown, and what it shall say. */
const pairs = (list) => ({
  x: [padded(list, longest), padded(list.map((codes) => [start, ...codes.toReversed()]), longest + 1)],
  y: padded(list.map((codes) => [...codes.toReversed(), end]), longest + 1),
})

const wide = 64
/** Vectors of letters and of their places. */
function vectors(codes, steps) {
  const x = embedding({ inputDim: size, outputDim: wide, maskZero: true }).apply(codes)
  return layers.add().apply([x, positionEmbedding({ sequenceLength: steps }).apply(x)])
}
const block = { intermediateDim: 2 * wide, numHeads: 4, normalizeFirst: true }
const read = input({ shape: [longest], name: 'word' })
const written = input({ shape: [longest + 1], name: 'written' })
const encoded = layerNormalization().apply(transformerEncoder(block).apply(vectors(read, longest)))
const before = transformerDecoder(block).apply(vectors(written, longest + 1))
// a decoder block can look at the encoder itself, transformerDecoder(block).apply([x, encoded]); here its weights are to be seen
const look = multiHeadAttention({ numHeads: 4, keyDim: wide / 4, returnAttentionScores: true, name: 'look' })
const [found] = look.applyAll([layerNormalization().apply(before), encoded])
const both = layerNormalization().apply(layers.add().apply([before, found]))
const network = model({ inputs: [read, written], outputs: dense({ units: size }).apply(both), seed: 4 }).compile({
  optimizer: { name: 'adam', learningRate: { name: 'cosineDecay', initialLearningRate: 0, warmupTarget: 0.003, warmupSteps: 100, decaySteps: 3000 } },
  loss: { name: 'sparseCategoricalCrossentropy', fromLogits: true },
})
console.log(network.summary())

const total = 10
const { x, y } = pairs(train)
await network.fit(x, y, {
  epochs: total, batchSize: 64, signal: untilInterrupted(), callbacks: [epochs(total, ['loss'])],
})

/** What the network writes alone, each time the letter that it finds most likely. */
async function write(list) {
  const rows = list.map(() => [start])
  for (let step = 1; step <= longest + 1; step++) {
    const { data } = await network.predict([padded(list, longest), padded(rows, longest + 1)])
    rows.forEach((row, i) => {
      const from = (i * (longest + 1) + step - 1) * size
      const chances = data.subarray(from, from + size)
      row.push(chances.indexOf(Math.max(...chances)))
    })
  }
  return rows.map((row) => row.slice(1, row.includes(end) ? row.indexOf(end) : undefined))
}

const answers = await write(test)
const right = answers.filter((codes, i) => text(codes) === text(test[i].toReversed())).length
for (let i = 0; i < 5; i++) console.log(`${text(test[i])} -> ${text(answers[i])}`)
console.log(`words that it has not seen, written backwards without a mistake: ${right} of ${test.length}`)

const example = test.find((codes) => codes.length === longest)
const { data, shape } = network.layerOutputs(pairs([example]).x)['look.1']
const [, heads, rows, columns] = shape
await writePicture(out('transformer-reverse.png'), pictureGrid({ data, shape: [heads, rows, columns] }, { columns: heads, range: [0, 1], scale: 10 }))
console.log(`where each head looks while it writes ${text(example)} backwards, from top to bottom: ${out('transformer-reverse.png')}`)
done({ exact: right / test.length })
