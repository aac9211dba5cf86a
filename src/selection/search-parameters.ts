/** The parameters of the searches. */
import { MyelinError } from '../core/index.js'
import { Estimator } from '../estimators/index.js'
import type { RandomStateLike } from '../estimators/mt19937.js'
import type { OptionsOf, Parameter } from '../nn/index.js'
import type { FittableEstimator } from './fittable.js'
import type { Distributions, Grid } from './parameter-grid.js'
import type { Scoring } from './scorers.js'
import type { CvResults } from './search-results.js'
import type { CvLike } from './splits/check-cv.js'

/** Whether the best candidate is fitted on all rows: by the name of the score that counts, or by a choice of one's own. */
export type Refit = boolean | string | ((results: CvResults) => number)

/** An option that is not data: an estimator, a splitter, a function, or lists of any values. */
export function given<T, R extends boolean = false>(options: {
  readonly help: string
  readonly allowed: string
  readonly accept: (value: unknown) => boolean
  readonly default?: T
  readonly required?: R
}): Parameter<T, T, R> {
  const { accept, help, allowed, required } = options
  return {
    type: 'name', help, allowed, required: (required ?? false) as R,
    ...options.default !== undefined && { default: options.default },
    read: (value) => accept(value) ? value as T : undefined,
    write: (value, what) => {
      if (value instanceof Estimator) return value.toJSON()
      if (Object.is(value, options.default)) return undefined
      // functions, splitters and distributions have no JSON
      const json = JSON.stringify(value, (_, inner: unknown) => {
        const plain = typeof inner !== 'object' || inner === null || Array.isArray(inner)
          || Object.getPrototypeOf(inner) === Object.prototype
        if (typeof inner !== 'function' && plain) return inner
        throw new MyelinError('unsupported', `${what} cannot be written as JSON: it holds a function or a splitter`)
      })
      return JSON.parse(json) as unknown
    },
  }
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null

export const searchParameters = {
  estimator: given<FittableEstimator, true>({
    help: 'whose parameters are searched', allowed: 'an estimator with fit', required: true,
    accept: (value) => value instanceof Estimator && typeof (value as FittableEstimator).fit === 'function',
  }),
  scoring: given<Scoring>({
    help: 'what is scored; default: the score of the estimator', allowed: 'a scorer or its name, or several of them',
    accept: (value) => ['string', 'function'].includes(typeof value) || isObject(value),
  }),
  refit: given<Refit>({
    help: 'whether the best is fitted on all rows; with several scorers by which', default: true,
    allowed: 'true, false, the name of a scorer, or a function of the results',
    accept: (value) => ['boolean', 'string', 'function'].includes(typeof value),
  }),
  cv: given<CvLike>({
    help: 'how rows are split; default 5 parts', allowed: 'a number of splits, a splitter or a list of folds',
    accept: (value) => typeof value === 'number' || isObject(value),
  }),
  errorScore: given<number | 'raise'>({
    help: 'the score where fitting or scoring fails', allowed: 'a number or "raise"', default: NaN,
    accept: (value) => typeof value === 'number' || value === 'raise',
  }),
  returnTrainScore: given<boolean>({
    help: 'whether the training rows are scored too', allowed: 'true or false', default: false,
    accept: (value) => typeof value === 'boolean',
  }),
}

export const gridParameters = {
  ...searchParameters,
  paramGrid: given<Grid | readonly Grid[], true>({
    help: 'the values to try', allowed: 'an object with a list of values for each parameter, or several of them',
    required: true, accept: isObject,
  }),
}

export const randomizedParameters = {
  ...searchParameters,
  paramDistributions: given<Distributions | readonly Distributions[], true>({
    help: 'the values to draw from', required: true, accept: isObject,
    allowed: 'an object with a list of values or a distribution for each parameter, or several of them',
  }),
  nIter: given<number>({
    help: 'how many candidates are drawn', allowed: 'an integer, at least 1', default: 10,
    accept: (value) => Number.isInteger(value) && (value as number) >= 1,
  }),
  randomState: given<RandomStateLike>({
    help: 'the seed of the draws; default 0', allowed: 'a seed or a RandomState',
    accept: (value) => typeof value === 'number' || isObject(value),
  }),
}

/** The options of `GridSearchCV`. */
export type GridSearchOptions = OptionsOf<typeof gridParameters>

/** The options of `RandomizedSearchCV`. */
export type RandomizedSearchOptions = OptionsOf<typeof randomizedParameters>
