/** ModernHopfieldNetwork: the continuous form, which is attention. */
import { hostFunctions } from '../../core/scalar/host.js'
import type { OptionsOf } from '../../nn/index.js'
import { parameters as kinds } from '../../nn/index.js'
import type { Matrix } from '../../train/index.js'
import type { FeaturesLike } from '../check-array.js'
import { LearningTransformer } from '../preprocessing/learning.js'
import { floats, record } from '../state.js'

const parameters = {
  beta: kinds.number({ default: 1, above: 0, help: 'the inverse temperature: the greater, the nearer to one pattern' }),
  maxIter: kinds.integer({ default: 100, min: 1, help: 'updates, at most' }),
  tol: kinds.number({ default: 1e-6, min: 0, help: 'the change of no feature above which is a rest' }),
}

interface Learned {
  /** [patterns, features] */
  readonly patterns: Float64Array
}
const form = record<Learned>({ patterns: floats() })

/** What `recall` of the modern form gives. */
export interface ModernRecall {
  readonly states: Matrix
  /** Of each row the updates that it took, or `maxIter`. */
  readonly iterations: readonly number[]
  readonly converged: readonly boolean[]
}

/**
 * Patterns of any numbers, stored as they are, and found again by ξ' = P^T softmax(β P ξ), the update of attention
 * (Ramsauer et al. 2021, "Hopfield Networks is All You Need"). It keeps a number of patterns that grows exponentially with
 * their length.
 */
export class ModernHopfieldNetwork extends LearningTransformer<typeof parameters, Learned> {
  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options?: OptionsOf<typeof parameters>) {
    super('ModernHopfieldNetwork', parameters, options, form)
  }

  /** The patterns, [patterns, features]. @throws MyelinError `state` before `fit` */
  get patterns(): Matrix {
    const { patterns } = this.attributes('patterns')
    return { data: patterns, shape: [patterns.length / this.nFeaturesIn, this.nFeaturesIn] }
  }

  /** Stores patterns, and forgets those before. @param X [patterns, features] @throws MyelinError `data` for NaN or Infinity */
  async fit(X: FeaturesLike): Promise<this> {
    this.learned = { patterns: Float64Array.from(this.learnFeatures(X).data) }
    return this
  }

  /** The states in which rows come to rest. @throws MyelinError `state` before `fit` */
  async transform(X: FeaturesLike): Promise<Matrix> {
    return (await this.recall(X)).states
  }

  /** The states in which rows come to rest, and how. @throws MyelinError `state` before `fit` */
  async recall(X: FeaturesLike): Promise<ModernRecall> {
    const { patterns } = this.attributes('recall')
    const { data, shape: [rows, features] } = this.checkFeatures('recall', X)
    const { beta, maxIter, tol } = this.params
    const states = Float64Array.from(data)
    const iterations: number[] = []
    const converged: boolean[] = []
    for (let row = 0; row < rows; row++) {
      const state = states.subarray(row * features, (row + 1) * features)
      let done = 0, still = false
      while (done < maxIter && !still) {
        const next = attended(patterns, weightsOf(patterns, state, beta), features)
        still = next.every((value, i) => Math.abs(value - state[i]!) <= tol)
        state.set(next)
        done++
      }
      iterations.push(done)
      converged.push(still)
    }
    return { states: { data: states, shape: [rows, features] }, iterations, converged }
  }

  /**
   * The energy of each row, -lse(β, P ξ) + ξ·ξ / 2 + log(patterns) / β + M² / 2, with M the length of the longest pattern;
   * from 0 to 2 M².
   * @throws MyelinError `state` before `fit`
   */
  async energy(X: FeaturesLike): Promise<Float64Array> {
    const { patterns } = this.attributes('energy')
    const { data, shape: [rows, features] } = this.checkFeatures('energy', X)
    const { beta } = this.params
    const count = patterns.length / features
    const squares = Array.from({ length: count }, (_, p) => patterns.subarray(p * features, (p + 1) * features)
      .reduce((total, value) => total + value * value, 0))
    const longest = squares.reduce((a, b) => Math.max(a, b))
    return Float64Array.from({ length: rows }, (_, row) => {
      const state = Float64Array.from(data.subarray(row * features, (row + 1) * features))
      const scores = scoresOf(patterns, state)
      const greatest = scores.reduce((a, b) => Math.max(a, b))
      const total = scores.reduce((sum, score) => sum + hostFunctions.exp(beta * (score - greatest)), 0)
      const square = state.reduce((sum, value) => sum + value * value, 0)
      return -(greatest + hostFunctions.log(total) / beta) + square / 2 + hostFunctions.log(count) / beta + longest / 2
    })
  }

  getFeatureNamesOut(input?: readonly string[]): string[] {
    return [...this.namesIn(input)]
  }
}

/** P ξ */
const scoresOf = (patterns: Float64Array, state: Float64Array): Float64Array =>
  Float64Array.from({ length: patterns.length / state.length }, (_, p) =>
    state.reduce((total, value, i) => total + value * patterns[p * state.length + i]!, 0))

/** softmax(β P ξ) */
function weightsOf(patterns: Float64Array, state: Float64Array, beta: number): Float64Array {
  const scores = scoresOf(patterns, state)
  const greatest = scores.reduce((a, b) => Math.max(a, b))
  const powers = scores.map((score) => hostFunctions.exp(beta * (score - greatest)))
  const total = powers.reduce((a, b) => a + b)
  return powers.map((power) => power / total)
}

/** P^T w */
function attended(patterns: Float64Array, weights: Float64Array, features: number): Float64Array {
  const made = new Float64Array(features)
  weights.forEach((weight, p) => {
    for (let i = 0; i < features; i++) made[i]! += weight * patterns[p * features + i]!
  })
  return made
}
