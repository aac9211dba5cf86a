/** Ridge. */
import type { OptionsOf } from '../../nn/index.js'
import { boolean, choice, number } from '../../nn/parameters.js'
import { oneOf, record } from '../state.js'
import type { NumberRows } from '../supervised/regressor.js'
import { centered, uncentered } from './centered.js'
import { LinearRegressor } from './linear-regressor.js'
import type { LinearWeights } from './linear-scores.js'
import { linearForms } from './linear-scores.js'
import { svdSolution } from './svd-solution.js'

const parameters = {
  alpha: number({ default: 1, min: 0, help: 'the factor of Σ w² beside the sum of squared errors; 0 is ordinary least squares' }),
  fitIntercept: boolean({ default: true, help: 'whether there is a bias, which is not penalised' }),
  solver: choice({
    default: 'auto',
    choices: ['auto', 'cholesky', 'svd'],
    help: 'by the equations XᵀX + alpha, or by singular values; auto: the first where it is safe',
  }),
}

type Solver = 'cholesky' | 'svd'
interface State extends LinearWeights {
  readonly solver: Solver
}

/**
 * Least squares with an L2 penalty, |y - Xw|² + alpha |w|², in closed form, as scikit-learn's `Ridge`: one number a row or
 * several. Weights of rows multiply their squared errors.
 */
export class Ridge extends LinearRegressor<typeof parameters, State> {
  protected override readonly form = record<State>({ ...linearForms, solver: oneOf('cholesky', 'svd') })

  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options?: OptionsOf<typeof parameters>) {
    super('Ridge', parameters, options)
  }

  /** How it was solved. @throws MyelinError `state` before `fit` */
  get solver(): Solver {
    return this.stateFor('solver').solver
  }

  protected override async learn(rows: NumberRows): Promise<State> {
    const { alpha, fitIntercept, solver } = this.params
    const ready = await centered(rows, fitIntercept)
    const { X, y } = ready
    if (solver === 'cholesky' || (solver === 'auto' && alpha > 0 && X.rows >= X.columns)) {
      const turned = X.transpose(), equations = turned.mmul(X)
      for (let j = 0; j < X.columns; j++) equations.set(j, j, equations.get(j, j) + alpha)
      const { CholeskyDecomposition } = await import('ml-matrix')
      const decomposed = new CholeskyDecomposition(equations)
      if (decomposed.isPositiveDefinite()) {
        return { ...uncentered(decomposed.solve(turned.mmul(y)), ready), solver: 'cholesky' }
      }
      if (solver === 'cholesky') rows.notice('Ridge: the equations are singular; they were solved by singular values')
    }
    // as LinearRegression, values that are 0 but for rounding count as such
    const smallest = Math.max(X.rows, X.columns) * Number.EPSILON
    const { solution } = await svdSolution(X, y, (value, greatest) =>
      (value > smallest * greatest ? value / (value * value + alpha) : 0))
    return { ...uncentered(solution, ready), solver: 'svd' }
  }
}
