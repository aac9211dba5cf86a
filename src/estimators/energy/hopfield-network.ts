/** HopfieldNetwork: patterns stored in the weights between units, and found again from a part of them. */
import { MyelinError, RandomSource } from '../../core/index.js'
import type { OptionsOf } from '../../nn/index.js'
import { parameters as kinds } from '../../nn/index.js'
import type { Matrix } from '../../train/index.js'
import type { FeatureMatrix, FeaturesLike } from '../check-array.js'
import { checkArray } from '../check-array.js'
import { LearningTransformer } from '../preprocessing/learning.js'
import { floats, record } from '../state.js'
import { projectionWeights } from './projection.js'
import type { Coding } from './spins.js'
import { codingKind, codingOf, spinsOf, valuesOf } from './spins.js'

const parameters = {
  rule: kinds.choice({
    default: 'hebb', choices: ['hebb', 'projection'],
    help: 'hebb: the correlations of units; projection: the projection onto the patterns, which stores correlated ones too',
  }),
  update: kinds.choice({
    default: 'asynchronous', choices: ['asynchronous', 'synchronous'],
    help: 'whether units change one after another, in an order drawn for each sweep, or all at once',
  }),
  maxIter: kinds.integer({ default: 100, min: 1, help: 'sweeps over all units, at most' }),
  randomState: kinds.integer({ default: 0, min: 0, help: 'the seed of the orders' }),
}

interface Learned {
  /** [units, units], symmetric, with zeros on the diagonal. */
  readonly weights: Float64Array
  readonly coding: Coding
}
const form = record<Learned>({ weights: floats(), coding: codingKind })

/** What `recall` gives. */
export interface Recall {
  /** The states at the end, in the values of the patterns. */
  readonly states: Matrix
  /** Of each row the sweeps that it took until nothing changed, or `maxIter`. */
  readonly iterations: readonly number[]
  /** Of each row whether nothing changes any more; where all units change at once, states may also alternate for ever. */
  readonly converged: readonly boolean[]
  /** Of each row the energy before the first sweep and after each. */
  readonly energies: readonly Float64Array[]
}

/** What `recall` takes beside the rows. */
export interface RecallOptions {
  /** Called after each sweep of each row, with its state in the values of the patterns, to be looked at. */
  readonly onSweep?: (row: number, sweep: number, state: Float64Array) => void
}

/**
 * A network of units that are -1 or 1 (or 0 and 1, as the patterns are), each connected with all others (Hopfield 1982).
 * `fit` stores patterns as its weights: by Hebb's rule W = P^T P / n with zeros on the diagonal, which keeps about 0.138 n
 * random patterns of n units (Amit, Gutfreund and Sompolinsky 1985), or by the projection rule W = P^+ P (Personnaz, Guyon
 * and Dreyfus 1985). `transform`, or `recall` with more about it, lets each row fall into a minimum of the energy
 * E = -s W s / 2: s_i = 1 where Σ w_ij s_j > 0, -1 where it is below, unchanged at 0.
 */
export class HopfieldNetwork extends LearningTransformer<typeof parameters, Learned> {
  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options?: OptionsOf<typeof parameters>) {
    super('HopfieldNetwork', parameters, options, form)
  }

  /** The weights, [units, units]. @throws MyelinError `state` before `fit` */
  get weights(): Matrix {
    const { weights } = this.attributes('weights')
    return { data: weights, shape: [this.nFeaturesIn, this.nFeaturesIn] }
  }

  /**
   * Stores patterns, and forgets those before.
   *
   * @param X [patterns, units], values -1 and 1, or 0 and 1
   * @throws MyelinError `data` for other values
   */
  async fit(X: FeaturesLike): Promise<this> {
    const matrix = checkArray(`${this.kind}.fit: X`, X)
    const found = codingOf(`${this.kind}.fit: X`, matrix)
    const coding = found === 'ones' ? 'spins' : found
    const patterns = spinsOf(matrix, coding)
    const [count, units] = matrix.shape
    const weights = this.params.rule === 'hebb' ? hebbianWeights(patterns, count, units) : projectionWeights(patterns, count, units)
    for (let i = 0; i < units; i++) weights[i * units + i] = 0
    this.rememberFeatures(matrix)
    this.learned = { weights, coding }
    return this
  }

  /** The states that rows fall into. @throws MyelinError `state` before `fit`, `data` for other values than the patterns' */
  async transform(X: FeaturesLike): Promise<Matrix> {
    return (await this.recall(X)).states
  }

  /**
   * The states that rows fall into, and how.
   * @throws MyelinError `state` before `fit`, `data` for other values than the patterns'
   */
  async recall(X: FeaturesLike, { onSweep }: RecallOptions = {}): Promise<Recall> {
    const { weights, coding } = this.attributes('recall')
    const matrix = this.checkFeatures('recall', X)
    const { update, maxIter, randomState } = this.params
    const [rows, units] = matrix.shape
    const states = this.spins('recall', matrix, coding)
    const iterations: number[] = []
    const converged: boolean[] = []
    const energies: Float64Array[] = []
    for (let row = 0; row < rows; row++) {
      const state = states.subarray(row * units, (row + 1) * units)
      const course = [energy(weights, state)]
      let sweep = 0, still = false
      while (sweep < maxIter && !still) {
        // the same orders for each row, so that rows do not depend on each other
        still = update === 'synchronous'
          ? !changeAll(weights, state)
          : !changeInTurn(weights, state, new RandomSource(randomState, 'hopfield', sweep).permutation(units))
        sweep++
        course.push(energy(weights, state))
        onSweep?.(row, sweep, valuesOf(state, coding))
      }
      iterations.push(sweep)
      converged.push(still)
      energies.push(Float64Array.from(course))
    }
    return { states: { data: valuesOf(states, coding), shape: [rows, units] }, iterations, converged, energies }
  }

  /** The energy of each row, -s W s / 2. @throws MyelinError `state` before `fit`, `data` for other values than the patterns' */
  async energy(X: FeaturesLike): Promise<Float64Array> {
    const { weights, coding } = this.attributes('energy')
    const matrix = this.checkFeatures('energy', X)
    const [rows, units] = matrix.shape
    const states = this.spins('energy', matrix, coding)
    return Float64Array.from({ length: rows }, (_, row) => energy(weights, states.subarray(row * units, (row + 1) * units)))
  }

  getFeatureNamesOut(input?: readonly string[]): string[] {
    return [...this.namesIn(input)]
  }

  private spins(method: string, matrix: FeatureMatrix, coding: Coding): Float64Array {
    const own = codingOf(`${this.kind}.${method}: X`, matrix)
    if (own === coding || own === 'ones') return spinsOf(matrix, coding)
    throw new MyelinError('data', `${this.kind}.${method}: X: expected values of ${coding === 'bits' ? '0 and 1' : '-1 and 1'}, ` +
      'as the patterns were')
  }
}

function hebbianWeights(patterns: Float64Array, count: number, units: number): Float64Array {
  const weights = new Float64Array(units * units)
  for (let p = 0; p < count; p++) {
    const pattern = patterns.subarray(p * units, (p + 1) * units)
    for (let i = 0; i < units; i++) {
      const own = pattern[i]! / units
      for (let j = 0; j < units; j++) weights[i * units + j]! += own * pattern[j]!
    }
  }
  return weights
}

const field = (weights: Float64Array, state: Float64Array, unit: number): number => {
  let total = 0
  for (let j = 0, at = unit * state.length; j < state.length; j++) total += weights[at + j]! * state[j]!
  return total
}
const energy = (weights: Float64Array, state: Float64Array): number =>
  -0.5 * state.reduce((total, spin, i) => total + spin * field(weights, state, i), 0)
const turned = (spin: number, force: number): number => (force > 0 ? 1 : force < 0 ? -1 : spin)

/** One sweep, unit after unit; returns whether anything changed. */
function changeInTurn(weights: Float64Array, state: Float64Array, order: ArrayLike<number>): boolean {
  let changed = false
  for (let k = 0; k < order.length; k++) {
    const unit = order[k]!
    const next = turned(state[unit]!, field(weights, state, unit))
    changed ||= next !== state[unit]
    state[unit] = next
  }
  return changed
}

/** One sweep of all units at once. */
function changeAll(weights: Float64Array, state: Float64Array): boolean {
  const next = state.map((spin, unit) => turned(spin, field(weights, state, unit)))
  const changed = next.some((spin, unit) => spin !== state[unit])
  state.set(next)
  return changed
}
