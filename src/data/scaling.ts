/** What is learned of numbers: their scaling, what a missing one becomes, and their range. */

import { MyelinError } from '../core/errors.js'
import type { Scaled } from './contract.js'
import * as imputers from './imputers.js'
import { clip, listNames } from './names.js'
import { placeAmong } from './quantiles.js'
import * as scalers from './scalers.js'

export interface ScalingOptions {
  /** How numbers are scaled. Default `standardize`. */
  numeric?: keyof typeof scalers
  /** What becomes of missing numbers. Default `median`. */
  impute?: keyof typeof imputers
}

const scalerTable = { ...scalers }
const imputerTable = { ...imputers }

/** The member of a family that an option names. */
function member<T extends object>(family: T, name: keyof T & string, option: string): T[keyof T] {
  if (Object.hasOwn(family, name)) return family[name]
  throw new MyelinError('argument', `preprocessing: ${option} is "${clip(name)}"; expected one of `
    + listNames(Object.keys(family)))
}

/**
 * Learns from the values that are present, at least one.
 *
 * @param what the values, for the message
 * @throws MyelinError `data` for values too large to be scaled
 */
export function fitScaling(values: Float64Array, options: ScalingOptions, what: string): Scaled {
  const impute = member(imputerTable, options.impute ?? 'median', 'impute')(values)
  const scaling = member(scalerTable, options.numeric ?? 'standardize', 'numeric')(values)
  const minimum = values.reduce((a, b) => Math.min(a, b))
  const maximum = values.reduce((a, b) => Math.max(a, b))
  return scaled({ impute, ...scaling, minimum, maximum }, what)
}

/** @throws MyelinError `data` for a scaling that is no number */
export function scaled(scaling: Scaled, what: string): Scaled {
  if (![scaling.offset, scaling.scale, ...scaling.quantiles ?? []].every(Number.isFinite)) {
    throw new MyelinError('data', `${what} are too large to be scaled`)
  }
  return scaling
}

/** The feature that a number becomes. */
export function scaledValue({ quantiles, offset, scale }: Scaled, value: number): number {
  return quantiles ? placeAmong(quantiles, value) : (value - offset) / scale
}

/** Whether a number lies farther outside of the range in training than that range is wide. */
export function isFar({ minimum, maximum }: Scaled, value: number): boolean {
  const reach = maximum - minimum
  return value < minimum - reach || value > maximum + reach
}
