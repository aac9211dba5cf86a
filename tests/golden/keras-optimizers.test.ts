/** Optimisers against Keras's own trajectories, in float64. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { wasmBackend } from '../../src/backends/wasm/index.js'
import type { Node, Variable } from '../../src/core/index.js'
import { constantArray, grad, sizeOf, variable } from '../../src/core/index.js'
import type { StepOptimizer } from '../../src/nn/index.js'
import { factories, optimizers, resolve, scheduledRate } from '../../src/nn/index.js'
import { add, mul, square, sub, sum, Tensor } from '../../src/ops/index.js'

type Arrays = readonly (readonly number[])[]
const golden = JSON.parse(readFileSync('tests/golden/keras-optimizers.json', 'utf8')) as {
  readonly steps: number
  readonly every: number
  readonly shapes: Arrays
  readonly initial: Arrays
  readonly goals: Arrays
  readonly curvatures: Arrays
  readonly runs: readonly {
    readonly optimizer: string
    readonly options: Readonly<Record<string, unknown>>
    readonly samples: readonly Arrays[]
  }[]
}
const { shapes, initial, goals, curvatures, steps, every } = golden

/** The parameters after each step, then those with which training ends where they are averages. */
function trajectory(optimizer: StepOptimizer): number[][][] {
  const parameters = shapes.map((shape, i) => variable(`p${i}`, shape, Float64Array.from(initial[i]!)))
  const tensors = parameters.map((node) => new Tensor(node))
  const constant = (i: number, values: Arrays): Tensor =>
    new Tensor(constantArray(shapes[i]!, Float64Array.from(values[i]!)))
  const bowls = tensors.map((w, i) => sum(mul(square(sub(w, constant(i, goals))), mul(constant(i, curvatures), 0.5))))
  const total = tensors.map((w) => sum(w)).reduce(add)
  const gradients = grad(add(bowls.reduce(add), mul(square(total), 0.1)).node, parameters)
  const fixed = optimizer.learningRate
  const rate = variable('rate', [], Float64Array.of(typeof fixed === 'number' ? fixed : 0))
  const step = variable('step', [], Int32Array.of(1))
  const all: Variable[] = [...parameters, rate, step]
  const slots = parameters.map((parameter, i) =>
    Object.entries(optimizer.init(parameter)).map(([name, { shape, fill }]) => {
      const slot = variable(`p${i}/${name}`, shape, new Float64Array(sizeOf(shape)).fill(fill))
      all.push(slot)
      return [name, slot] as const
    }),
  )
  const results = optimizer.update(
    tensors.map((parameter, i) => ({
      parameter,
      gradient: new Tensor(gradients[i]!),
      state: Object.fromEntries(slots[i]!.map(([name, slot]) => [name, new Tensor(slot)])),
    })),
    {
      learningRate: typeof fixed === 'number' ? new Tensor(rate) : scheduledRate(fixed, new Tensor(step), 'float64'),
      step: new Tensor(step),
    },
  )
  const updates = results.flatMap(({ parameter, state }, i): (readonly [Variable, Node])[] => [
    [parameters[i]!, parameter.node],
    ...slots[i]!.map(([name, slot]) => [slot, state[name]!.node] as const),
  ])
  updates.push([step, add(new Tensor(step), 1).node])
  const session = wasmBackend.session(all)
  const program = session.compile({ updates })
  const values = Array.from({ length: steps }, () => {
    program.run()
    return parameters.map((parameter) => [...session.read(parameter)])
  })
  const { finalWeights } = optimizer
  const averages = slots.map((each) => each.find(([name]) => name === finalWeights)).filter((found) => found)
  return finalWeights === null ? values : [...values, averages.map((found) => [...session.read(found![1])])]
}

describe('Keras', () => {
  it.each(golden.runs.map((run) => [`${run.optimizer} ${JSON.stringify(run.options)}`, run] as const))(
    '%s',
    (_, { optimizer, options, samples }) => {
      const values = trajectory(resolve('optimizer', optimizers, { name: optimizer, ...options }) as StepOptimizer)
      samples.forEach((sample, k) => {
        const at = Math.min(k * every, values.length - 1)
        sample.forEach((expected, i) =>
          expected.forEach((value, j) => {
            const far = Math.abs(values[at]![i]![j]! - value)
            expect(far, `step ${at}, parameter ${i}[${j}]`).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(value)))
          }),
        )
      })
    },
  )

  it('has figures for each optimiser but those that it lacks', () => {
    const judged = new Set(golden.runs.map(({ optimizer }) => optimizer))
    const lacking = factories(optimizers).map(({ kind }) => kind).filter((kind) => !judged.has(kind))
    expect(lacking).toEqual(['asgd', 'lbfgs', 'radam', 'rprop'])
  })
})
