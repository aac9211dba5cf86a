/** What commander hands to `myelin compare`. */
import type { GivenOptions } from '../run/index.js'

export interface CompareOptions extends GivenOptions {
  readonly run?: string
  readonly json?: boolean
  readonly baselines?: string
  readonly cv?: string
  readonly repeats?: string
  readonly scoring?: string
  readonly by?: string
  readonly seeds?: string
  readonly jobs?: string
}
