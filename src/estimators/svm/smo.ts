/**
 * Sequential minimal optimisation for support vector machines, as LIBSVM (Chang and Lin 2011) with its choice of pairs by
 * second-order information (Fan, Chen and Lin 2005), without shrinking:
 *
 *     min ½ aᵀQa + pᵀa,  0 <= a <= C,  yᵀa = 0,  Q[i, j] = y[i] y[j] K(i, j)
 */
import type { Pause } from '../supervised/pause.js'

export interface SmoProblem {
  /** The kernel of all rows with all rows, `stride` squared. */
  readonly kernel: Float64Array
  readonly stride: number
  /** The row of each variable. */
  readonly rows: Int32Array
  /** -1 or 1 for each variable. */
  readonly y: Int8Array
  readonly p: Float64Array
  readonly C: Float64Array
  readonly tol: number
  readonly maxIter: number
}

export interface SmoSolution {
  readonly alpha: Float64Array
  readonly rho: number
  readonly iterations: number
  readonly converged: boolean
}

/** Stands for curvatures that are not above 0. */
const leastCurvature = 1e-12
const betweenPauses = 256

/** @throws the signal's reason */
export async function smo({ kernel, stride, rows, y, p, C, tol, maxIter }: SmoProblem, pause: Pause): Promise<SmoSolution> {
  const size = rows.length
  const alpha = new Float64Array(size), gradient = p.slice()
  /** Whether a may grow in the direction of y, and whether against it. */
  const mayRise = (t: number): boolean => (y[t] === 1 ? alpha[t]! < C[t]! : alpha[t]! > 0)
  const mayFall = (t: number): boolean => (y[t] === 1 ? alpha[t]! > 0 : alpha[t]! < C[t]!)
  let iterations = 0, converged = false
  for (; iterations < maxIter; iterations++) {
    if (iterations % betweenPauses === 0 && pause.due) await pause.take()
    let i = -1, greatest = -Infinity
    for (let t = 0; t < size; t++) {
      const up = -y[t]! * gradient[t]!
      if (mayRise(t) && up >= greatest) {
        greatest = up
        i = t
      }
    }
    let j = -1, least = Infinity, opposite = -Infinity
    if (i >= 0) {
      const from = rows[i]! * stride, own = kernel[from + rows[i]!]!
      for (let t = 0; t < size; t++) {
        if (!mayFall(t)) continue
        const down = y[t]! * gradient[t]!
        if (down > opposite) opposite = down
        const difference = greatest + down
        if (difference <= 0) continue
        const curvature = own + kernel[rows[t]! * stride + rows[t]!]! - 2 * kernel[from + rows[t]!]!
        const change = -(difference * difference) / (curvature > 0 ? curvature : leastCurvature)
        if (change <= least) {
          least = change
          j = t
        }
      }
    }
    if (greatest + opposite < tol || j < 0) {
      converged = true
      break
    }
    const fromI = rows[i]! * stride, fromJ = rows[j]! * stride
    const raw = kernel[fromI + rows[i]!]! + kernel[fromJ + rows[j]!]! - 2 * kernel[fromI + rows[j]!]!
    const curvature = raw > 0 ? raw : leastCurvature
    const oldI = alpha[i]!, oldJ = alpha[j]!, ci = C[i]!, cj = C[j]!
    let ai: number, aj: number
    if (y[i] !== y[j]) {
      const delta = (-gradient[i]! - gradient[j]!) / curvature
      const difference = oldI - oldJ
      ai = oldI + delta
      aj = oldJ + delta
      if (difference > 0 && aj < 0) {
        aj = 0
        ai = difference
      } else if (difference <= 0 && ai < 0) {
        ai = 0
        aj = -difference
      }
      if (difference > ci - cj && ai > ci) {
        ai = ci
        aj = ci - difference
      } else if (difference <= ci - cj && aj > cj) {
        aj = cj
        ai = cj + difference
      }
    } else {
      const delta = (gradient[i]! - gradient[j]!) / curvature
      const sum = oldI + oldJ
      ai = oldI - delta
      aj = oldJ + delta
      if (sum > ci && ai > ci) {
        ai = ci
        aj = sum - ci
      } else if (sum <= ci && aj < 0) {
        aj = 0
        ai = sum
      }
      if (sum > cj && aj > cj) {
        aj = cj
        ai = sum - cj
      } else if (sum <= cj && ai < 0) {
        ai = 0
        aj = sum
      }
    }
    alpha[i] = ai
    alpha[j] = aj
    const di = (ai - oldI) * y[i]!, dj = (aj - oldJ) * y[j]!
    for (let t = 0; t < size; t++) gradient[t]! += y[t]! * (kernel[fromI + rows[t]!]! * di + kernel[fromJ + rows[t]!]! * dj)
  }
  return { alpha, rho: offset(alpha, gradient, y, C), iterations, converged }
}

/** The bias, with a minus sign: the mean over variables between their bounds, or the middle of what bounds allow. */
function offset(alpha: Float64Array, gradient: Float64Array, y: Int8Array, C: Float64Array): number {
  let high = Infinity, low = -Infinity, sum = 0, free = 0
  for (let t = 0; t < alpha.length; t++) {
    const value = y[t]! * gradient[t]!
    if (alpha[t]! >= C[t]!) {
      if (y[t] === -1) high = Math.min(high, value)
      else low = Math.max(low, value)
    } else if (alpha[t]! <= 0) {
      if (y[t] === 1) high = Math.min(high, value)
      else low = Math.max(low, value)
    } else {
      free++
      sum += value
    }
  }
  return free > 0 ? sum / free : (high + low) / 2
}
