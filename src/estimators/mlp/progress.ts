/** What an MLP's training by batches has shown so far, and scikit-learn's rules for when it ends. */
import { hostFunctions } from '../../core/scalar/host.js'
import type { MlpValues } from './parameters.js'

/** What goes on over several calls of `fit` with a warm start, and of `partialFit`. */
export class MlpProgress {
  /** Rows seen. */
  t = 0
  lossCurve: number[] = []
  bestLoss: number | null
  validationScores: number[] | null
  bestValidationScore: number | null
  /** For how many epochs there was no improvement. */
  standing = 0

  constructor(early: boolean) {
    this.bestLoss = early ? null : Infinity
    this.validationScores = early ? [] : null
    this.bestValidationScore = early ? -Infinity : null
  }

  /** Counts an epoch without validation. */
  addLoss(loss: number, { tol }: MlpValues): void {
    const best = this.bestLoss ?? Infinity
    this.standing = loss > best - tol ? this.standing + 1 : 0
    this.bestLoss = loss < best ? loss : best
  }

  /** Counts an epoch with validation. @returns whether its score is the best so far */
  addScore(score: number, { tol }: MlpValues): boolean {
    const best = this.bestValidationScore ?? -Infinity
    this.validationScores?.push(score)
    this.standing = score < best + tol ? this.standing + 1 : 0
    if (!(score > best)) return false
    this.bestValidationScore = score
    return true
  }

  /** The learning rate after an epoch, and whether training ends with it. */
  afterEpoch(rate: number, values: MlpValues): { readonly rate: number, readonly ends: boolean } {
    const { solver, learningRate, learningRateInit, powerT, nIterNoChange } = values
    const schedule = solver === 'sgd' ? learningRate : 'constant'
    const next = schedule === 'invscaling' ? learningRateInit / hostFunctions.pow(this.t + 1, powerT) : rate
    if (this.standing <= nIterNoChange) return { rate: next, ends: false }
    if (schedule !== 'adaptive' || next <= 1e-6) return { rate: next, ends: true }
    this.standing = 0
    return { rate: next / 5, ends: false }
  }
}
