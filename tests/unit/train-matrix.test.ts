/** Data for training, from lists in lists. */
import { expect, it } from 'vitest'
import { wasmBackend as backend } from '../../src/backends/wasm/index.js'
import { MyelinError } from '../../src/core/index.js'
import { dense } from '../../src/nn/index.js'
import { sequential } from '../../src/train/index.js'
import { matrixOf } from '../../src/train/matrix.js'

const nestedIn = (depth: number): unknown => {
  let list: unknown = 1
  for (let i = 0; i < depth; i++) list = [list]
  return list
}

it('takes lists in lists of up to 16 levels', () => {
  expect(matrixOf('x', nestedIn(16))).toEqual({ data: Float64Array.of(1), shape: new Array(16).fill(1) })
})

it('refuses lists that are nested deeper, or in themselves', () => {
  const circular: unknown[] = []
  circular.push(circular)
  for (const list of [nestedIn(17), nestedIn(20_000), circular]) {
    expect(() => matrixOf('fit: x', list)).toThrow(MyelinError)
    expect(() => matrixOf('fit: x', list)).toThrow('fit: x: lists are nested deeper than 16 levels')
  }
})

it('refuses them in fit and predict', async () => {
  const model = sequential([dense({ units: 1 })]).compile({ loss: 'mse', optimizer: 'sgd' })
  const deep = nestedIn(20_000) as number[]
  const refusal = { code: 'data', message: expect.stringContaining('nested deeper than 16 levels') as string }
  await expect(model.fit(deep, [1], { backend })).rejects.toMatchObject(refusal)
  await expect(model.fit([1], deep, { backend })).rejects.toMatchObject(refusal)
  await expect(model.fit([1], [1], { backend, sampleWeight: deep })).rejects.toMatchObject(refusal)
  await expect(model.predict(deep, { backend })).rejects.toMatchObject(refusal)
})
