/** Several restarts against local minima: the lecture's smallest network for XOR, which some starts leave unsolved. */
import { expect, it } from 'vitest'
import { fitWithRestarts } from '../../src/index.js'
import { xor, xorNetwork } from './support.js'

it('solve XOR from every first seed, where a single training does not', async () => {
  const { x, y } = xor
  let alone = 0
  for (let first = 0; first < 100; first += 10) {
    const { model, seed, restarts } = await fitWithRestarts((seed) => xorNetwork(2, 'relu', seed), x, y, {
      restarts: 10,
      seed: first,
      epochs: 1000,
      batchSize: 4,
    })
    const solved = restarts.map(({ history }) => history!.history.accuracy!.at(-1) === 1)
    if (solved[0]) alone++
    expect(solved[seed - first]).toBe(true)
    expect((await model.evaluate(x, y)).accuracy).toBe(1)
  }
  expect(alone).toBeGreaterThan(0)
  expect(alone).toBeLessThan(10)
})
