/** Searches that give many candidates little, and the good ones more and more (successive halving). */
import { MyelinError } from '../core/index.js'
import { hostFunctions } from '../core/scalar/host.js'
import type { ParameterValues } from '../estimators/index.js'
import { checkRandomState, type RandomStateLike } from '../estimators/mt19937.js'
import { encodeLabels, countRows, takeRows, type RowsLike } from './splits/rows.js'
import type { Fold } from './splits/cross-validator.js'
import { isClassifier } from './fittable.js'
import { ParameterGrid, ParameterSampler } from './parameter-grid.js'
import type { Scorer } from './scorers.js'
import { BaseSearchCV, type SearchPlan, type SearchSetting } from './base-search.js'
import { given, gridParameters, randomizedParameters, searchParameters } from './search-parameters.js'
import type { CvResults, Round } from './search-results.js'
import type { OptionsOf } from '../nn/index.js'

const atLeast = (least: number) => (value: unknown): boolean => Number.isInteger(value) && (value as number) >= least

const halvingParameters = {
  ...searchParameters,
  refit: given<boolean>({
    help: 'whether the best is fitted on all rows', default: true, allowed: 'true or false',
    accept: (value) => typeof value === 'boolean',
  }),
  scoring: given<string | Scorer>({
    help: 'what is scored; default: the score of the estimator', allowed: 'a scorer or its name',
    accept: (value) => ['string', 'function'].includes(typeof value),
  }),
  factor: given<number>({
    help: 'one in so many candidates goes on to the next round, with so many times the resource', default: 3,
    allowed: 'a number above 1', accept: (value) => typeof value === 'number' && value > 1 && value < Infinity,
  }),
  resource: given<string>({
    help: 'of what candidates get more: nSamples, rows, or a parameter of the estimator that is an integer', default: 'nSamples',
    allowed: 'nSamples or the name of a parameter', accept: (value) => typeof value === 'string' && value !== '',
  }),
  maxResources: given<number | 'auto'>({
    help: 'the most that a candidate gets; auto: all rows', default: 'auto', allowed: 'an integer, at least 1, or "auto"',
    accept: (value) => value === 'auto' || atLeast(1)(value),
  }),
  minResources: given<number | 'exhaust' | 'smallest'>({
    help: 'what candidates get in the first round; smallest: what the splits need; exhaust: so much that the last round gets '
      + 'all, if it can', default: 'exhaust', allowed: 'an integer, at least 1, "exhaust" or "smallest"',
    accept: (value) => value === 'exhaust' || value === 'smallest' || atLeast(1)(value),
  }),
  aggressiveElimination: given<boolean>({
    help: 'where the resource is too scarce: whether the first rounds are repeated with the least of it until few enough '
      + 'candidates are left', default: false, allowed: 'true or false', accept: (value) => typeof value === 'boolean',
  }),
  randomState: given<RandomStateLike>({
    help: 'the seed of the draws; default 0', allowed: 'a seed or a RandomState',
    accept: (value) => typeof value === 'number' || (typeof value === 'object' && value !== null),
  }),
}

const halvingGridParameters = { ...halvingParameters, paramGrid: gridParameters.paramGrid }

const halvingRandomParameters = {
  ...halvingParameters,
  paramDistributions: randomizedParameters.paramDistributions,
  nCandidates: given<number | 'exhaust'>({
    help: 'how many candidates are drawn; exhaust: so many that the last round gets all of the resource', default: 'exhaust',
    allowed: 'an integer, at least 1, or "exhaust"', accept: (value) => value === 'exhaust' || atLeast(1)(value),
  }),
  minResources: given<number | 'exhaust' | 'smallest'>({
    ...halvingParameters.minResources, default: 'smallest',
    accept: (value) => value === 'exhaust' || value === 'smallest' || atLeast(1)(value),
  }),
}

/** The options of `HalvingGridSearchCV`. */
export type HalvingGridSearchOptions = OptionsOf<typeof halvingGridParameters>

/** The options of `HalvingRandomSearchCV`. */
export type HalvingRandomSearchOptions = OptionsOf<typeof halvingRandomParameters>

/** How the rounds went. */
export interface HalvingRounds {
  /** How much of the resource each round gave to a candidate. */
  readonly nResources: readonly number[]
  /** How many candidates were in each round. */
  readonly nCandidates: readonly number[]
  /** How many would be left for a further round. */
  readonly nRemainingCandidates: number
  readonly nIterations: number
  /** How many rounds the resource allows. */
  readonly nPossibleIterations: number
  /** How many rounds it takes until fewer than `factor` candidates are left. */
  readonly nRequiredIterations: number
  readonly minResources: number
  readonly maxResources: number
}

/** As scikit-learn computes it: a power of the factor may come out just below. */
const floorLog = (value: number, base: number): number =>
  Math.floor(hostFunctions.log(value) / hostFunctions.log(base))

function power(base: number, exponent: number): number {
  let result = 1
  for (let i = 0; i < exponent; i++) result *= base
  return result
}

type HalvingParameters = typeof halvingParameters

abstract class BaseHalvingSearchCV<P extends HalvingParameters> extends BaseSearchCV<P> {
  private went: HalvingRounds | undefined

  /** How the rounds went. @throws MyelinError 'state' before `fit` */
  get rounds(): HalvingRounds {
    return this.fitted(this.went, 'rounds')
  }

  private get halving(): {
    readonly factor: number, readonly resource: string, readonly maxResources: number | 'auto'
    readonly minResources: number | 'exhaust' | 'smallest', readonly aggressiveElimination: boolean
    readonly randomState?: RandomStateLike
  } {
    return this.params as never
  }

  /** The candidates of the first round. @param affordable as many as the last round can give all of the resource to */
  protected abstract candidates(affordable: number): ParameterValues[]

  private refuse(message: string): never {
    throw new MyelinError('argument', `${this.kind}: ${message}`)
  }

  /** The least and the most of the resource. */
  private bounds({ estimator, folds, X, y }: SearchSetting): { readonly least: number, readonly most: number } {
    const { resource, maxResources, minResources } = this.halving
    const rows = countRows(this.kind, X as RowsLike)
    const bySamples = resource === 'nSamples'
    if (!bySamples && !Object.hasOwn(estimator.getParams(), resource)) {
      this.refuse(`resource: ${estimator.kind} has no parameter "${resource.slice(0, 60)}"; name one, or nSamples for rows`)
    }
    if (!bySamples && maxResources === 'auto') {
      this.refuse(`maxResources: expected a number, the most of ${resource}; "auto" is for nSamples alone`)
    }
    if (bySamples && typeof maxResources === 'number' && maxResources > rows) {
      this.refuse(`maxResources: there are ${rows} rows, received ${maxResources}`)
    }
    const classes = bySamples && isClassifier(estimator) ? encodeLabels(this.kind, y, rows).values.length : 1
    const smallest = bySamples ? folds.length * 2 * classes : 1
    const least = typeof minResources === 'number' ? minResources : smallest
    const most = maxResources === 'auto' ? rows : maxResources
    if (least > most) {
      this.refuse(`the least of ${resource}, ${least}, is more than the most of it, ${most}; ${typeof minResources === 'number'
        ? 'lower minResources' : 'give more rows, fewer splits, or minResources'}`)
    }
    return { least, most }
  }

  protected override plan(setting: SearchSetting): SearchPlan {
    const { factor, resource, minResources, aggressiveElimination } = this.halving
    const bounds = this.bounds(setting)
    const { most } = bounds
    const candidates = this.candidates(Math.floor(most / bounds.least))
    if (resource !== 'nSamples' && candidates.some((one) => Object.hasOwn(one, resource))) {
      this.refuse(`resource: ${resource} is searched too; take it out of the candidates`)
    }
    const required = 1 + floorLog(Math.max(1, candidates.length), factor)
    const least = minResources !== 'exhaust' ? bounds.least
      : Math.max(bounds.least, Math.floor(most / power(factor, required - 1)))
    const possible = 1 + floorLog(Math.floor(most / least), factor)
    const iterations = aggressiveElimination ? required : Math.min(possible, required)
    const counts = [candidates.length]
    for (let i = 1; i < iterations; i++) counts.push(Math.ceil(counts[i - 1]! / factor))
    const resources = counts.map((_, i) => {
      const raised = aggressiveElimination ? Math.max(0, i - required + possible) : i
      return Math.min(most, Math.floor(power(factor, raised) * least))
    })
    this.went = {
      nResources: resources, nCandidates: counts, nRemainingCandidates: Math.ceil(counts.at(-1)! / factor),
      nIterations: iterations, nPossibleIterations: possible, nRequiredIterations: required, minResources: least,
      maxResources: most,
    }
    const roundOf = (iteration: number, params: readonly ParameterValues[]): Round => {
      const amount = resources[iteration]!
      const columns = { iter: iteration, nResources: amount }
      return resource === 'nSamples' ? { params, folds: this.partOf(setting, amount), columns }
        : { params: params.map((one) => ({ ...one, [resource]: amount })), folds: setting.folds, columns }
    }
    let round = roundOf(0, candidates)
    let iteration = 0
    return {
      first: round,
      fits: counts.reduce((sum, count) => sum + count, 0) * setting.folds.length,
      rule: JSON.stringify({ factor, resources, counts }),
      next: (scores) => {
        if (++iteration >= iterations) return undefined
        const kept = best(scores, counts[iteration]!).map((place) => round.params[place]!)
        round = roundOf(iteration, kept)
        return round
      },
    }
  }

  /** Folds with a share of their rows, drawn with one seed for all. */
  private partOf({ folds, X }: SearchSetting, amount: number): Fold[] {
    const share = amount / countRows(this.kind, X as RowsLike)
    const part = (rows: Int32Array): Int32Array => {
      const order = checkRandomState(this.halving.randomState).permutation(rows.length)
      return takeRows(rows, order.subarray(0, Math.floor(share * rows.length)))
    }
    return folds.map(([train, test]) => [part(train), part(test)] as const)
  }

  /** The best of the last round: others had less. */
  protected override bestOf(results: CvResults): number {
    const iterations = results.iter as readonly number[]
    const from = iterations.indexOf(iterations.at(-1)!)
    return from + best(results.meanTestScore!.slice(from), 1, 'first')[0]!
  }
}

/**
 * The places of the greatest scores, as scikit-learn orders them: the greatest last, NaN before all.
 *
 * @param ties which of equal scores counts as greater: the last one, or the first one
 */
function best(scores: readonly number[], count: number, ties: 'first' | 'last' = 'last'): number[] {
  const rank = (score: number): number => Number.isNaN(score) ? -Infinity : score
  const places = [...scores.keys()].sort((a, b) => {
    const [x, y] = [rank(scores[a]!), rank(scores[b]!)]
    return x < y ? -1 : x > y ? 1 : ties === 'last' ? a - b : b - a
  })
  return places.slice(-count)
}

/**
 * Tries all combinations of given values in rounds: all of them with little, the best of these with more (scikit-learn's
 * `HalvingGridSearchCV`; Jamieson and Talwalkar 2016). The best is that of the last round.
 *
 * @example new HalvingGridSearchCV({ estimator, paramGrid: { alpha: [1e-4, 1e-2, 1] }, resource: 'maxIter', maxResources: 90 })
 */
export class HalvingGridSearchCV extends BaseHalvingSearchCV<typeof halvingGridParameters> {
  /** @throws MyelinError 'argument' for an unknown, missing or wrong option */
  constructor(options: HalvingGridSearchOptions) {
    super('HalvingGridSearchCV', halvingGridParameters, options)
  }

  protected override candidates(): ParameterValues[] {
    return [...new ParameterGrid(this.params.paramGrid)]
  }
}

/**
 * Tries drawn combinations in rounds (scikit-learn's `HalvingRandomSearchCV`).
 *
 * @example new HalvingRandomSearchCV({ estimator, paramDistributions: { alpha: loguniform(1e-5, 1) }, factor: 2 })
 */
export class HalvingRandomSearchCV extends BaseHalvingSearchCV<typeof halvingRandomParameters> {
  /** @throws MyelinError 'argument' for an unknown, missing or wrong option */
  constructor(options: HalvingRandomSearchOptions) {
    super('HalvingRandomSearchCV', halvingRandomParameters, options)
    if (this.params.nCandidates === 'exhaust' && this.params.minResources === 'exhaust') {
      throw new MyelinError('argument', 'HalvingRandomSearchCV: nCandidates and minResources are both "exhaust"; give a '
        + 'number for one of them')
    }
  }

  protected override candidates(affordable: number): ParameterValues[] {
    const { paramDistributions, nCandidates, randomState } = this.params
    return [...new ParameterSampler(paramDistributions, {
      nIter: nCandidates === 'exhaust' ? affordable : nCandidates, randomState,
    })]
  }
}
