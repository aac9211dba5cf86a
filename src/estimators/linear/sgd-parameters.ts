/** The parameters of estimators that learn by stochastic gradient descent, as data. */
import { MyelinError } from '../../core/index.js'
import type { Parameter } from '../../nn/index.js'
import { boolean, choice, integer, number } from '../../nn/parameters.js'
import type { RandomState } from '../mt19937.js'
import { orNull, orWord, randomState } from '../supervised/parameters.js'
import type { Penalty, SgdSchedule } from './sgd.js'

/** The penalties; null stands for none. */
export const penalty = choice({
  default: 'l2',
  choices: ['l2', 'l1', 'elasticnet'],
  help: 'alpha times ½ Σ w², Σ |w|, or l1Ratio of the second and the rest of the first',
})

/** What all of them have, in scikit-learn's order. */
export const sgdParameters = {
  penalty: orNull(penalty),
  alpha: number({ default: 1e-4, min: 0, help: 'the factor of the penalty; the schedule "optimal" depends on it too' }),
  l1Ratio: number({ default: 0.15, min: 0, max: 1, help: 'the part of Σ |w| in the penalty "elasticnet"' }),
  fitIntercept: boolean({ default: true, help: 'whether there is a bias' }),
  maxIter: integer({ default: 1000, min: 1, help: 'the greatest number of passes through the rows' }),
  tol: orNull(number({
    default: 1e-3, min: 0, help: 'the least improvement of a pass that counts; null trains for maxIter passes',
  })),
  shuffle: boolean({ default: true, help: 'whether the rows have another order in each pass' }),
  randomState: randomState('the seed of the order of rows and of the validation part, or a generator; default 0'),
  eta0: number({ default: 0.01, above: 0, help: 'the learning rate at the start; of pa1 and pa2 how bold a step may be' }),
  earlyStopping: boolean({
    default: false, help: 'whether a part of the rows is kept to see when their score stops improving',
  }),
  validationFraction: number({ default: 0.1, above: 0, below: 1, help: 'that part' }),
  nIterNoChange: integer({ default: 5, min: 1, help: 'after how many passes without improvement training ends' }),
  warmStart: boolean({ default: false, help: 'whether fit goes on from the weights of the last fit' }),
}

/** The schedule of the learning rate, with its default. */
export const schedule = (usual: SgdSchedule): Parameter<SgdSchedule, SgdSchedule, false> => choice({
  default: usual,
  choices: ['constant', 'optimal', 'invscaling', 'adaptive', 'pa1', 'pa2'],
  help: 'eta0; 1 / (alpha (t + t0)); eta0 / t^powerT; a fifth whenever training stands still; passive-aggressive I and II',
})

/** What those with a schedule and averages have beside. */
export const scheduleParameters = {
  epsilon: number({
    default: 0.1, min: 0, help: 'up to where errors do not count (epsilonInsensitive) or count by their square (huber)',
  }),
  learningRate: schedule('optimal'),
  powerT: number({ default: 0.5, min: 0, help: 'the exponent of invscaling' }),
  average: orWord([true, false], integer({ default: 1, min: 1, help: 'whether coef is the mean of all weights; or from ' +
    'which row on, counted over all passes' }), false),
}

/** The checked values of both. */
export interface SgdValues {
  readonly penalty: Penalty
  readonly alpha: number
  readonly l1Ratio: number
  readonly fitIntercept: boolean
  readonly maxIter: number
  readonly tol: number | null
  readonly shuffle: boolean
  readonly randomState?: number | RandomState
  readonly eta0: number
  readonly earlyStopping: boolean
  readonly validationFraction: number
  readonly nIterNoChange: number
  readonly warmStart: boolean
  readonly learningRate: SgdSchedule
  readonly powerT: number
  readonly average: number
}

/** @throws MyelinError `argument` for values that do not go together */
export function checkSchedule(kind: string, { learningRate, alpha }: SgdValues, loss: string, aggressive: string): void {
  if (learningRate === 'optimal' && alpha === 0) {
    throw new MyelinError('argument', `${kind}: learningRate "optimal" is computed from alpha, which must then be above 0`)
  }
  if ((learningRate === 'pa1' || learningRate === 'pa2') && loss !== aggressive) {
    throw new MyelinError('argument', `${kind}: learningRate "${learningRate}" is for the loss "${aggressive}" alone, ` +
      `received "${loss}"`)
  }
}
