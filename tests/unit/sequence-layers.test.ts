/** Layers for sequences beyond the conformance suite: masks through networks, and wrong numbers and shapes. */
import { describe, expect, it } from 'vitest'
import '../../src/index.js'
import { embedding, lstm, masking } from '../../src/nn/index.js'
import { sequential } from '../../src/train/index.js'

describe('masks', () => {
  it('of words make padding at the end count for nothing', async () => {
    const options = { seed: 3, dtype: 'float64' } as const
    const words = (steps: number) => sequential(
      [embedding({ inputDim: 5, outputDim: 3, maskZero: true }), lstm({ units: 2 })], { ...options, inputShape: [steps] })
    const short = await words(2).predict([[4, 2]])
    expect([...(await words(5).predict([[4, 2, 0, 0, 0]])).data]).toEqual([...short.data])
    expect([...(await words(5).predict([[4, 2, 0, 0, 1]])).data]).not.toEqual([...short.data])
  })

  it('of steps that have a value make them count for nothing', async () => {
    const steps = (count: number) => sequential(
      [masking({ maskValue: -1 }), lstm({ units: 2 })], { seed: 3, dtype: 'float64', inputShape: [count, 2] })
    const short = await steps(2).predict([[[1, 2], [-1, 3]]])
    expect([...(await steps(4).predict([[[1, 2], [-1, -1], [-1, 3], [-1, -1]]])).data]).toEqual([...short.data])
  })
})

describe('embedding', () => {
  it.each([[5], [-1]])('refuses %i, which is no word, in training and in predicting', async (word) => {
    const model = sequential([embedding({ inputDim: 5, outputDim: 3 })])
    model.compile({ loss: 'mse', optimizer: 'adam' })
    await expect(model.fit([[0], [word]], [[[1, 2, 3]], [[1, 2, 3]]], { epochs: 1 })).rejects.toThrow(/index/)
    model.build([1])
    await expect(model.predict([[word]])).rejects.toThrow(/index/)
  })

  it('refuses a vocabulary that float32 cannot count', () => {
    expect(() => sequential([embedding({ inputDim: 2 ** 24 + 1, outputDim: 1 })], { inputShape: [1] }))
      .toThrow('embedding: float32 holds whole numbers up to 16777216 only')
  })
})

describe('shapes that do not fit', () => {
  it.each([
    ['masks of pictures', () => sequential([masking()], { inputShape: [2, 2, 1] }), 'masking: expected rows of steps and features'],
    ['masks of tables of words', () => sequential([embedding({ inputDim: 2, outputDim: 1, maskZero: true })], { inputShape: [2, 2] }),
      'embedding: with maskZero expected rows of steps'],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(message)
  })
})
