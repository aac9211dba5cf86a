/**
 * L-BFGS (Liu and Nocedal 1989) with the line search, the restarts and the rules for stopping of L-BFGS-B 3.0 (Byrd, Lu,
 * Nocedal and Zhu 1995; Morales and Nocedal 2011) without bounds, as SciPy's `minimize(method='L-BFGS-B')` runs it.
 */
import type { FloatType } from '../core/index.js'
import { LineSearch } from './line-search.js'

/** The value of a function and its gradient. The gradient's memory is the caller's to use again. */
export interface Evaluated {
  readonly value: number
  readonly gradient: ArrayLike<number>
}

export interface QuasiNewtonOptions {
  /** How many pairs of steps and changes of the gradient are kept. */
  readonly historySize: number
  readonly ftol: number
  readonly gtol: number
  readonly maxFun: number
  readonly maxLineSearchSteps: number
}

/** One step of the past. */
export interface Pair {
  readonly step: Float64Array
  /** How the gradient changed in it. */
  readonly change: Float64Array
}

/** Where minimising begins, or goes on. */
export interface QuasiNewtonStart {
  readonly start: ArrayLike<number>
  /** The function there. */
  readonly first: Evaluated
  /** Evaluations before that one; default 0. */
  readonly evaluations?: number
  /** Whether this goes on from earlier iterations; the first step of all is shorter. Default false. */
  readonly begun?: boolean
  /** What is remembered of those, oldest first; default nothing. */
  readonly pairs?: readonly Pair[]
  /** The type to which points are rounded before they are evaluated; default float64. */
  readonly dtype?: FloatType
}

/**
 * Why minimising ends: `converged` by a small gradient or a small decrease; `lineSearchFailed` where no lower point was
 * found even along the gradient; `maxFun` evaluations were made.
 */
export type Ending = 'converged' | 'lineSearchFailed' | 'maxFun'

const epsilon = 2 ** -52

/** Sums in one fixed order, in float64. */
function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

const largest = (a: Float64Array): number => a.reduce((most, value) => Math.max(most, Math.abs(value)), 0)

export class QuasiNewton {
  /** The best point so far. */
  readonly x: Float64Array
  value: number
  /** Evaluations so far. */
  evaluations: number
  /** What is remembered of earlier iterations, oldest first. */
  pairs: readonly Pair[]
  private readonly gradient: Float64Array
  private begun: boolean
  private readonly dtype: FloatType

  constructor(
    private readonly options: QuasiNewtonOptions,
    { start, first, evaluations = 0, begun = false, pairs = [], dtype = 'float64' }: QuasiNewtonStart,
  ) {
    this.x = Float64Array.from(start)
    this.value = first.value
    this.gradient = Float64Array.from(first.gradient)
    this.evaluations = evaluations + 1
    this.begun = begun
    this.pairs = pairs
    this.dtype = dtype
  }

  /** Whether the gradient is so small that there is nothing to do. */
  get flat(): boolean {
    return largest(this.gradient) <= this.options.gtol
  }

  /**
   * One iteration: the function is evaluated at points along a line until one is accepted. Where a value is not finite
   * nothing is changed.
   *
   * @returns why minimising ends with this iteration; null where it goes on; `nan` where a value is not finite
   */
  iterate(evaluate: (x: Float64Array) => Evaluated): Ending | 'nan' | null {
    const { x, gradient, options } = this
    const before = x.slice(), gradientBefore = gradient.slice()
    if (!Number.isFinite(this.value) || !gradient.every(Number.isFinite)) return 'nan'
    for (;;) {
      const direction = this.direction()
      const slope = dot(gradient, direction)
      const found = slope < 0 ? this.search(before, direction, slope, evaluate) : null
      if (found === 'nan') return 'nan'
      if (found) {
        const { step, value, slope: slopeAfter, gradient: gradientAfter } = found
        const decrease = this.value - value
        const scale = Math.max(Math.abs(this.value), Math.abs(value), 1)
        x.set(found.x)
        this.value = value
        gradient.set(gradientAfter)
        this.begun = true
        this.remember(direction, step, slope, slopeAfter, gradientBefore)
        if (this.evaluations > options.maxFun) return 'maxFun'
        return this.flat || decrease <= options.ftol * scale ? 'converged' : null
      }
      if (this.pairs.length === 0) return 'lineSearchFailed'
      // once more along the gradient
      this.pairs = []
    }
  }

  /** Searches along a line. @returns what was accepted; null where nothing was found in so many steps */
  private search(before: Float64Array, direction: Float64Array, slope: number, evaluate: (x: Float64Array) => Evaluated) {
    const { dtype, options } = this
    let step = this.begun ? 1 : Math.min(1 / Math.sqrt(dot(direction, direction)), 1e10)
    const search = new LineSearch({ step: 0, value: this.value, slope }, step)
    const x = new Float64Array(before.length)
    for (let tries = 0; tries < options.maxLineSearchSteps; tries++) {
      for (let i = 0; i < x.length; i++) {
        const moved = step * direction[i]! + before[i]!
        x[i] = dtype === 'float32' ? Math.fround(moved) : moved
      }
      const { value, gradient } = evaluate(x)
      this.evaluations++
      const slopeThere = dot(gradient, direction)
      if (!Number.isFinite(value) || !Number.isFinite(slopeThere)) return 'nan'
      const next = search.next({ step, value, slope: slopeThere })
      if (next === null) return { x, step, value, slope: slopeThere, gradient }
      step = next
    }
    return null
  }

  /** Keeps the step and the change of the gradient, where the function curves upwards along it. */
  private remember(
    direction: Float64Array, step: number, slope: number, slopeAfter: number, gradientBefore: Float64Array,
  ): void {
    if ((slopeAfter - slope) * step <= epsilon * -slope * step) return
    const pair = {
      step: direction.map((value) => value * step),
      change: this.gradient.map((value, i) => value - gradientBefore[i]!),
    }
    this.pairs = [...this.pairs, pair].slice(-this.options.historySize)
  }

  /** -H g by the two loops of Nocedal (1980), where H begins as s·y / y·y of the last pair. */
  private direction(): Float64Array {
    const { pairs } = this
    const q = this.gradient.map((value) => -value)
    const last = pairs.at(-1)
    if (!last) return q
    const alphas = new Float64Array(pairs.length)
    const curvatures = pairs.map(({ step, change }) => dot(step, change))
    for (let k = pairs.length - 1; k >= 0; k--) {
      const { step, change } = pairs[k]!
      const alpha = (alphas[k] = dot(step, q) / curvatures[k]!)
      for (let i = 0; i < q.length; i++) q[i]! -= alpha * change[i]!
    }
    const scale = curvatures.at(-1)! / dot(last.change, last.change)
    for (let i = 0; i < q.length; i++) q[i]! *= scale
    pairs.forEach(({ step, change }, k) => {
      const beta = dot(change, q) / curvatures[k]!
      for (let i = 0; i < q.length; i++) q[i]! += step[i]! * (alphas[k]! - beta)
    })
    return q
  }
}
