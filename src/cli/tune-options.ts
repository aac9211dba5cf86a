/** What commander hands to `myelin tune` beside `--grid`. */
import type { GivenOptions } from '../run/index.js'

export interface TuneOptions extends GivenOptions {
  readonly run?: string
  readonly out?: string
  readonly json?: boolean
  readonly random?: string
  readonly halving?: boolean
  readonly cv?: string
  readonly scoring?: string
  readonly jobs?: string
  readonly resume?: boolean
}
