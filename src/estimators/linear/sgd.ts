/**
 * Stochastic gradient descent row by row for a linear model, after scikit-learn's `_plain_sgd` (Bottou 2012,
 * "Stochastic gradient descent tricks"): the same steps in the same order of rows, so that the same seed gives the same
 * numbers.
 */
import { MyelinError } from '../../core/index.js'
import { hostFunctions } from '../../core/scalar/host.js'
import { Pause } from '../supervised/pause.js'
import type { RowLoss } from './sgd-losses.js'
import { Xorshift } from '../xorshift.js'

export type Penalty = 'l2' | 'l1' | 'elasticnet' | null
export type SgdSchedule = 'constant' | 'optimal' | 'invscaling' | 'adaptive' | 'pa1' | 'pa2'

export interface SgdSettings {
  readonly loss: RowLoss
  /** Whether `y` are classes, for the direction of the passive-aggressive schedules. */
  readonly classes: boolean
  readonly penalty: Penalty
  readonly alpha: number
  readonly l1Ratio: number
  readonly fitIntercept: boolean
  readonly maxIter: number
  readonly tol: number | null
  readonly shuffle: boolean
  readonly learningRate: SgdSchedule
  readonly eta0: number
  readonly powerT: number
  readonly nIterNoChange: number
  /** From which row on weights are averaged, counted from 1; 0 for never. */
  readonly average: number
}

/** A change of the weights by one row. */
export interface SgdUpdate {
  /** The pass through the rows, from 0. */
  readonly epoch: number
  readonly row: number
  /** What the row had: -1 or 1, or a number. */
  readonly target: number
  /** w · x + b before the change. */
  readonly score: number
  readonly before: { readonly weights: readonly number[], readonly intercept: number }
  readonly after: { readonly weights: readonly number[], readonly intercept: number }
}

export interface SgdRows {
  /** Row-major. */
  readonly X: Float64Array
  readonly y: Float64Array
  /** Null where all count alike. */
  readonly weights: Float64Array | null
  /** Weights of rows with y above 0, and of the others. */
  readonly positive: number
  readonly negative: number
  /** 1 for rows that are kept for `score`, which judges weights; null without early stopping. */
  readonly validation: { readonly mask: Uint8Array, score(coef: Float64Array, intercept: number): number } | null
}

/** Weights from which training goes on. */
export interface SgdWeights {
  readonly coef: Float64Array
  readonly intercept: number
  readonly averageCoef: Float64Array
  readonly averageIntercept: number
}

export interface SgdRun {
  readonly kind: string
  readonly seed: number
  /** The number of the next row, counted from 1 over all epochs. */
  readonly t: number
  readonly signal: AbortSignal | undefined
  readonly onUpdate?: ((update: SgdUpdate) => void) | undefined
}

export const noWeights = (features: number): SgdWeights => ({
  coef: new Float64Array(features), intercept: 0, averageCoef: new Float64Array(features), averageIntercept: 0,
})

/** The greatest slope: beyond it steps would overflow. */
const steepest = 1e12
/** A scale below this is multiplied into the weights. */
const smallestScale = 1e-9

/** Weights as a scale times a vector, so that shrinking all is one multiplication. */
class ScaledVector {
  scale = 1
  squares = 0
  magnitudes = 0
  /** The average is (`average` + a `vector`) / b. */
  private a = 0
  private b = 1

  constructor(readonly vector: Float64Array, readonly average: Float64Array | null) {
    for (const value of vector) {
      this.squares += value * value
      this.magnitudes += Math.abs(value)
    }
  }

  dot(X: Float64Array, from: number): number {
    const { vector } = this
    let sum = 0
    for (let j = 0; j < vector.length; j++) sum += vector[j]! * X[from + j]!
    return sum * this.scale
  }

  add(X: Float64Array, from: number, factor: number): void {
    const { vector, scale } = this
    const scaled = factor / scale
    let squares = 0, magnitudes = 0
    for (let j = 0; j < vector.length; j++) {
      const value = (vector[j]! += X[from + j]! * scaled)
      squares += value * value
      magnitudes += Math.abs(value)
    }
    this.squares = squares * (scale * scale)
    this.magnitudes = magnitudes * scale
  }

  addToAverage(X: Float64Array, from: number, factor: number, count: number): void {
    const { average, a, scale } = this
    for (let j = 0; j < average!.length; j++) average![j]! += a * X[from + j]! * (-factor / scale)
    const part = 1 / count
    if (count > 1) this.b /= 1 - part
    this.a += part * this.b * scale
  }

  shrink(factor: number): void {
    this.scale *= factor
    this.squares *= factor * factor
    this.magnitudes *= Math.abs(factor)
    if (this.scale < smallestScale) this.settle()
  }

  /** Multiplies the scale into the vector, and completes the average. */
  settle(): void {
    const { vector, average, a, b, scale } = this
    if (average) for (let j = 0; j < average.length; j++) average[j] = (average[j]! + a * vector[j]!) * (1 / b)
    this.a = 0
    this.b = 1
    for (let j = 0; j < vector.length; j++) vector[j]! *= scale
    this.scale = 1
  }

  plain(): number[] {
    return Array.from(this.vector, (value) => value * this.scale)
  }
}

/** t to the power; square roots, where they do, are quicker and exact. */
const power = (t: number, exponent: number): number =>
  exponent === 0.5 ? Math.sqrt(t) : exponent === 0.25 ? Math.sqrt(Math.sqrt(t)) : hostFunctions.pow(t, exponent)

/**
 * Trains for up to `maxIter` passes.
 *
 * @throws MyelinError `nan` where weights are no longer finite; the signal's reason
 */
export async function descend(
  settings: SgdSettings, rows: SgdRows, start: SgdWeights, { kind, seed, signal, onUpdate, ...run }: SgdRun,
): Promise<SgdWeights & { readonly nIter: number }> {
  const { loss, penalty, alpha, fitIntercept, learningRate, eta0, tol, average } = settings
  const { X, y, weights, validation } = rows
  const l1Ratio = penalty === 'l2' ? 0 : penalty === 'l1' ? 1 : settings.l1Ratio
  const count = y.length, features = X.length / count
  const training = validation ? count - validation.mask.reduce((sum, one) => sum + one, 0) : count
  const w = new ScaledVector(start.coef.slice(), average > 0 ? start.averageCoef.slice() : null)
  const order = Int32Array.from({ length: count }, (_, i) => i)
  const truncated = penalty === 'l1' || penalty === 'elasticnet' ? new Float64Array(features) : null
  const aggressive = learningRate === 'pa1' || learningRate === 'pa2'
  const pause = new Pause(signal)
  let { intercept, averageIntercept } = start, { t } = run
  let eta = eta0, optimalStart = 0, u = 0
  let best = Infinity, bestScore = -Infinity, idle = 0, epoch = 0
  if (learningRate === 'optimal') {
    const typical = Math.sqrt(1 / Math.sqrt(alpha))
    optimalStart = 1 / (typical / Math.max(1, loss.slope(1, -typical)) * alpha)
  }
  for (epoch = 0; epoch < settings.maxIter; epoch++) {
    let objective = 0
    if (settings.shuffle) {
      // each epoch permutes the last one's order by the same draws
      const random = new Xorshift(seed)
      for (let i = 0; i < count - 1; i++) {
        const j = i + random.next() % (count - i), kept = order[i]!
        order[i] = order[j]!
        order[j] = kept
      }
    }
    for (let i = 0; i < count; i++) {
      const row = order[i]!, from = row * features, target = y[row]!
      if (validation && validation.mask[row] === 1) continue
      if ((i & 255) === 255 && pause.due) await pause.take()
      const score = w.dot(X, from) + intercept
      if (learningRate === 'optimal') eta = 1 / (alpha * (optimalStart + t - 1))
      else if (learningRate === 'invscaling') eta = eta0 / power(t, settings.powerT)
      if (!validation) {
        objective += loss.value(target, score)
        if (!aggressive && penalty !== null) {
          objective += alpha * ((1 - l1Ratio) * 0.5 * w.squares + l1Ratio * w.magnitudes)
        }
      }
      let update: number
      if (aggressive) {
        let squares = 0
        for (let j = 0; j < features; j++) squares += X[from + j]! * X[from + j]!
        if (learningRate === 'pa1' && squares === 0) continue
        update = learningRate === 'pa1' ? Math.min(eta0, loss.value(target, score) / squares)
          : loss.value(target, score) / (squares + 0.5 / eta0)
        if (settings.classes) update *= target
        else if (target - score < 0) update = -update
      } else {
        update = -eta * Math.max(-steepest, Math.min(steepest, loss.slope(target, score)))
      }
      update *= (target > 0 ? rows.positive : rows.negative) * (weights ? weights[row]! : 1)
      const before = onUpdate && update !== 0 ? { weights: w.plain(), intercept } : undefined
      // never to a negative scale, where eta or alpha are too large
      if (penalty === 'l2' || penalty === 'elasticnet') w.shrink(Math.max(0, 1 - (1 - l1Ratio) * eta * alpha))
      if (update !== 0) {
        w.add(X, from, update)
        if (fitIntercept) intercept += update
      }
      if (average > 0 && average <= t) {
        w.addToAverage(X, from, update, t - average + 1)
        averageIntercept += (intercept - averageIntercept) / (t - average + 1)
      }
      if (truncated) {
        u += l1Ratio * eta * alpha
        truncate(w, truncated, u)
      }
      if (before) {
        onUpdate!({ epoch, row, target, score, before, after: { weights: w.plain(), intercept } })
      }
      t++
    }
    if (!Number.isFinite(intercept) || !w.vector.every(Number.isFinite)) {
      throw new MyelinError('nan', `${kind}: weights are no longer finite after epoch ${epoch + 1}; scale the features, or ` +
        'lower eta0')
    }
    let worse: boolean
    if (validation) {
      const score = validation.score(w.vector.map((value) => value * w.scale), intercept)
      worse = tol !== null && score < bestScore + tol
      bestScore = Math.max(bestScore, score)
    } else {
      const mean = objective / training
      worse = tol !== null && mean > best - tol
      best = Math.min(best, mean)
    }
    idle = worse ? idle + 1 : 0
    if (idle >= settings.nIterNoChange) {
      if (learningRate !== 'adaptive' || eta <= 1e-6) break
      eta /= 5
      idle = 0
    }
  }
  w.settle()
  return {
    coef: w.vector, intercept, averageCoef: w.average ?? start.averageCoef, averageIntercept,
    nIter: Math.min(epoch + 1, settings.maxIter),
  }
}

/** The L1 penalty that is due, up to zero (Tsuruoka, Tsujii and Ananiadou 2009). */
function truncate({ vector, scale }: ScaledVector, given: Float64Array, due: number): void {
  for (let j = 0; j < vector.length; j++) {
    const value = vector[j]!
    if (scale * value > 0) vector[j] = Math.max(0, value - (due + given[j]!) / scale)
    else if (scale * value < 0) vector[j] = Math.min(0, value + (due - given[j]!) / scale)
    given[j]! += scale * (vector[j]! - value)
  }
}
