/** Optimisers against PyTorch's trajectories, and one step of SGD and of Adam worked by hand. */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { referenceBackend } from '../../src/backends/reference/index.js'
import { wasmBackend } from '../../src/backends/wasm/index.js'
import type { Backend, Variable } from '../../src/core/index.js'
import { constantArray, grad as gradNodes, sizeOf, variable } from '../../src/core/index.js'
import type { StepOptimizer } from '../../src/nn/optimizer.js'
import * as optimizers from '../../src/nn/optimizers/index.js'
import type { Tensor as TensorType } from '../../src/ops/index.js'
import { add, matmul, mean, sigmoid, square, sub, sum, Tensor, transpose } from '../../src/ops/index.js'

/** Runs an optimiser on the parameters of a loss and hands out the parameters after each step. */
function optimize(
  backend: Backend,
  optimizer: StepOptimizer,
  initial: readonly Variable[],
  loss: (parameters: readonly TensorType[]) => TensorType,
): { step: () => void; values: () => number[][] } {
  const rate = variable('learningRate', [], Float64Array.of(optimizer.learningRate as number))
  const count = variable('step', [], Int32Array.of(1))
  const parameters = initial.map((node) => new Tensor(node))
  const gradients = gradNodes(loss(parameters).node, initial)
  const all: Variable[] = [...initial, rate, count]
  const updates: [Variable, TensorType['node']][] = [[count, add(new Tensor(count), 1).node]]
  const slots = initial.map((parameter) =>
    Object.entries(optimizer.init(parameter)).map(([name, { shape, fill }]) => {
      const slot = variable(`${parameter.name}/${name}`, shape, new Float64Array(sizeOf(shape)).fill(fill))
      all.push(slot)
      return [name, slot] as const
    }),
  )
  const results = optimizer.update(
    parameters.map((parameter, i) => ({
      parameter,
      gradient: new Tensor(gradients[i]!),
      state: Object.fromEntries(slots[i]!.map(([name, slot]) => [name, new Tensor(slot)])),
    })),
    { learningRate: new Tensor(rate), step: new Tensor(count) },
  )
  results.forEach(({ parameter, state }, i) => {
    updates.push([initial[i]!, parameter.node], ...slots[i]!.map(([name, slot]) => [slot, state[name]!.node] as [Variable, TensorType['node']]))
  })
  const session = backend.session(all)
  const program = session.compile({ updates })
  return { step: () => program.run(), values: () => initial.map((parameter) => [...session.read(parameter)]) }
}

interface Trajectory {
  readonly kw: Readonly<Record<string, number | boolean>>
  readonly init: readonly (readonly number[])[]
  readonly samples: readonly (readonly (readonly number[])[])[]
}
const shared = process.env.MYELIN_SHARED ?? '../shared'
const files = [`${shared}/golden/torch-optimizers.json`, 'tests/golden/torch-optimizers-more.json']
const missing = files.filter((file) => !existsSync(file))
if (missing.length > 0 && process.env.CI === 'true') throw new Error(`golden files are missing: ${missing.join(', ')}`)
const runs: Readonly<Record<string, Trajectory>> = Object.assign(
  {},
  ...files
    .filter((file) => existsSync(file))
    .map((file) => (JSON.parse(readFileSync(file, 'utf8')) as { runs: Record<string, Trajectory> }).runs),
)

/** PyTorch's option names as ours. */
const names: Readonly<Record<string, string>> = {
  lr: 'learningRate',
  eps: 'epsilon',
  weight_decay: 'weightDecay',
  rho: 'rho',
  centered: 'centered',
  momentum: 'momentum',
  dampening: 'dampening',
  nesterov: 'nesterov',
  amsgrad: 'amsgrad',
}
const translate = (kw: Trajectory['kw']): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(kw).map(([name, value]) => {
      if (!names[name]) throw new Error(`no option for ${name}`)
      return [names[name], value]
    }),
  )

/** What makes each of ours PyTorch's: its form and its defaults. */
const torch: Readonly<Record<string, (kw: Trajectory['kw']) => StepOptimizer>> = {
  Adam: (kw) =>
    optimizers.adam({ epsilon: 1e-8, biasCorrectedEpsilon: true, weightDecayForm: 'coupled', ...translate(kw) }),
  AdamW: (kw) => optimizers.adamw({ epsilon: 1e-8, biasCorrectedEpsilon: true, ...translate(kw) }),
  Adagrad: (kw) =>
    optimizers.adagrad({
      initialAccumulatorValue: 0,
      epsilon: 1e-10,
      epsilonInsideRoot: false,
      weightDecayForm: 'coupled',
      ...translate(kw),
    }),
  Adadelta: (kw) => optimizers.adadelta({ weightDecayForm: 'coupled', ...translate(kw) }),
  RMSprop: (kw) =>
    optimizers.rmsprop({
      rho: 0.99,
      epsilon: 1e-8,
      epsilonInsideRoot: false,
      momentumForm: 'buffer',
      weightDecayForm: 'coupled',
      ...translate(kw),
    }),
  RAdam: (kw) => optimizers.radam({ weightDecayForm: 'coupled', ...translate(kw) }),
  Adamax: (kw) => optimizers.adamax({ epsilon: 1e-8, epsilonInsideMaximum: true, ...translate(kw) }),
  Rprop: (kw) => optimizers.rprop(translate(kw)),
  ASGD: (kw) => optimizers.asgd({ weightDecayForm: 'coupled', ...translate(kw) }),
  SGD: (kw) => optimizers.sgd({ momentumForm: 'buffer', weightDecayForm: 'coupled', ...translate(kw) }),
}
const asked = [
  'Adam',
  'Adam_wd_ams',
  'RAdam',
  'Adamax',
  'Rprop',
  'ASGD',
  'Adagrad',
  'Adagrad_wd',
  'RMSprop',
  'RMSprop_wd',
  'RMSprop_wd_c_m',
  'SGD',
  'SGD_wd',
  'SGD_wd_m',
  'AdamW',
  'AdamW_lr1',
  'Adadelta',
  'Adadelta_wd',
  'SGD_m',
  'SGD_nesterov',
  'SGD_nesterov_wd',
  'SGD_dampening',
  'SGD_dampening_09',
  'SGD_dampening_wd',
]

for (const backend of [referenceBackend, wasmBackend])
  describe.skipIf(missing.length > 0)(
    `PyTorch trajectories on ${backend.name} (skipped without the golden files)`,
    () => {
      for (const name of asked) {
        // the reference computes in float64 throughout, and PyTorch's ASGD rounds its rate to float32
        if (name === 'ASGD' && backend === referenceBackend) continue
        it(`${name} is within 1e-10 at every sample`, () => {
          const { kw, init, samples } = runs[name]!
          const x = new Tensor(constantArray([3, 2], Float64Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6)))
          const shapes = [[3, 2], [3], [1, 3], [1]]
          const parameters = shapes.map((shape, i) => variable(`p${i}`, shape, Float64Array.from(init[i]!)))
          const { step, values } = optimize(backend, torch[name.split('_')[0]!]!(kw), parameters, ([w1, b1, w2, b2]) =>
            sum(sigmoid(add(matmul(sigmoid(add(matmul(x, transpose(w1!)), b1!)), transpose(w2!)), b2!))),
          )
          samples.forEach((sample, k) => {
            for (let n = k === 0 ? 1 : 100; n > 0; n--) step()
            const now = values()
            sample.forEach((expected, i) =>
              expected.forEach((value, j) => {
                expect(Math.abs(now[i]![j]! - value), `step ${k * 100}, parameter ${i}[${j}]`).toBeLessThanOrEqual(
                  1e-10,
                )
              }),
            )
          })
        })
      }
    },
  )

describe('one step by hand', () => {
  // A 2-2-1 network without activations, so that every number is a short product:
  // W1 = [[1, 2], [3, 4]] (rows = inputs), b1 = (0, 0), w2 = (1, -1), b2 = 0; one row x = (1, 1), target 0, MSE.
  // h = (1 + 3, 2 + 4) = (4, 6); y = 4 - 6 = -2; loss = 4; dy = 2 y = -4.
  // dw2 = dy h = (-16, -24); db2 = -4; dh = dy w2 = (-4, 4); dW1 = x dh = [[-4, 4], [-4, 4]]; db1 = (-4, 4).
  const parameters = (): Variable[] => [
    variable('w1', [2, 2], Float64Array.of(1, 2, 3, 4)),
    variable('b1', [2], new Float64Array(2)),
    variable('w2', [2, 1], Float64Array.of(1, -1)),
    variable('b2', [1], new Float64Array(1)),
  ]
  const x = new Tensor(constantArray([1, 2], Float64Array.of(1, 1)))
  const loss = ([w1, b1, w2, b2]: readonly TensorType[]): TensorType =>
    mean(square(sub(add(matmul(add(matmul(x, w1!), b1!), w2!), b2!), 0)))

  it('SGD: w - 0.1 gradient', () => {
    const { step, values } = optimize(wasmBackend, optimizers.sgd({ learningRate: 0.1 }), parameters(), loss)
    step()
    const expected = [[1.4, 1.6, 3.4, 3.6], [0.4, -0.4], [2.6, 1.4], [0.4]]
    values().forEach((value, i) => value.forEach((v, j) => expect(v).toBeCloseTo(expected[i]![j]!, 12)))
  })

  it('Adam: the first step is the rate times g / (|g| + ε / √(1 - β2))', () => {
    // m = 0.1 g and v = 0.001 g², so √v = √0.001 |g|; the rate is η √0.001 / 0.1, hence
    // w -= η √0.001 g / (√0.001 |g| + ε) = η g / (|g| + ε / √0.001). With ε = √0.001 that is η g / (|g| + 1):
    // for |g| = 4 it is 0.8 η, for 16 it is 16/17 η, for 24 it is 24/25 η; η = 1 here.
    const { step, values } = optimize(
      wasmBackend,
      optimizers.adam({ learningRate: 1, epsilon: Math.sqrt(0.001) }),
      parameters(),
      loss,
    )
    step()
    const expected = [[1.8, 1.2, 3.8, 3.2], [0.8, -0.8], [1 + 16 / 17, -1 + 24 / 25], [0.8]]
    values().forEach((value, i) => value.forEach((v, j) => expect(v).toBeCloseTo(expected[i]![j]!, 12)))
  })
})
