/** L-BFGS against SciPy's L-BFGS-B: every iteration's value and point, how often the function is evaluated, and the end. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Evaluated } from '../../src/nn/quasi-newton.js'
import { QuasiNewton } from '../../src/nn/quasi-newton.js'

interface Data {
  readonly sizes: readonly [number, number, number]
  readonly last: 'sigmoid' | 'linear'
  readonly X: readonly (readonly number[])[]
  readonly Y: readonly (readonly number[])[]
}
interface GoldenRun {
  readonly function: 'rosenbrock' | 'quadratic' | 'network'
  readonly data?: Data
  readonly start: readonly number[]
  readonly options: { readonly maxcor?: number, readonly ftol?: number, readonly gtol?: number, readonly maxfun?: number, readonly maxiter?: number }
  readonly iterations: number
  readonly evaluations: number
  readonly status: number
  readonly message: string
  readonly value: number
  readonly x: readonly number[]
  readonly trajectory: readonly { readonly value: number, readonly x: readonly number[] }[]
}
const { runs } = JSON.parse(readFileSync('tests/golden/lbfgs.json', 'utf8')) as { runs: GoldenRun[] }

function rosenbrock(x: Float64Array): Evaluated {
  const gradient = new Float64Array(x.length)
  let value = 0
  for (let i = 0; i + 1 < x.length; i++) {
    const a = x[i]!, t = x[i + 1]! - a * a
    value += 100 * t * t + (1 - a) * (1 - a)
    gradient[i]! += -400 * a * t - 2 * (1 - a)
    gradient[i + 1]! += 200 * t
  }
  return { value, gradient }
}

function quadratic(x: Float64Array): Evaluated {
  const c = [...x].map((_, i) => 10 ** i)
  return { value: 0.5 * x.reduce((sum, v, i) => sum + c[i]! * v * v, 0), gradient: x.map((v, i) => c[i]! * v) }
}

/** A network with one hidden layer of tanh, its mean squared error, and backpropagation by hand. */
const network = ({ sizes: [inputs, hidden, outputs], last, X, Y }: Data) => (w: Float64Array): Evaluated => {
  const b1 = inputs * hidden, w2 = b1 + hidden, b2 = w2 + hidden * outputs
  const gradient = new Float64Array(w.length)
  const count = X.length * outputs
  let value = 0
  X.forEach((x, row) => {
    const h = Array.from({ length: hidden }, (_, j) => Math.tanh(x.reduce((s, v, i) => s + v * w[i * hidden + j]!, w[b1 + j]!)))
    const back = new Float64Array(hidden)
    for (let k = 0; k < outputs; k++) {
      const z = h.reduce((s, v, j) => s + v * w[w2 + j * outputs + k]!, w[b2 + k]!)
      const y = last === 'sigmoid' ? 1 / (1 + Math.exp(-z)) : z
      const error = y - Y[row]![k]!
      value += error * error / count
      const d = 2 * error / count * (last === 'sigmoid' ? y * (1 - y) : 1)
      gradient[b2 + k]! += d
      for (let j = 0; j < hidden; j++) {
        gradient[w2 + j * outputs + k]! += h[j]! * d
        back[j]! += d * w[w2 + j * outputs + k]!
      }
    }
    back.forEach((d, j) => {
      const slope = d * (1 - h[j]! * h[j]!)
      gradient[b1 + j]! += slope
      x.forEach((v, i) => (gradient[i * hidden + j]! += v * slope))
    })
  })
  return { value, gradient }
}

const functionOf = ({ function: name, data }: GoldenRun) => name === 'network' ? network(data!) : { rosenbrock, quadratic }[name]

/** How far two points are apart, in parts of their size. */
const distance = (a: ArrayLike<number>, b: readonly number[]): number =>
  Math.max(...b.map((value, i) => Math.abs(a[i]! - value))) / Math.max(...b.map(Math.abs), 1e-300)

describe.each(runs.map((run, i) => ({ run, title: `${i + 1}: ${run.function} of ${run.start.length}, ${JSON.stringify(run.options)}` })))(
  'run $title', ({ run }) => {
    it('does what SciPy does, iteration by iteration', () => {
      const evaluate = functionOf(run)
      const { maxcor: historySize = 10, ftol = 2.220446049250313e-9, gtol = 1e-5 } = run.options
      const { maxfun: maxFun = 15000, maxiter = 15000 } = run.options
      const start = Float64Array.from(run.start)
      const options = { historySize, ftol, gtol, maxFun, maxLineSearchSteps: 20 }
      const minimizer = new QuasiNewton(options, { start, first: evaluate(start) })
      let ending = minimizer.flat ? 'converged' : null
      let iterations = 0
      while (ending === null && iterations < maxiter) {
        ending = minimizer.iterate(evaluate)
        const expected = run.trajectory[iterations++]!
        // what differs is the order of sums; each iteration makes the difference a little larger
        const tolerance = iterations <= 10 ? 1e-12 : 1e-7
        expect(distance(minimizer.x, expected.x), `iteration ${iterations}`).toBeLessThan(tolerance)
        const drop = Math.abs(minimizer.value - expected.value) / run.trajectory[0]!.value
        expect(drop, `value, iteration ${iterations}`).toBeLessThan(tolerance)
      }
      expect([iterations, minimizer.evaluations]).toEqual([run.iterations, run.evaluations])
      const reason = run.message.startsWith('CONVERGENCE') ? 'converged' : run.message.includes('F,G EVAL') ? 'maxFun' : null
      expect(ending).toBe(reason)
    })
  })

it('is told apart from other ways down', () => {
  // a function whose slope lies: along it nothing becomes less
  const minimizer = new QuasiNewton(
    { historySize: 10, ftol: 0, gtol: 0, maxFun: 100, maxLineSearchSteps: 20 },
    { start: [1], first: { value: 0, gradient: [1] } })
  expect(minimizer.iterate((x) => ({ value: Math.abs(x[0]! - 1), gradient: [1] }))).toBe('lineSearchFailed')
  expect([...minimizer.x, minimizer.value]).toEqual([1, 0])
  expect(minimizer.iterate(() => ({ value: Infinity, gradient: [1] }))).toBe('nan')
  expect([...minimizer.x, minimizer.value]).toEqual([1, 0])
})
