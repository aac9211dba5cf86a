/** What regressors with linear answers share. */
import type { Parameters } from '../../nn/index.js'
import type { Matrix } from '../../train/index.js'
import type { Features } from '../supervised/classifier.js'
import { NumberRegressor } from '../supervised/regressor.js'
import type { LinearWeights } from './linear-scores.js'
import { linearScores } from './linear-scores.js'

/** The base of regressors whose answers are x · w + b for each output. */
export abstract class LinearRegressor<P extends Parameters, S extends LinearWeights> extends NumberRegressor<P, S> {
  /** The weights of the features, [outputs, features]. @throws MyelinError `state` before `fit` */
  get coef(): Matrix {
    return this.stateFor('coef').coef
  }

  /** The bias of each output. @throws MyelinError `state` before `fit` */
  get intercept(): Float64Array {
    return this.stateFor('intercept').intercept
  }

  protected override fits({ coef, intercept }: S, outputs: number): boolean {
    return coef.shape[0] === outputs && intercept.length === outputs
  }

  protected override compute(state: S, X: Features): Float64Array {
    return linearScores(X, state)
  }
}
