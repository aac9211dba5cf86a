/** LinearRegression. */
import type { OptionsOf } from '../../nn/index.js'
import { boolean } from '../../nn/parameters.js'
import { count, floats, record } from '../state.js'
import type { NumberRows } from '../supervised/regressor.js'
import { centered, uncentered } from './centered.js'
import { LinearRegressor } from './linear-regressor.js'
import type { LinearWeights } from './linear-scores.js'
import { linearForms } from './linear-scores.js'
import { svdSolution } from './svd-solution.js'

const parameters = { fitIntercept: boolean({ default: true, help: 'whether there is a bias' }) }

interface State extends LinearWeights {
  readonly rank: number
  readonly singular: Float64Array
}

/**
 * Ordinary least squares by singular values, as scikit-learn's `LinearRegression`: one number a row or several, and of
 * the solutions for columns that depend on each other the one with the least weights (singular values below machine
 * precision times the larger side, relative to the greatest, count as 0). For gradient descent see `SGDRegressor`.
 */
export class LinearRegression extends LinearRegressor<typeof parameters, State> {
  protected override readonly form = record<State>({ ...linearForms, rank: count, singular: floats() })

  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options?: OptionsOf<typeof parameters>) {
    super('LinearRegression', parameters, options)
  }

  /** How many columns, less their means, do not depend on others. @throws MyelinError `state` before `fit` */
  get rank(): number {
    return this.stateFor('rank').rank
  }

  /** The singular values of the rows, less their means, falling. @throws MyelinError `state` before `fit` */
  get singular(): Float64Array {
    return this.stateFor('singular').singular
  }

  protected override async learn(rows: NumberRows): Promise<State> {
    const ready = await centered(rows, this.params.fitIntercept)
    const smallest = Math.max(...rows.X.shape) * Number.EPSILON
    const counts = (value: number, greatest: number): boolean => value > smallest * greatest
    const { solution, singular } = await svdSolution(ready.X, ready.y, (value, greatest) => (counts(value, greatest) ? 1 / value : 0))
    return { ...uncentered(solution, ready), singular, rank: singular.filter((value) => counts(value, singular[0]!)).length }
  }
}
