/** Every loss on its samples, which the registry has and no list of tests; aliases; digits of small losses. */
import { describe, expect, it } from 'vitest'
import type { Node } from '../../src/core/index.js'
import { constantArray, grad, reduce } from '../../src/core/index.js'
import { interpreter } from '../../src/backends/reference/index.js'
import type { LossFactory } from '../../src/nn/index.js'
import { factories, losses, resolve } from '../../src/nn/index.js'
import { sigmoid, Tensor } from '../../src/ops/index.js'
import { judgeLoss } from './harness/loss.js'
import { checkRegistry } from './harness/registry.js'
import { drawInputs } from './harness/samples.js'

const all = factories(losses) as LossFactory[]

describe('the registry of losses', () => {
  checkRegistry('src/nn/losses', losses)

  it('knows the aliases', () => {
    expect(resolve('loss', losses, 'mse').kind).toBe('meanSquaredError')
    expect(resolve('loss', losses, 'mae').kind).toBe('meanAbsoluteError')
    expect(() => resolve('loss', losses, 'binary_crossentropy')).toThrow('did you mean "binaryCrossentropy"?')
  })
})

for (const factory of all) judgeLoss(factory)

// log(1 + exp(-z)) and its slope 1 / (1 + exp(z)), to 8 digits
it.each([
  [10, 4.5398899e-5, 4.5397869e-5],
  [12, 6.1441935e-6, 6.1441746e-6],
  [16, 1.1253517e-7, 1.1253516e-7],
])('binaryCrossentropy keeps the digits of what is predicted well: z = %s', (size, value, slope) => {
  const prediction = (logits: Tensor, fromLogits: boolean): Tensor => (fromLogits ? logits : sigmoid(logits))
  for (const fromLogits of [true, false]) {
    for (const target of [0, 1]) {
      const sign = target === 1 ? 1 : -1
      const { nodes } = drawInputs([{ shape: [1, 1], range: [-1, 1] }], 'float32', 'z')
      const [z] = nodes as [Node]
      const loss = losses.binaryCrossentropy({ fromLogits }).call(
        prediction(new Tensor(z), fromLogits),
        new Tensor(constantArray([1, 1], Float32Array.of(target))),
      ).node
      const gradient = grad(reduce('add', loss, [0]), [z])[0]!
      const results = interpreter([loss, gradient])(new Map([[z, Float32Array.of(sign * size)]]))
      expect((results.get(loss)![0]! as number) / value).toBeCloseTo(1, 6)
      expect((results.get(gradient)![0]! as number) / (-sign * slope)).toBeCloseTo(1, 6)
    }
  }
})

it('finds the losses by itself', () => {
  expect(all.length).toBeGreaterThanOrEqual(6)
})
