/** LinearSVC. */
import type { OptionsOf } from '../../nn/index.js'
import { boolean, choice, integer, number } from '../../nn/parameters.js'
import { LinearClassifier, linearForms } from '../linear/linear-scores.js'
import type { LinearWeights } from '../linear/linear-scores.js'
import { checkRandomState, type RandomState } from '../mt19937.js'
import { count, record } from '../state.js'
import type { LabelWeights } from '../supervised/class-weight.js'
import { classWeight, weightsOfClasses } from '../supervised/class-weight.js'
import type { ClassRows, Features } from '../supervised/classifier.js'
import { randomState } from '../supervised/parameters.js'
import { Pause } from '../supervised/pause.js'

const parameters = {
  loss: choice({
    default: 'squaredHinge', choices: ['squaredHinge', 'hinge'],
    help: 'what a row costs whose score s is on the wrong side of its margin: (1 - s)², or 1 - s',
  }),
  tol: number({ default: 1e-4, above: 0, help: 'how far the conditions of the optimum may be missed' }),
  C: number({ default: 1, above: 0, help: 'how much a row on the wrong side of its margin costs' }),
  fitIntercept: boolean({ default: true, help: 'whether there is a bias' }),
  interceptScaling: number({
    default: 1, above: 0, help: 'the bias is the weight of a feature with this value, and is penalised like the others: the greater ' +
      'this is, the less',
  }),
  classWeight,
  randomState: randomState('the seed of the order in which rows are looked at; default 0'),
  maxIter: integer({ default: 1000, min: 1, help: 'the greatest number of passes through the rows' }),
}

interface State extends LinearWeights {
  readonly nIter: number
}

/** A machine that tells one class from all others. */
interface Machine {
  readonly weights: Float64Array
  readonly bias: number
  readonly passes: number
  readonly converged: boolean
}

/**
 * A linear support vector machine, as scikit-learn's `LinearSVC` with its L2 penalty: for several classes one machine for each
 * against the rest. What is minimised is ½ (|w|² + b²/s²) + C Σ loss, with s `interceptScaling`; it is found by coordinate
 * descent in the dual (Hsieh, Chang, Lin, Keerthi and Sundararajan 2008), as LIBLINEAR does, without shrinking and with an order
 * of rows of its own. The optimum is one and the same; how far from it training ends, `tol` says.
 */
export class LinearSVC extends LinearClassifier<typeof parameters, State> {
  protected override readonly form = record<State>({ ...linearForms, nIter: count })

  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options?: OptionsOf<typeof parameters>) {
    super('LinearSVC', parameters, options)
  }

  /** Passes through the rows in the last fit, of the class that took most. @throws MyelinError `state` before `fit` */
  get nIter(): number {
    return this.stateFor('nIter').nIter
  }

  protected override async learn({ X, codes, classes, weights: given, signal, notice }: ClassRows): Promise<State> {
    const { classWeight: ofClasses, randomState: seed } = this.params as {
      readonly classWeight?: LabelWeights, readonly randomState?: number | RandomState
    }
    const { maxIter } = this.params
    const [, features] = X.shape
    const ofClass = weightsOfClasses(this.kind, ofClasses, classes, codes, given)
    const random = checkRandomState(seed)
    const outputs = classes.length === 2 ? 1 : classes.length
    const machines: Machine[] = []
    for (let k = 0; k < outputs; k++) {
      const positive = outputs === 1 ? 1 : k
      // against the rest, only rows of the class itself have its weight, as in LIBLINEAR
      const weights = Float64Array.from(codes, (code, row) =>
        (outputs === 1 || code === positive ? ofClass[code]! : 1) * (given ? given[row]! : 1))
      machines.push(await this.machine(X, codes.map((code) => (code === positive ? 1 : -1)), weights, random, new Pause(signal)))
    }
    if (machines.some(({ converged }) => !converged)) {
      notice(`LinearSVC: not converged after ${maxIter} passes; raise maxIter, or scale the features`)
    }
    const coef = new Float64Array(outputs * features)
    machines.forEach((machine, k) => coef.set(machine.weights, k * features))
    return {
      coef: { data: coef, shape: [outputs, features] }, intercept: Float64Array.from(machines, ({ bias }) => bias),
      nIter: Math.max(...machines.map(({ passes }) => passes)),
    }
  }

  /** @param sides -1 or 1 for each row */
  private async machine(
    { data, shape: [rows, features] }: Features, sides: Int32Array, rowWeights: Float64Array, random: RandomState, pause: Pause,
  ): Promise<Machine> {
    const { C, loss, tol, maxIter, fitIntercept, interceptScaling } = this.params
    const constant = fitIntercept ? interceptScaling : 0
    const costs = rowWeights.map((weight) => C * weight)
    const squared = loss === 'squaredHinge'
    // of each row: what is added to the diagonal of the dual's matrix, and how great its variable may become
    const ridge = costs.map((cost) => (squared ? 0.5 / cost : 0)), most = costs.map((cost) => (squared ? Infinity : cost))
    const squares = Float64Array.from({ length: rows }, (_, row) => {
      let sum = constant * constant
      for (let j = row * features; j < (row + 1) * features; j++) sum += data[j]! * data[j]!
      return sum
    })
    const order = Int32Array.from(costs.keys()).filter((row) => costs[row]! > 0)
    const alpha = new Float64Array(rows), weights = new Float64Array(features)
    let bias = 0, passes = 0, converged = false
    while (!converged && passes < maxIter) {
      passes++
      random.shuffle(order)
      let greatest = -Infinity, least = Infinity
      for (const row of order) {
        const from = row * features, side = sides[row]!, old = alpha[row]!
        let score = bias * constant
        for (let j = 0; j < features; j++) score += weights[j]! * data[from + j]!
        const gradient = side * score - 1 + ridge[row]! * old
        const projected = old === 0 ? Math.min(gradient, 0) : old === most[row] ? Math.max(gradient, 0) : gradient
        greatest = Math.max(greatest, projected)
        least = Math.min(least, projected)
        const curvature = squares[row]! + ridge[row]!
        if (projected === 0 || curvature === 0) continue
        const next = Math.min(Math.max(old - gradient / curvature, 0), most[row]!)
        const step = (next - old) * side
        alpha[row] = next
        bias += step * constant
        for (let j = 0; j < features; j++) weights[j]! += step * data[from + j]!
      }
      converged = greatest - least <= tol
      if (pause.due) await pause.take()
    }
    return { weights, bias: bias * constant, passes, converged }
  }
}
