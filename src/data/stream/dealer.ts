/** Deals rows out to training, validation and test as they come, without keeping anything of a row. */

import { RandomSource } from '../../core/random.js'
import { checkSplit, partSizes } from '../split.js'

/**
 * Parts for rows that come in their order. Of each group (a class) every part gets as many rows as `splitIndices` gives
 * it, and every choice of them is equally likely: a row goes to a part with the probability of the places that are left
 * there. The same seed deals the same rows out again.
 */
export class Dealer {
  /** Rows of each part: training, validation, test. */
  readonly rows: readonly number[]
  private readonly places: readonly number[][]
  private readonly left: number[]
  private readonly random: RandomSource

  /**
   * @param groups the number of rows of each group
   * @param source what the rows are called in messages
   * @throws MyelinError as `splitIndices`
   */
  constructor(groups: readonly number[], fractions: readonly number[], seed: number, source?: string) {
    checkSplit(groups.reduce((sum, rows) => sum + rows, 0), fractions, source)
    const largestFirst = groups.map((_, group) => group).sort((a, b) => groups[b]! - groups[a]! || a - b)
    const sizes = partSizes(largestFirst.map((group) => groups[group]!), fractions)
    fillEmpty(sizes, fractions)
    const places: number[][] = groups.map(() => [])
    largestFirst.forEach((group, i) => {
      places[group] = sizes[i]!
    })
    this.places = places
    this.left = [...groups]
    this.rows = fractions.map((_, part) => places.reduce((sum, size) => sum + size[part]!, 0))
    this.random = new RandomSource(seed, 'split')
  }

  /** The part of the next row, from 0. */
  deal(group: number): number {
    const places = this.places[group]!
    let place = this.random.integer(this.left[group]!--)
    let part = 0
    while (place >= places[part]!) place -= places[part++]!
    places[part]!--
    return part
  }
}

/** Gives a part that has a share but no row one of another part, of the largest group that has one there. */
function fillEmpty(sizes: readonly number[][], fractions: readonly number[]): void {
  const rows = (part: number): number => sizes.reduce((sum, size) => sum + size[part]!, 0)
  fractions.forEach((fraction, part) => {
    if (fraction === 0 || rows(part) > 0) return
    const donor = fractions.findIndex((_, other) => other > 0 && rows(other) > 1)
    const group = sizes.find((size) => size[Math.max(0, donor)]! > 0)!
    group[Math.max(0, donor)]!--
    group[part]!++
  })
}
