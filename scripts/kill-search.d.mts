/** Types of kill-search.mjs for the tests. */
export interface Kills {
  readonly searches: number
  readonly kills: number
  readonly keptFits: number
}

export function killSearches(options: {
  readonly searches: number
  readonly seed?: number
  readonly folder: string
  readonly report?: (result: Kills) => void
}): Promise<Kills>
