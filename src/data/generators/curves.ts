/** Curves to fit: a sine and a polynomial of one input, with normal noise on the output. */

import { MyelinError } from '../../core/errors.js'
import { RandomSource } from '../../core/random.js'
import { hostFunctions } from '../../core/scalar/host.js'
import { checkSize, type GeneratorOptions } from '../generators.js'
import { makeTable, type Table } from '../table.js'

function curve(
  name: string, { samples = 400, noise = 0.1, seed = 0 }: GeneratorOptions, from: number, to: number,
  height: (x: number) => number,
): Table {
  checkSize(name, samples, noise)
  const random = new RandomSource(seed, `data/${name}`)
  const x = Float64Array.from({ length: samples }, () => from + (to - from) * random.uniform())
  const y = x.map((value) => height(value) + (noise > 0 ? noise * random.normal() : 0))
  return makeTable([['x', x], ['y', y]], { source: name })
}

/**
 * y = sin(2 π `periods` x) + noise for x uniform in [0, 1): the curve of Bishop's book. `periods`: default 1. Default
 * 400 samples, noise 0.1 (the standard deviation of y).
 */
export function makeSine(options: GeneratorOptions & { periods?: number } = {}): Table {
  const { periods = 1 } = options
  if (!Number.isFinite(periods) || periods <= 0) {
    throw new MyelinError('argument', `sine: periods must be a number above 0, received ${periods}`)
  }
  return curve('sine', options, 0, 1, (x) => hostFunctions.sin(2 * Math.PI * periods * x))
}

/**
 * y = c0 + c1 x + c2 x² + ... + noise for x uniform in [-1, 1). `coefficients`: c0, c1, ...; default 0.5, -2, 0, 3.
 * Default 400 samples, noise 0.1 (the standard deviation of y).
 */
export function makePolynomial(options: GeneratorOptions & { coefficients?: readonly number[] } = {}): Table {
  const { coefficients = [0.5, -2, 0, 3] } = options
  if (coefficients.length === 0 || coefficients.length > 100 || !coefficients.every(Number.isFinite)) {
    throw new MyelinError('argument', 'polynomial: coefficients must be 1 to 100 finite numbers, '
      + `received ${coefficients.slice(0, 10).join(', ') || 'none'}`)
  }
  return curve('polynomial', options, -1, 1, (x) => coefficients.reduceRight((sum, factor) => sum * x + factor, 0))
}
