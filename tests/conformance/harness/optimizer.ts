/** An optimiser in every declared form: it minimises, is the same on all backends, rests without gradient, is JSON. */
import { describe, expect, it } from 'vitest'
import type { Backend, FloatType, Node, Session, Variable } from '../../../src/core/index.js'
import { grad, sizeOf, typedArray, variable } from '../../../src/core/index.js'
import { referenceBackend } from '../../../src/backends/reference/index.js'
import { wasmBackend } from '../../../src/backends/wasm/index.js'
import type { Factory, FullBatchOptimizer, OptimizerResult, Registry, StepOptimizer } from '../../../src/nn/index.js'
import { componentJson, dense, optimizers, resolve } from '../../../src/nn/index.js'
import { sequential } from '../../../src/train/index.js'
import { add, mul, square, sub, sum, Tensor } from '../../../src/ops/index.js'
import { backends, checkBackends } from './backends.js'
import { checkOptions } from './registry.js'

/** Each boolean and choice turned, alone and with momentum and weight decay where there are such. */
function forms({ parameters }: Factory): Record<string, unknown>[] {
  const turns = Object.entries(parameters).flatMap(
    ([name, { type, choices = [], default: usual }]): Record<string, unknown>[] => {
      if (type === 'boolean') return [{ [name]: !usual }]
      return type === 'choice' ? choices.filter((c) => c !== usual).map((c) => ({ [name]: c })) : []
    },
  )
  const strong: Record<string, unknown>[] = [{ weightDecay: 0.01 }]
  const around = [
    { clipValue: 0.5 },
    { clipNorm: 0.5, gradientAccumulationSteps: 3 },
    { globalClipNorm: 0.5, useEma: true, emaMomentum: 0.5, emaOverwriteFrequency: 2, weightDecay: 0.01 },
  ]
  if ('momentum' in parameters) strong.push({ momentum: 0.9 }, { momentum: 0.5, weightDecay: 0.01 })
  const combined = turns.filter((turn) => !('useEma' in turn)).flatMap((turn) => strong.map((more) => ({ ...turn, ...more })))
  const dampened = 'dampening' in parameters ? [{ momentum: 0.9, dampening: 0.9, momentumForm: 'buffer' }] : []
  return [{}, ...turns, ...strong, ...combined, ...dampened, ...around]
}

/** What makes those rest without gradient that would go on for thousands of steps, or forever. */
const restful: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  lion: { beta2: 0.5 },
  muon: { momentum: 0.5 },
  asgd: { decay: 0 },
}

interface Setting {
  readonly weights: Variable
  readonly slots: readonly Variable[]
  readonly variables: readonly Variable[]
  readonly updates: readonly (readonly [Variable, Node])[]
}

/** A step on 9 weights toward `loss`. */
function settingOf(optimizer: StepOptimizer, dtype: FloatType, loss: (weights: Tensor) => Tensor): Setting {
  const weights = variable('weights', [3, 3], typedArray(dtype, [1, -2, 0.5, 3, -0.25, 0, 2, -1, 0.75]))
  const rate = variable('rate', [], typedArray(dtype, [optimizer.learningRate as number]))
  const step = variable('step', [], Int32Array.of(1))
  const slots = Object.entries(optimizer.init(weights)).map(
    ([name, spec]) => [name, variable(name, spec.shape, typedArray(spec.dtype, sizeOf(spec.shape)).fill(spec.fill))] as const,
  )
  const [gradient] = grad(loss(new Tensor(weights)).node, [weights])
  const [result] = optimizer.update(
    [
      {
        parameter: new Tensor(weights),
        gradient: new Tensor(gradient!),
        state: Object.fromEntries(slots.map(([name, slot]) => [name, new Tensor(slot)])),
      },
    ],
    { learningRate: new Tensor(rate), step: new Tensor(step) },
  ) as [OptimizerResult]
  expect(Object.keys(result.state)).toEqual(slots.map(([name]) => name))
  return {
    weights,
    slots: slots.map(([, slot]) => slot),
    variables: [weights, rate, step, ...slots.map(([, slot]) => slot)],
    updates: [
      [weights, result.parameter.node],
      ...slots.map(([name, slot]) => [slot, result.state[name]!.node] as const),
      [step, add(new Tensor(step), 1).node],
    ],
  }
}

function run({ variables, updates }: Setting, steps: number, backend: Backend = referenceBackend): Session {
  const session = backend.session(variables)
  session.compile({ updates }).run([], steps)
  return session
}

const bowl = (weights: Tensor): Tensor => sum(mul(square(sub(weights, 0.3)), 0.5))
const flat = (weights: Tensor): Tensor => sum(mul(weights, 0))
const read = (session: Session, node: Variable): number[] => [...session.read(node)]

/**
 * Tests an optimiser in each of its forms.
 *
 * @param registry where JSON finds it
 */
export function judgeOptimizer(factory: Factory<StepOptimizer>, registry: Registry = optimizers): void {
  describe(factory.kind, () => {
    checkOptions(factory, {})

    for (const form of forms(factory)) {
      describe(JSON.stringify(form), () => {
        it('gets nearer to the minimum', () => {
          const optimizer = factory({ ...form, learningRate: factory.kind === 'adadelta' ? 1 : 0.02 })
          const setting = settingOf(optimizer, 'float64', bowl)
          const distance = (values: number[]): number => values.reduce((far, w) => far + (w - 0.3) ** 2, 0)
          const start = distance([...setting.weights.data])
          expect(distance(read(run(setting, 200), setting.weights))).toBeLessThan(0.9 * start)
        })

        it('gives the same on every backend', () => {
          for (const dtype of ['float32', 'float64'] as const) {
            const setting = settingOf(factory({ learningRate: 0.02, ...form }), dtype, bowl)
            // from a state that three steps have filled
            const session = run(setting, 3)
            const values = new Map(setting.variables.map((node) => [node as Node, session.read(node)]))
            checkBackends({ updates: setting.updates }, values)
          }
        })

        it('forgets old gradients without denormal numbers, and keeps still', () => {
          for (const backend of backends) {
            if ('weightDecay' in form) continue
            const optimizer = factory({ learningRate: 0.01, weightDecay: 0, ...restful[factory.kind], ...form })
            const start = settingOf(optimizer, 'float32', bowl)
            const state = run(start, 2, backend)
            const setting = settingOf(optimizer, 'float32', flat)
            const session = backend.session(setting.variables)
            setting.variables.forEach((node, i) => session.write(node, state.read(start.variables[i]!)))
            const program = session.compile({ updates: setting.updates })
            program.run([], 1500)
            const before = read(session, setting.weights)
            program.run([], 10)
            expect(before.every(Number.isFinite)).toBe(true)
            read(session, setting.weights).forEach((w, i) => expect(w).toBeCloseTo(before[i]!, 5))
            for (const slot of setting.slots) {
              for (const value of session.read(slot)) expect(value === 0 || Math.abs(value) >= 2 ** -126).toBe(true)
            }
          }
        })

        it('is the same after JSON', () => {
          const json: unknown = JSON.parse(JSON.stringify(componentJson(factory(form))))
          expect(componentJson(resolve('optimizer', registry, json))).toEqual(json)
        })
      })
    }
  })
}

/** Tests an optimiser that looks at all rows several times. */
export function judgeFullBatchOptimizer(factory: Factory<FullBatchOptimizer>): void {
  describe(factory.kind, () => {
    checkOptions(factory, {})

    // each number with another value that suits it
    const forms = Object.entries(factory.parameters).map(([name, { type, default: usual }]) => ({
      [name]: type === 'integer' ? 3 : (usual as number) * 10,
    }))
    for (const form of [{}, ...forms]) {
      describe(JSON.stringify(form), () => {
        const rows = Array.from({ length: 24 }, (_, i) => [Math.sin(i), Math.cos(2 * i), i / 12 - 1])
        const y = rows.map(([a, b, c]) => [a! * b! + c!, a! - c!])
        async function trained(backend: Backend, dtype: FloatType, epochs: number) {
          const layers = [dense({ units: 4, activation: 'tanh' }), dense({ units: 2 })]
          const model = sequential(layers, { dtype, seed: 1 }).compile({ optimizer: factory(form), loss: 'meanSquaredError' })
          const { history } = await model.fit(rows, y, { epochs, backend })
          return { weights: model.getWeights().map(({ data }) => [...data]), losses: history.loss! }
        }

        it('lowers the loss in every epoch', async () => {
          const { losses } = await trained(wasmBackend, 'float64', 30)
          expect(losses.length).toBeGreaterThan(2)
          losses.slice(1).forEach((loss, i) => expect(loss).toBeLessThanOrEqual(losses[i]!))
          if (!('maxFun' in form)) expect(losses.at(-1)!).toBeLessThan(0.1 * losses[0]!)
        })

        it('gives the same on every backend', async () => {
          for (const [dtype, tolerance] of [['float64', 1e-10], ['float32', 1e-3]] as const) {
            const [reference, ...others] = await Promise.all(backends.map((backend) => trained(backend, dtype, 5)))
            for (const other of others) {
              other.weights.flat().forEach((w, i) =>
                expect(Math.abs(w - reference!.weights.flat()[i]!)).toBeLessThan(tolerance))
            }
          }
        })

        it('is the same after JSON', () => {
          const json: unknown = JSON.parse(JSON.stringify(componentJson(factory(form))))
          expect(componentJson(resolve('optimizer', optimizers, json))).toEqual(json)
        })
      })
    }
  })
}
