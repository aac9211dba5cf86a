/**
 * An LSTM reads Shakespeare character by character and learns which one comes next (Karpathy 2015, "The unreasonable
 * effectiveness of recurrent neural networks"). Then it writes: each character is drawn from what it expects, and is what it
 * reads next. The temperature says how daring the draw is.
 *
 *     MYELIN_DATA=folder-with-tinyshakespeare.txt node examples/rnn-shakespeare.mjs
 *
 * The text is https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt (1.1 MB).
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { dense, embedding, input, lstm, model, RandomSource, sequential } from 'myelin'
import { done, out, progress, quick, untilInterrupted } from './support/run.mjs'

const text = await readFile(join(process.env.MYELIN_DATA ?? '.', 'tinyshakespeare.txt'), 'utf8').catch(() => {
  console.error('tinyshakespeare.txt is not there: fetch the text named at the top of this file, and give its folder in MYELIN_DATA')
  process.exit(1)
})
const alphabet = [...new Set(text)].sort()
const numberOf = new Map(alphabet.map((character, i) => [character, i]))
const numbers = Float32Array.from(text, (character) => numberOf.get(character))

// the last tenth of the text is kept for validation
const learned = quick ? 60_000 : Math.floor(numbers.length * 0.9)
const kept = { from: Math.floor(numbers.length * 0.9), to: quick ? Math.floor(numbers.length * 0.9) + 10_000 : numbers.length }
const [units, total, batchSize, steps] = quick ? [64, 4, 16, 32] : [256, 6, 32, 64]

/** The text in pieces, one behind the other, and of each character the one that follows. */
function pieces(from, to, length) {
  const rows = Math.floor((to - from - 1) / length)
  const shape = [rows, length]
  return [
    { data: numbers.subarray(from, from + rows * length), shape },
    { data: Int32Array.from(numbers.subarray(from + 1, from + 1 + rows * length)), shape },
  ]
}
const train = pieces(0, learned, steps)

// the layers are made anew for each length of pieces; weights are handed on by their names
const layers = (options = {}) => [
  embedding({ inputDim: alphabet.length, outputDim: 32, name: 'characters' }),
  lstm({ units, returnSequences: true, name: 'memory', ...options }),
  dense({ units: alphabet.length, activation: 'softmax', name: 'next' }),
]
const decaySteps = total * Math.ceil(train[0].shape[0] / batchSize)
const compile = (network) => network.compile({
  loss: 'sparseCategoricalCrossentropy',
  optimizer: { name: 'adam', learningRate: { name: 'cosineDecay', initialLearningRate: quick ? 0.01 : 0.005, decaySteps } },
})
const reader = compile(sequential(layers(), { inputShape: [steps], seed: 1 }))
console.log(reader.summary())

/** The mean loss of a character that was never seen, in long pieces: their first characters are hard to guess. */
async function validationLoss() {
  const longReader = compile(sequential(layers(), { inputShape: [500] }))
  longReader.setWeights(reader.getWeights())
  return (await longReader.evaluate(...pieces(kept.from, kept.to, 500))).loss
}
await reader.fit(...train, {
  epochs: total, batchSize, seed: 1, signal: untilInterrupted(),
  callbacks: [{
    onBatchEnd: ({ epoch, batch, batches, loss }) => progress(`epoch ${epoch + 1} of ${total}, batch ${batch} of ${batches}: loss ${loss.toFixed(3)}`),
    async onEpochEnd(epoch, { loss }) {
      progress(`epoch ${epoch + 1} of ${total}: loss ${loss.toFixed(4)}, on the kept part ${(await validationLoss()).toFixed(4)} nats a character`, true)
    },
  }],
})
const loss = await validationLoss()

// one character at a time: the states go in and come out
const [x, h, c] = [input({ shape: [1] }), input({ shape: [units] }), input({ shape: [units] })]
const [characters, memory, next] = layers({ returnState: true })
const [sequence, ...states] = memory.applyAll([characters.apply(x), h, c])
const writer = model({ inputs: [x, h, c], outputs: [next.apply(sequence), ...states] })
writer.setWeights(reader.getWeights())

/** Goes on with a text: p(character) to the power of 1 / temperature, normalised, is what is drawn from. */
async function write(start, count, temperature) {
  const random = new RandomSource(1, `temperature ${temperature}`)
  const zeros = () => ({ data: new Float32Array(units), shape: [1, units] })
  let now = [zeros(), zeros()]
  let written = ''
  for (let i = 0; i < start.length + count - 1; i++) {
    const read = (start + written)[i]
    const [{ data: expected }, ...after] = await writer.predict([[[numberOf.get(read)]], ...now])
    now = after
    if (i < start.length - 1) continue
    const weights = Array.from(expected, (p) => p ** (1 / temperature))
    let left = random.uniform() * weights.reduce((a, b) => a + b)
    const drawn = weights.findIndex((weight) => (left -= weight) < 0)
    written += alphabet[drawn < 0 ? weights.length - 1 : drawn]
  }
  return start + written
}
const samples = []
for (const temperature of [0.5, 0.8, 1]) {
  samples.push(`temperature ${temperature}\n\n${await write('ROMEO:\n', quick ? 100 : 700, temperature)}\n`)
}
console.log(`\n${samples[1]}`)
await writeFile(out('rnn-shakespeare.txt'), samples.join('\n----------\n\n'))
console.log(`texts: ${out('rnn-shakespeare.txt')}`)

/** Whether words are words: the part of those written that the text has. */
const words = (from) => from.toLowerCase().match(/[a-z']+/g)
const vocabulary = new Set(words(text))
const real = words(samples[1]).map((word) => Number(vocabulary.has(word)))
console.log(`loss on the kept part: ${loss.toFixed(4)} nats a character; all alike would be ${Math.log(alphabet.length).toFixed(4)}`)
done({ loss, words: real.reduce((a, b) => a + b) / real.length })
