/** Candidates of a search: all combinations of lists of values, or drawn ones. */
import { MyelinError } from '../core/index.js'
import { hostFunctions } from '../core/scalar/host.js'
import type { ParameterValues } from '../estimators/index.js'
import { checkRandomState, type RandomState, type RandomStateLike } from '../estimators/mt19937.js'
import { checkInteger } from './splits/rows.js'

/** Values to try, by the names of parameters. */
export type Grid = Readonly<Record<string, readonly unknown[]>>

/** A way to draw a value, such as `loguniform(1e-5, 1)`. */
export interface Distribution {
  /** Draws one value. */
  rvs(random: RandomState): unknown
}

/** Values to choose from or ways to draw them, by the names of parameters. */
export type Distributions = Readonly<Record<string, readonly unknown[] | Distribution>>

const isDistribution = (value: unknown): value is Distribution =>
  typeof (value as Distribution | null)?.rvs === 'function'

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)

/** @throws MyelinError 'argument' for what is no object of lists (or distributions), or a list of such objects */
function checkGrids<T>(what: string, given: unknown, drawn: boolean): readonly T[] {
  const grids: readonly unknown[] = Array.isArray(given) ? given : [given]
  const forms = drawn ? 'a list of values or a distribution' : 'a list of values'
  for (const grid of grids) {
    if (!isRecord(grid)) {
      throw new MyelinError('argument', `${what}: expected an object with ${forms} for each parameter, or a list of such `
        + `objects, received ${grid === null ? 'null' : typeof grid}`)
    }
    for (const [name, values] of Object.entries(grid)) {
      if (drawn && isDistribution(values)) continue
      if (!(Array.isArray(values) || ArrayBuffer.isView(values)) || (values as unknown as unknown[]).length === 0) {
        throw new MyelinError('argument', `${what}: ${name.slice(0, 60)}: expected ${forms}, received ${
          Array.isArray(values) ? 'an empty list' : values === null ? 'null' : typeof values}; a single value is a list of `
          + 'one')
      }
    }
  }
  return grids as readonly T[]
}

/** Names sorted, as the last of them runs fastest. */
const sortedEntries = <T>(grid: Readonly<Record<string, T>>): [string, T][] =>
  Object.entries(grid).sort(([a], [b]) => a < b ? -1 : 1)

/**
 * All combinations of the values of each grid, one grid after the other; of the sorted names the last runs fastest
 * (scikit-learn's `ParameterGrid`).
 */
export class ParameterGrid implements Iterable<ParameterValues> {
  private readonly grids: readonly Grid[]

  /** @throws MyelinError 'argument' for what is no grid, or an empty list of values */
  constructor(paramGrid: Grid | readonly Grid[]) {
    this.grids = checkGrids('ParameterGrid', paramGrid, false)
  }

  /** How many combinations there are. */
  get length(): number {
    return this.grids.reduce((sum, grid) => sum + sizeOf(grid), 0)
  }

  /** The combination at a place, without making those before it. @throws MyelinError 'argument' beyond the last */
  at(index: number): ParameterValues {
    let left = index
    for (const grid of this.grids) {
      if (left >= 0 && left < sizeOf(grid)) {
        const chosen: [string, unknown][] = []
        for (const [name, values] of sortedEntries(grid).reverse()) {
          chosen.unshift([name, values[left % values.length]])
          left = Math.floor(left / values.length)
        }
        return Object.fromEntries(chosen)
      }
      left -= sizeOf(grid)
    }
    throw new MyelinError('argument', `ParameterGrid: there are ${this.length} combinations, asked for number ${index}`)
  }

  /** The combinations in order. */
  *[Symbol.iterator](): Generator<ParameterValues> {
    for (let i = 0, { length } = this; i < length; i++) yield this.at(i)
  }
}

const sizeOf = (grid: Grid): number => Object.values(grid).reduce((product, values) => product * values.length, 1)

/** What `ParameterSampler` takes beside the distributions. */
export interface ParameterSamplerOptions {
  /** How many candidates are drawn. */
  readonly nIter: number
  /** The seed of the draws, or a generator that goes on. Default 0. */
  readonly randomState?: RandomStateLike
}

/**
 * Drawn combinations (scikit-learn's `ParameterSampler`). Where there are lists of values only, none is drawn twice, and
 * there are no more than all combinations.
 */
export class ParameterSampler implements Iterable<ParameterValues> {
  private readonly distributions: readonly Distributions[]
  private readonly options: ParameterSamplerOptions

  /** @throws MyelinError 'argument' for what are no distributions, or an `nIter` below 1 */
  constructor(paramDistributions: Distributions | readonly Distributions[], options: ParameterSamplerOptions) {
    this.distributions = checkGrids('ParameterSampler', paramDistributions, true)
    checkInteger('ParameterSampler', 'nIter', options?.nIter, 1)
    checkRandomState(options.randomState)
    this.options = options
  }

  /** The grid of all combinations, where there are lists of values only. */
  private get grid(): ParameterGrid | undefined {
    const lists = this.distributions.every((one) => Object.values(one).every((values) => !isDistribution(values)))
    return lists ? new ParameterGrid(this.distributions as readonly Grid[]) : undefined
  }

  /** How many candidates there are. */
  get length(): number {
    return Math.min(this.options.nIter, this.grid?.length ?? Infinity)
  }

  /** The candidates, drawn anew. */
  *[Symbol.iterator](): Generator<ParameterValues> {
    const random = checkRandomState(this.options.randomState)
    const { grid, length } = this
    if (grid) {
      for (const index of withoutReplacement(grid.length, length, random)) yield grid.at(index)
      return
    }
    for (let i = 0; i < length; i++) {
      const chosen = this.distributions[random.randint(this.distributions.length)]!
      yield Object.fromEntries(sortedEntries(chosen).map(([name, values]) =>
        [name, isDistribution(values) ? values.rvs(random) : values[random.randint(values.length)]]))
    }
  }
}

/** Different integers below `n`, by the method that scikit-learn chooses for so many of them. */
function withoutReplacement(n: number, count: number, random: RandomState): Iterable<number> {
  const ratio = count / n
  if (ratio > 0.01 && ratio < 0.99) return random.permutation(n).subarray(0, count)
  if (ratio < 0.2) {
    const chosen = new Set<number>()
    while (chosen.size < count) chosen.add(random.randint(n))
    return chosen
  }
  const reservoir = Int32Array.from({ length: count }, (_, i) => i)
  for (let i = count; i < n; i++) {
    const j = random.randint(i + 1)
    if (j < count) reservoir[j] = i
  }
  return reservoir
}

function checkBounds(what: string, low: number, high: number, least: number): void {
  if (Number.isFinite(low) && Number.isFinite(high) && low >= least && high > low) return
  throw new MyelinError('argument', `${what}: expected finite bounds low < high${
    least === 0 ? ' above 0' : ''}, received ${low} and ${high}`)
}

/**
 * Uniform between `loc` and `loc + scale` (SciPy's `uniform`).
 *
 * @throws MyelinError 'argument' for a scale that is not above 0
 */
export function uniform(loc = 0, scale = 1): Distribution {
  checkBounds('uniform', loc, loc + scale, -Infinity)
  return { rvs: (random) => random.randomSample() * scale + loc }
}

/**
 * Between two positive bounds, each order of magnitude equally likely (SciPy's `loguniform`).
 *
 * @throws MyelinError 'argument' for bounds that are none
 */
export function loguniform(low: number, high: number): Distribution {
  checkBounds('loguniform', low, high, Number.MIN_VALUE)
  const { exp, log } = hostFunctions
  return { rvs: (random) => exp(log(low) + random.randomSample() * (log(high) - log(low))) }
}

/**
 * An integer from `low` to `high - 1` (SciPy's `randint`).
 *
 * @throws MyelinError 'argument' for bounds that are none
 */
export function randint(low: number, high: number): Distribution {
  checkBounds('randint', low, high, -Infinity)
  return { rvs: (random) => random.randint(low, high) }
}
