/** Generated sets: logic gates, circles, moons, spirals and blobs, with the parameters scikit-learn gives them. */

import { MyelinError } from '../core/errors.js'
import { RandomSource } from '../core/random.js'
import { hostFunctions } from '../core/scalar/host.js'
import { listNames } from './names.js'
import { makeTable, type Table } from './table.js'

const { sin, cos } = hostFunctions // the same bits in every engine, unlike Math's

/** What most generators take. */
export interface GeneratorOptions {
  /** Number of rows. Default 400; for a gate 4, one per combination of its inputs. */
  samples?: number
  /** Standard deviation of the normal noise added to both inputs. Default 0.1; for a gate 0. */
  noise?: number
  /** An integer; the same seed gives the same rows. Default 0. */
  seed?: number
}

/** The truth tables, for the inputs (0, 0), (0, 1), (1, 0), (1, 1). */
const gates = {
  and: [0, 0, 0, 1], or: [0, 1, 1, 1], nand: [1, 1, 1, 0], nor: [1, 0, 0, 0], xor: [0, 1, 1, 0], xnor: [1, 0, 0, 1],
} as const

/** The name of a logic gate. */
export type GateName = keyof typeof gates
/** The names of the logic gates: `and`, `or`, `nand`, `nor`, `xor`, `xnor`. */
export const gateNames = Object.keys(gates) as GateName[]

type Point = readonly [x1: number, x2: number, label: number]

/** @throws MyelinError `argument` for a number of samples or a noise that cannot be */
export function checkSize(name: string, samples: number, noise: number): void {
  if (!Number.isInteger(samples) || samples < 2 || samples > 10_000_000) {
    throw new MyelinError('argument', `${name}: samples must be an integer from 2 to 10000000, received ${samples}`)
  }
  if (!Number.isFinite(noise) || noise < 0) {
    throw new MyelinError('argument', `${name}: noise must be a finite number of at least 0, received ${noise}`)
  }
}

/** Rows of `point(i)` with noise, in random order, as columns x1, x2 and class. */
function generate(
  name: string, options: GeneratorOptions, defaults: { samples: number, noise: number },
  point: (i: number, samples: number, random: RandomSource) => Point, shuffle = true,
): Table {
  const { samples = defaults.samples, noise = defaults.noise, seed = 0 } = options
  checkSize(name, samples, noise)
  const random = new RandomSource(seed, `data/${name}`)
  const order = shuffle ? random.permutation(samples) : Int32Array.from({ length: samples }, (_, i) => i)
  const x1 = new Float64Array(samples)
  const x2 = new Float64Array(samples)
  const label = new Float64Array(samples)
  for (const [i, row] of order.entries()) {
    const [a, b, c] = point(i, samples, random)
    x1[row] = noise > 0 ? a + noise * random.normal() : a
    x2[row] = noise > 0 ? b + noise * random.normal() : b
    label[row] = c
  }
  return makeTable([['x1', x1], ['x2', x2], ['class', label]], { source: name })
}

/**
 * A logic gate: inputs 0 and 1, the class is the gate's output. More than 4 samples repeat the four combinations.
 *
 * @throws MyelinError `argument` for an unknown gate
 */
export function makeGate(gate: GateName, options: GeneratorOptions = {}): Table {
  if (!Object.hasOwn(gates, gate)) {
    throw new MyelinError('argument', `there is no gate "${String(gate)}"; the gates are ${listNames(gateNames)}`)
  }
  const outputs = gates[gate]
  return generate(gate, options, { samples: 4, noise: 0 }, (i) => [(i >> 1) & 1, i & 1, outputs[i & 3]!], false)
}

/** Two circles around the origin: class 0 of radius 1, class 1 inside of it of radius `factor` (default 0.8). */
export function makeCircles(options: GeneratorOptions & { factor?: number } = {}): Table {
  const { factor = 0.8 } = options
  if (!(factor >= 0 && factor < 1)) {
    throw new MyelinError('argument', `circles: factor must be at least 0 and below 1, received ${factor}`)
  }
  return generate('circles', options, { samples: 400, noise: 0.1 }, (i, samples) => {
    const outer = Math.floor(samples / 2)
    const inside = i >= outer
    const angle = 2 * Math.PI * (inside ? (i - outer) / (samples - outer) : i / outer)
    const radius = inside ? factor : 1
    return [radius * cos(angle), radius * sin(angle), inside ? 1 : 0]
  })
}

/** Two half circles that reach into each other: class 0 above, class 1 below. */
export function makeMoons(options: GeneratorOptions = {}): Table {
  return generate('moons', options, { samples: 400, noise: 0.1 }, (i, samples) => {
    const upper = Math.floor(samples / 2)
    if (i < upper) {
      const angle = Math.PI * i / Math.max(1, upper - 1)
      return [cos(angle), sin(angle), 0]
    }
    const angle = Math.PI * (i - upper) / Math.max(1, samples - upper - 1)
    return [1 - cos(angle), 0.5 - sin(angle), 1]
  })
}

/**
 * Spirals of Archimedes from the origin to radius 1, one per class.
 * `classes`: number of arms (default 2); `turns`: revolutions of each (default 1.5). Default noise 0.02.
 */
export function makeSpirals(options: GeneratorOptions & { classes?: number, turns?: number } = {}): Table {
  const { classes = 2, turns = 1.5 } = options
  checkClasses('spirals', classes)
  if (!Number.isFinite(turns) || turns <= 0) {
    throw new MyelinError('argument', `spirals: turns must be a number above 0, received ${turns}`)
  }
  return generate('spirals', options, { samples: 400, noise: 0.02 }, (i, samples) => {
    const arm = i % classes
    const perArm = Math.ceil(samples / classes)
    const radius = (Math.floor(i / classes) + 1) / perArm
    const angle = 2 * Math.PI * (turns * radius + arm / classes)
    return [radius * cos(angle), radius * sin(angle), arm]
  })
}

/**
 * Normal clouds around random centers in [-10, 10] x [-10, 10], as scikit-learn's make_blobs.
 * `centers`: number of clouds (default 3); `clusterStd`: their standard deviation (default 1). Default noise 0.
 */
export function makeBlobs(options: GeneratorOptions & { centers?: number, clusterStd?: number } = {}): Table {
  const { centers = 3, clusterStd = 1 } = options
  checkClasses('blobs', centers)
  if (!Number.isFinite(clusterStd) || clusterStd < 0) {
    throw new MyelinError('argument', `blobs: clusterStd must be a finite number of at least 0, received ${clusterStd}`)
  }
  const places = new RandomSource(options.seed ?? 0, 'data/blobs/centers')
  const coordinate = (): number => 20 * places.uniform() - 10
  const middle = Array.from({ length: centers }, () => [coordinate(), coordinate()] as const)
  return generate('blobs', options, { samples: 400, noise: 0 }, (i, _, random) => {
    const label = i % centers
    const [x1, x2] = middle[label]!
    return [x1 + clusterStd * random.normal(), x2 + clusterStd * random.normal(), label]
  })
}

function checkClasses(name: string, classes: number): void {
  if (!Number.isInteger(classes) || classes < 2 || classes > 100) {
    throw new MyelinError('argument', `${name}: the number of classes must be an integer from 2 to 100, `
      + `received ${classes}`)
  }
}
