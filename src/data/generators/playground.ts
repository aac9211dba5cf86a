/** The six sets of TensorFlow's Playground (dataset.ts of tensorflow/playground), with its ranges and its noise. */

import { MyelinError } from '../../core/errors.js'
import { RandomSource } from '../../core/random.js'
import { hostFunctions } from '../../core/scalar/host.js'
import { checkSize, type GeneratorOptions } from '../generators.js'
import { listNames } from '../names.js'
import { makeTable, type Table } from '../table.js'

const { sin, cos } = hostFunctions

/** What `makePlayground` takes. */
export interface PlaygroundOptions extends GeneratorOptions {
  /** Number of rows. Default 500. */
  samples?: number
  /**
   * What the Playground calls noise, there 0 to 0.5: it moves the points of which the label is taken (of a spiral and
   * of the two clouds the points themselves). Default 0.
   */
  noise?: number
}

/** Uniform in [from, to). */
type Uniform = (from: number, to: number) => number
type Point = readonly [x1: number, x2: number, label: number]

interface Playground {
  readonly target: 'class' | 'y'
  point(i: number, samples: number, noise: number, uniform: Uniform, normal: () => number): Point
}

const radius = 5
const wide = 6

/** Centers of the six hills and valleys. */
const hills = [[-4, 2.5, 1], [0, 2.5, -1], [4, 2.5, 1], [-4, -2.5, -1], [0, -2.5, 1], [4, -2.5, -1]] as const

const distance = (x1: number, x2: number): number => Math.sqrt(x1 * x1 + x2 * x2)

/** A point of a square of 12 x 12 around the origin; its label is taken near by. */
const plain = (noise: number, uniform: Uniform, label: (x1: number, x2: number) => number): Point => {
  const [x1, x2] = [uniform(-wide, wide), uniform(-wide, wide)]
  return [x1, x2, label(x1 + uniform(-wide, wide) * noise, x2 + uniform(-wide, wide) * noise)]
}

const sets = {
  /** Class 1 inside of half of the radius 5, class 0 outside of 0.7 of it. */
  circle: {
    target: 'class',
    point(i, samples, noise, uniform) {
      const r = i < Math.floor(samples / 2) ? uniform(0, radius * 0.5) : uniform(radius * 0.7, radius)
      const angle = uniform(0, 2 * Math.PI)
      const [x1, x2] = [r * sin(angle), r * cos(angle)]
      const away = distance(x1 + uniform(-radius, radius) * noise, x2 + uniform(-radius, radius) * noise)
      return [x1, x2, away < radius * 0.5 ? 1 : 0]
    },
  },
  /** Class 1 where the signs are equal; a gap of 0.3 along the axes. */
  xor: {
    target: 'class',
    point(_i, _samples, noise, uniform) {
      const coordinate = (): number => {
        const x = uniform(-radius, radius)
        return x > 0 ? x + 0.3 : x - 0.3
      }
      const [x1, x2] = [coordinate(), coordinate()]
      const [a, b] = [x1 + uniform(-radius, radius) * noise, x2 + uniform(-radius, radius) * noise]
      return [x1, x2, a * b >= 0 ? 1 : 0]
    },
  },
  /** Two normal clouds around (2, 2) and (-2, -2), of a variance of 0.5 to 4 with the noise 0 to 0.5. */
  gauss: {
    target: 'class',
    point(i, samples, noise, _uniform, normal) {
      const first = i < Math.floor(samples / 2)
      const center = first ? 2 : -2
      const deviation = Math.sqrt(0.5 + 7 * noise)
      return [center + deviation * normal(), center + deviation * normal(), first ? 1 : 0]
    },
  },
  /** Two arms of 1.75 turns. */
  spiral: {
    target: 'class',
    point(i, samples, noise, uniform) {
      const first = Math.floor(samples / 2)
      const label = i < first ? 1 : 0
      const along = label === 1 ? i / first : (i - first) / (samples - first)
      const angle = 1.75 * along * 2 * Math.PI + (label === 1 ? 0 : Math.PI)
      const [x1, x2] = [radius * along * sin(angle), radius * along * cos(angle)]
      return [x1 + uniform(-1, 1) * noise, x2 + uniform(-1, 1) * noise, label]
    },
  },
  /** A tenth of the sum of both inputs. */
  regPlane: {
    target: 'y',
    point: (_i, _samples, noise, uniform) => plain(noise, uniform, (x1, x2) => (x1 + x2) / 10),
  },
  /** Three hills up to 1 and three valleys down to -1. */
  regGauss: {
    target: 'y',
    point: (_i, _samples, noise, uniform) => plain(noise, uniform, (x1, x2) => {
      let label = 0
      for (const [c1, c2, sign] of hills) {
        const height = sign * Math.min(1, Math.max(0, 1 - distance(x1 - c1, x2 - c2) / 2))
        if (Math.abs(height) > Math.abs(label)) label = height
      }
      return label
    }),
  },
} as const satisfies Record<string, Playground>

/** The name of one of TensorFlow Playground's data sets. */
export type PlaygroundName = keyof typeof sets
/** The names of TensorFlow Playground's data sets, as `makePlayground` takes them. */
export const playgroundNames = Object.keys(sets) as PlaygroundName[]

/**
 * A set of TensorFlow's Playground: columns x1, x2 and class (0 or 1), or y for `regPlane` and `regGauss`.
 *
 * @throws MyelinError `argument` for an unknown name, or samples or noise that cannot be
 */
export function makePlayground(name: PlaygroundName, options: PlaygroundOptions = {}): Table {
  if (!Object.hasOwn(sets, name)) {
    throw new MyelinError('argument', `there is no Playground set "${String(name)}"; the sets are `
      + listNames(playgroundNames))
  }
  const { samples = 500, noise = 0, seed = 0 } = options
  const source = `playground/${name}`
  checkSize(source, samples, noise)
  const random = new RandomSource(seed, `data/${source}`)
  const uniform: Uniform = (from, to) => from + (to - from) * random.uniform()
  const [x1, x2, label] = [new Float64Array(samples), new Float64Array(samples), new Float64Array(samples)]
  const set: Playground = sets[name]
  random.permutation(samples).forEach((row, i) => {
    [x1[row], x2[row], label[row]] = set.point(i, samples, noise, uniform, () => random.normal())
  })
  return makeTable([['x1', x1], ['x2', x2], [set.target, label]], { source })
}
