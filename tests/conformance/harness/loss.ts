/** A loss on its samples: gradients, backends, extreme predictions, JSON, wrong options and shapes, no rows. */
import { describe, expect, it } from 'vitest'
import type { FloatType, Node } from '../../../src/core/index.js'
import { constantArray, grad, RandomSource, reduce, sizeOf, typedArray } from '../../../src/core/index.js'
import { interpreter } from '../../../src/backends/reference/index.js'
import type { LossFactory, LossSample, Registry } from '../../../src/nn/index.js'
import { componentJson, losses, resolve } from '../../../src/nn/index.js'
import { linear, sigmoid, softmax, Tensor } from '../../../src/ops/index.js'
import { checkBackends } from './backends.js'
import { checkGradients } from './gradients.js'
import { checkOptions } from './registry.js'
import { drawInputs } from './samples.js'

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

/**
 * Tests a loss on its samples.
 *
 * @param registry where JSON finds it
 */
export function judgeLoss(factory: LossFactory, registry: Registry = losses): void {
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
          expect(componentJson(resolve('loss', registry, json))).toEqual(componentJson(loss))
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
