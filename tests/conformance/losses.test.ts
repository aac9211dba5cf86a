/** Every loss on its samples: gradients, backends, extreme predictions, JSON, wrong options and shapes, no rows. */
import { describe, expect, it } from 'vitest'
import type { FloatType, Node } from '../../src/core/index.js'
import { constantArray, grad, RandomSource, reduce, sizeOf, typedArray } from '../../src/core/index.js'
import { interpreter } from '../../src/backends/reference/index.js'
import type { LossFactory, LossSample } from '../../src/nn/index.js'
import { componentJson, factories, losses, resolve } from '../../src/nn/index.js'
import { linear, sigmoid, softmax, Tensor } from '../../src/ops/index.js'
import { checkBackends } from './harness/backends.js'
import { checkGradients } from './harness/gradients.js'
import { checkOptions, checkRegistry } from './harness/registry.js'
import { drawInputs } from './harness/samples.js'

const all = factories(losses) as LossFactory[]
const activations = { linear, sigmoid, softmax }

function targetOf({ outputShape, target }: LossSample, rows: number, dtype: FloatType): Tensor {
  const random = new RandomSource(4, 'targets')
  const classes = outputShape.at(-1)!
  const shape = [rows, ...outputShape]
  const numbers = Array.from({ length: sizeOf(shape) }, () =>
    target === 'binary' ? random.integer(2) : Math.fround(2.5 + random.uniform()),
  )
  const chosen = Array.from({ length: sizeOf(shape) / classes }, () => random.integer(classes))
  if (target === 'class') return new Tensor(constantArray(shape.slice(0, -1), Int32Array.from(chosen)))
  if (target === 'oneHot')
    numbers.forEach((_, i) => {
      numbers[i] = chosen[Math.floor(i / classes)] === i % classes ? 1 : 0
    })
  return new Tensor(constantArray(shape, typedArray(dtype, numbers)))
}

interface Case {
  readonly z: Node
  readonly values: ReturnType<typeof drawInputs>['values']
  readonly loss: Node
}

function caseOf(factory: LossFactory, sample: LossSample, rows: number, dtype: FloatType, size = 2): Case {
  const range = [-size, size] as const
  const { nodes, values } = drawInputs([{ shape: [rows, ...sample.outputShape], range }], dtype, factory.kind)
  const loss = factory(sample.options).call(
    activations[sample.activation](new Tensor(nodes[0]!)),
    targetOf(sample, rows, dtype),
  )
  return { z: nodes[0]!, values, loss: loss.node }
}

describe('the registry of losses', () => {
  checkRegistry('src/nn/losses', losses)

  it('knows the aliases', () => {
    expect(resolve('loss', losses, 'mse').kind).toBe('meanSquaredError')
    expect(resolve('loss', losses, 'mae').kind).toBe('meanAbsoluteError')
    expect(() => resolve('loss', losses, 'binary_crossentropy')).toThrow('did you mean "binaryCrossentropy"?')
  })
})

for (const factory of all) {
  describe(factory.kind, () => {
    checkOptions(factory, {})

    factory.samples.forEach((sample, i) => {
      describe(`sample ${i}: ${sample.activation} [${sample.outputShape.join(', ')}], targets ${sample.target}`, () => {
        it('has right gradients', () => {
          const { z, values, loss } = caseOf(factory, sample, 3, 'float64')
          checkGradients(loss, [z], values, { order: 2 })
        })

        it('gives the same on every backend, with any number of rows', () => {
          for (const dtype of ['float32', 'float64'] as const) {
            for (const rows of [0, 1, 5]) {
              const { z, values, loss } = caseOf(factory, sample, rows, dtype)
              const slope = grad(reduce('add', loss, [0]), [z])
              expect(loss.shape).toEqual([rows])
              checkBackends({ outputs: [loss, ...slope] }, values)
            }
          }
        })

        it('stays finite for extreme predictions', () => {
          const { z, values, loss } = caseOf(factory, sample, 4, 'float64', 2000)
          const slope = grad(reduce('add', loss, [0]), [z])[0]!
          const results = interpreter([loss, slope])(values)
          for (const node of [loss, slope]) {
            expect((results.get(node)! as Float64Array).every((v) => Number.isFinite(v))).toBe(true)
          }
        })

        it('is the same after JSON', () => {
          const loss = factory(sample.options)
          const json: unknown = JSON.parse(JSON.stringify(componentJson(loss)))
          expect(componentJson(resolve('loss', losses, json))).toEqual(componentJson(loss))
        })
      })
    })

    it('refuses targets of another shape', () => {
      const sample = factory.samples[0]!
      const prediction = new Tensor(constantArray([3, 7], new Float64Array(21)))
      const target = targetOf({ ...sample, outputShape: [2, 7] }, 3, 'float64')
      expect(() => factory(sample.options).call(prediction, target)).toThrow(`${factory.kind}: expected`)
    })
  })
}

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
