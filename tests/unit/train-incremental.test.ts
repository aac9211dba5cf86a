/** Networks that are given their steps one after another: the outputs are those of the whole sequence. */
import { describe, expect, it } from 'vitest'
import { wasmBackend } from '../../src/index.js'
import { referenceBackend } from '../../src/backends/reference/index.js'
import {
  concatenate, dense, embedding, globalAveragePooling1D, input, layerNormalization, layers, lstm, multiHeadAttention,
  positionEmbedding, rmsNormalization, sinePositionEncoding, transformerDecoder, transformerEncoder,
} from '../../src/nn/index.js'
import type { Model } from '../../src/train/index.js'
import { incremental, model, sequential } from '../../src/train/index.js'

const steps = 7
/** Two decoder blocks, a shared attention that is applied twice, both codes of places and what else treats each step by itself. */
function decoder(dtype: 'float32' | 'float64'): Model {
  const codes = input({ shape: [steps] })
  const vectors = embedding({ inputDim: 5, outputDim: 6 }).apply(codes)
  let h = layers.add().apply([vectors, positionEmbedding({ sequenceLength: steps }).apply(vectors), sinePositionEncoding().apply(vectors)])
  for (const normalizeFirst of [true, false]) {
    h = transformerDecoder({ intermediateDim: 8, numHeads: 2, normalizeFirst, activation: 'gelu', dropout: 0.1 }).apply(h)
  }
  const shared = multiHeadAttention({ numHeads: 3, keyDim: 2, valueDim: 3, useCausalMask: true })
  h = rmsNormalization().apply(shared.apply([h, h]))
  h = concatenate().apply([h, layerNormalization().apply(shared.apply([h, h]))])
  return model({ inputs: codes, outputs: dense({ units: 5, activation: 'softmax' }).apply(h), seed: 2, dtype })
}
const sequences = [[1, 4, 0, 2, 2, 3, 1], [0, 0, 3, 1, 4, 4, 2]]
const near = (actual: ArrayLike<number>, expected: ArrayLike<number>, digits: number): void => {
  expect(actual.length).toBe(expected.length)
  for (let i = 0; i < actual.length; i++) expect(actual[i], `${i}`).toBeCloseTo(expected[i]!, digits)
}

describe('step by step', () => {
  for (const [backend, dtype, digits] of [
    [wasmBackend, 'float64', 14], [wasmBackend, 'float32', 6], [referenceBackend, 'float64', 14],
  ] as const) {
    it(`outputs are those of whole sequences: ${backend.name}, ${dtype}`, async () => {
      const network = decoder(dtype)
      const whole = await network.predict(sequences, { backend })
      const of = (from: number, to: number): number[] =>
        sequences.flatMap((_, row) => Array.from(whole.data.subarray((row * steps + from) * 5, (row * steps + to) * 5)))
      const writer = incremental(network, { batchSize: 2, backend })
      // a prompt, single steps, and several at once in the middle; and again from the beginning
      for (const cuts of [[0, 3, 4, 5, 7], [0, 1, 2, 3, 4, 5, 6, 7], [0, 7]]) {
        for (let i = 1; i < cuts.length; i++) {
          const [from, to] = [cuts[i - 1]!, cuts[i]!]
          const { data, shape } = await writer.next(sequences.map((codes) => codes.slice(from, to)))
          expect(shape).toEqual([2, to - from, 5])
          expect(writer.steps).toBe(to)
          near(data, of(from, to), digits)
        }
        writer.reset()
      }
    })
  }

  it('uses weights that were trained since, and refuses to mix them', async () => {
    const network = decoder('float64').compile({ loss: 'sparseCategoricalCrossentropy', optimizer: 'adam' })
    const writer = incremental(network)
    const before = await writer.next([[1]])
    await network.fit(sequences, sequences, { epochs: 2 })
    await expect(writer.next([[4]])).rejects.toThrow('the weights changed since the sequences began; call reset()')
    writer.reset()
    const { data } = await writer.next([[1]])
    expect([...data]).not.toEqual([...before.data])
    near(data, (await network.predict([sequences[0]!])).data.slice(0, 5), 14)
  })

  it('takes sequences of vectors, and bytes', async () => {
    const network = sequential([transformerDecoder({ intermediateDim: 3, numHeads: 1 }), dense({ units: 2 })], { inputShape: [3, 4], dtype: 'float64' })
    const bytes = { data: Uint8Array.from({ length: 12 }, (_, i) => 20 * i), shape: [1, 3, 4], scale: 1 / 255 }
    const { data } = await incremental(network).next(bytes)
    near(data, (await network.predict(bytes)).data, 14)
  })

  it('refuses what does not fit', async () => {
    const writer = incremental(decoder('float64'))
    await expect(writer.next([[1, 2], [1, 2]])).rejects.toThrow('expected a list of one sequence with the next steps, [1, 1] or more steps, received [2, 2]')
    await expect(writer.next([[]])).rejects.toThrow('received [1, 0]')
    await expect(writer.next([1])).resolves.toMatchObject({ shape: [1, 1, 5] })
    await expect(writer.next([[1, 2, 3, 4, 0, 1, 2]])).rejects.toThrow('1 steps and 7 more are beyond the 7 that the network was built for; call reset()')
    expect(writer.steps).toBe(1)
    await expect(writer.next([[NaN]])).rejects.toThrow('incremental.next: row 1, column 1 is NaN')
    await expect(writer.next([[5]])).rejects.toThrow('index is out of range in embedding')
    near((await writer.next([[4]])).data, (await decoder('float64').predict([sequences[0]!])).data.slice(5, 10), 14)
    expect(() => incremental(decoder('float32'), { batchSize: 0 })).toThrow('batchSize')
  })

  it.each([
    ['an encoder', [transformerEncoder({ intermediateDim: 3, numHeads: 1 })], 'layer "transformerEncoder_1" (transformerEncoder) cannot be given some of its steps at a time'],
    ['attention to later steps', [transformerDecoder({ intermediateDim: 3, numHeads: 1, useCausalMask: false })], 'layer "transformerDecoder_1"'],
    ['a recurrent layer', [lstm({ units: 2, returnSequences: true })], 'layer "lstm_1" (lstm)'],
    ['a mean over steps', [globalAveragePooling1D()], 'layer "globalAveragePooling1D_1"'],
    ['normalisation over steps', [layerNormalization({ axis: 1 })], 'layer "layerNormalization_1"'],
    ['steps joined', [dense({ units: 2 }), layers.flatten()], 'layer "flatten_1"'],
  ])('refuses %s', (_, list, message) => {
    expect(() => incremental(sequential(list, { inputShape: [3, 2] }))).toThrow(message)
  })

  it('refuses attention to another sequence, masks of steps, several inputs and networks without weights', () => {
    const [x, other] = [input({ shape: [3, 2], name: 'x' }), input({ shape: [3, 2], name: 'other' })]
    const cross = (value: typeof x) => multiHeadAttention({ numHeads: 1, keyDim: 1, useCausalMask: true }).apply([x, value])
    expect(() => incremental(model({ inputs: x, outputs: cross(dense({ units: 2 }).apply(x)) }))).toThrow('a sequence can be attended to by itself alone')
    expect(() => incremental(model({ inputs: [x, other], outputs: cross(other) }))).toThrow('expected a network with one input of [steps, ...]')
    expect(() => incremental(sequential([dense({ units: 1 })]))).toThrow('the network has no weights yet')
    expect(() => incremental(sequential(
      [embedding({ inputDim: 3, outputDim: 2, maskZero: true }), transformerDecoder({ intermediateDim: 3, numHeads: 1 })], { inputShape: [4] },
    ))).toThrow('without masks of steps')
  })
})
