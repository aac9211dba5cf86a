/** Optimisers against Keras's own trajectories, in float64. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { wasmBackend } from '../../src/backends/wasm/index.js'
import type { Node, Variable } from '../../src/core/index.js'
import { constantArray, grad, sizeOf, variable } from '../../src/core/index.js'
import type { Optimizer } from '../../src/nn/index.js'
import { factories, optimizers, resolve } from '../../src/nn/index.js'
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

/** The parameters after each step. */
function trajectory(optimizer: Optimizer): number[][][] {
  const parameters = shapes.map((shape, i) => variable(`p${i}`, shape, Float64Array.from(initial[i]!)))
  const tensors = parameters.map((node) => new Tensor(node))
  const constant = (i: number, values: Arrays): Tensor =>
    new Tensor(constantArray(shapes[i]!, Float64Array.from(values[i]!)))
  const bowls = tensors.map((w, i) => sum(mul(square(sub(w, constant(i, goals))), mul(constant(i, curvatures), 0.5))))
  const total = tensors.map((w) => sum(w)).reduce(add)
  const gradients = grad(add(bowls.reduce(add), mul(square(total), 0.1)).node, parameters)
  const rate = variable('rate', [], Float64Array.of(optimizer.learningRate))
  const step = variable('step', [], Int32Array.of(1))
  const all: Variable[] = [...parameters, rate, step]
  const updates: [Variable, Node][] = [[step, add(new Tensor(step), 1).node]]
  parameters.forEach((parameter, i) => {
    const slots = Object.entries(optimizer.init(parameter)).map(([name, { shape, fill }]) => {
      const slot = variable(`p${i}/${name}`, shape, new Float64Array(sizeOf(shape)).fill(fill))
      all.push(slot)
      return [name, slot] as const
    })
    const result = optimizer.update({
      parameter: tensors[i]!,
      gradient: new Tensor(gradients[i]!),
      state: Object.fromEntries(slots.map(([name, slot]) => [name, new Tensor(slot)])),
      learningRate: new Tensor(rate),
      step: new Tensor(step),
    })
    updates.push([parameter, result.parameter.node])
    for (const [name, slot] of slots) updates.push([slot, result.state[name]!.node])
  })
  const session = wasmBackend.session(all)
  const program = session.compile({ updates })
  return Array.from({ length: steps }, () => {
    program.run()
    return parameters.map((parameter) => [...session.read(parameter)])
  })
}

describe('Keras', () => {
  it.each(golden.runs.map((run) => [`${run.optimizer} ${JSON.stringify(run.options)}`, run] as const))(
    '%s',
    (_, { optimizer, options, samples }) => {
      const values = trajectory(resolve('optimizer', optimizers, { name: optimizer, ...options }) as Optimizer)
      samples.forEach((sample, k) =>
        sample.forEach((expected, i) =>
          expected.forEach((value, j) => {
            const far = Math.abs(values[k * every]![i]![j]! - value)
            expect(far, `step ${k * every}, parameter ${i}[${j}]`).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(value)))
          }),
        ),
      )
    },
  )

  it('has figures for each optimiser but those that it lacks', () => {
    const judged = new Set(golden.runs.map(({ optimizer }) => optimizer))
    const lacking = factories(optimizers).map(({ kind }) => kind).filter((kind) => !judged.has(kind))
    expect(lacking).toEqual(['asgd', 'radam', 'rprop'])
  })
})
