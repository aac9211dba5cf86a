/** Initial values of parameters, drawn on the host from named random streams, so that runs repeat to the bit. */
import type { RandomSource, Shape } from '../core/index.js'
import { MyelinError, shapeText, sizeOf } from '../core/index.js'
import type { Component } from './component.js'
import { define, functionKind } from './component.js'
import { orthonormal } from './orthonormal.js'
import { choice, number } from './parameters.js'

/** Values for a shape, row-major. */
export type InitializerFunction = (shape: Shape, random: RandomSource) => ArrayLike<number>
/** What fills a new weight; `initializers` has the ready ones. */
export interface Initializer extends Component {
  values(shape: Shape, random: RandomSource): ArrayLike<number>
}
/** An initialiser by its name, ready, or as a function of one's own. */
export type InitializerLike = string | Initializer | InitializerFunction

/** Inputs and outputs of one unit: of a kernel [in, out] these; leading axes (a convolution's window) multiply both. */
function fans(shape: Shape): { fanIn: number; fanOut: number } {
  if (shape.length < 2) return { fanIn: shape[0] ?? 1, fanOut: shape[0] ?? 1 }
  const window = sizeOf(shape.slice(0, -2))
  return { fanIn: window * shape.at(-2)!, fanOut: window * shape.at(-1)! }
}

function draw(shape: Shape, next: () => number): Float64Array {
  const values = new Float64Array(sizeOf(shape))
  for (let i = 0; i < values.length; i++) values[i] = next()
  return values
}
/** Normal, redrawn beyond two standard deviations. */
const truncated = (shape: Shape, random: RandomSource, deviation: number): Float64Array =>
  draw(shape, () => {
    let z = random.normal()
    while (Math.abs(z) > 2) z = random.normal()
    return z * deviation
  })
/** What is left of the standard deviation of such a normal distribution. */
const truncatedDeviation = 0.87962566103423978

type Mode = 'fanIn' | 'fanOut' | 'fanAvg'
type Distribution = 'truncatedNormal' | 'untruncatedNormal' | 'uniform'

/** Values with variance scale / n, where n is the number that `mode` names. */
function scaled(shape: Shape, random: RandomSource, scale: number, mode: Mode, distribution: Distribution) {
  const { fanIn, fanOut } = fans(shape)
  const n = Math.max(1, mode === 'fanIn' ? fanIn : mode === 'fanOut' ? fanOut : (fanIn + fanOut) / 2)
  if (distribution === 'uniform') return random.uniforms(sizeOf(shape), Math.sqrt((3 * scale) / n))
  const deviation = Math.sqrt(scale / n)
  if (distribution === 'truncatedNormal') return truncated(shape, random, deviation / truncatedDeviation)
  return draw(shape, () => random.normal() * deviation)
}
const scaling = (kind: string, scale: number, mode: Mode, distribution: Distribution) =>
  define(kind, {}, () => ({
    values: (shape: Shape, random: RandomSource) => scaled(shape, random, scale, mode, distribution),
  }))

/** Uniform in ±√(6 / (fanIn + fanOut)); Glorot and Bengio 2010. The default of `dense` kernels, as in Keras. */
export const glorotUniform = scaling('glorotUniform', 1, 'fanAvg', 'uniform')

/** Truncated normal with standard deviation √(2 / (fanIn + fanOut)); Glorot and Bengio 2010. */
export const glorotNormal = scaling('glorotNormal', 1, 'fanAvg', 'truncatedNormal')

/** Uniform in ±√(6 / fanIn), for ReLU layers; He et al. 2015. */
export const heUniform = scaling('heUniform', 2, 'fanIn', 'uniform')

/** Truncated normal with standard deviation √(2 / fanIn), for ReLU layers; He et al. 2015. */
export const heNormal = scaling('heNormal', 2, 'fanIn', 'truncatedNormal')

/** Uniform in ±√(3 / fanIn), for SELU layers; LeCun et al. 1998, Klambauer et al. 2017. */
export const lecunUniform = scaling('lecunUniform', 1, 'fanIn', 'uniform')

/** Truncated normal with standard deviation √(1 / fanIn), for SELU layers; LeCun et al. 1998. */
export const lecunNormal = scaling('lecunNormal', 1, 'fanIn', 'truncatedNormal')

/** Values with variance scale / n, of which the others are cases; Keras's defaults: scale 1, fanIn, truncatedNormal. */
export const varianceScaling = define(
  'varianceScaling',
  {
    scale: number({ default: 1, above: 0, help: 'the variance times n' }),
    mode: choice({
      default: 'fanIn',
      choices: ['fanIn', 'fanOut', 'fanAvg'],
      help: 'n: the number of inputs of a unit, of its outputs, or the mean of both',
    }),
    distribution: choice({
      default: 'truncatedNormal',
      choices: ['truncatedNormal', 'untruncatedNormal', 'uniform'],
      help: 'how values are distributed',
    }),
  },
  ({ scale, mode, distribution }) => ({
    values: (shape: Shape, random: RandomSource) => scaled(shape, random, scale, mode, distribution),
  }),
)

/** Uniform in [minval, maxval); Keras's defaults -0.05 and 0.05. */
export const randomUniform = define(
  'randomUniform',
  {
    minval: number({ default: -0.05, help: 'the lower end' }),
    maxval: number({ default: 0.05, help: 'the upper end' }),
  },
  ({ minval, maxval }) => ({
    values: (shape: Shape, random: RandomSource) => draw(shape, () => minval + random.uniform() * (maxval - minval)),
  }),
)

/** Normal; Keras's defaults: mean 0, standard deviation 0.05. */
export const randomNormal = define(
  'randomNormal',
  {
    mean: number({ default: 0, help: 'the mean' }),
    stddev: number({ default: 0.05, min: 0, help: 'the standard deviation' }),
  },
  ({ mean, stddev }) => ({
    values: (shape: Shape, random: RandomSource) => draw(shape, () => mean + stddev * random.normal()),
  }),
)

/** Normal, redrawn beyond two standard deviations; `stddev` is that before (0.05), as in Keras. */
export const truncatedNormal = define(
  'truncatedNormal',
  {
    mean: number({ default: 0, help: 'the mean' }),
    stddev: number({ default: 0.05, min: 0, help: 'the standard deviation before values beyond two are redrawn' }),
  },
  ({ mean, stddev }) => ({
    values: (shape: Shape, random: RandomSource) => truncated(shape, random, stddev).map((value) => mean + value),
  }),
)

/** Orthonormal columns (rows where those are fewer) times `gain`, of a random normal matrix; Saxe et al. 2014. */
export const orthogonal = define(
  'orthogonal',
  { gain: number({ default: 1, help: 'the factor of the orthonormal matrix' }) },
  ({ gain }) => ({
    values(shape: Shape, random: RandomSource) {
      if (shape.length < 2) {
        throw new MyelinError('shape', `orthogonal: expected a shape of two axes or more, received ${shapeText(shape)}`)
      }
      const columns = shape.at(-1)!
      const rows = sizeOf(shape.slice(0, -1))
      return orthonormal(rows, columns, () => random.normal()).map((value) => value * gain)
    },
  }),
)

/** 1 along the diagonal, times `gain`, and 0 elsewhere. */
export const identity = define(
  'identity',
  { gain: number({ default: 1, help: 'the value along the diagonal' }) },
  ({ gain }) => ({
    values(shape: Shape) {
      if (shape.length !== 2) {
        throw new MyelinError('shape', `identity: expected a matrix, received shape ${shapeText(shape)}`)
      }
      const columns = shape[1]!
      return Float64Array.from({ length: sizeOf(shape) }, (_, i) =>
        i % (columns + 1) === 0 && i < columns * columns ? gain : 0,
      )
    },
  }),
)

/** All `value`, 0 by default. */
export const constant = define(
  'constant',
  { value: number({ default: 0, help: 'the value of all' }) },
  ({ value }) => ({ values: (shape: Shape) => new Float64Array(sizeOf(shape)).fill(value) }),
)

/** All 0; for biases. Kernels of zeros make all units of a layer learn the same. */
export const zeros = define('zeros', {}, () => ({ values: (shape: Shape) => new Float64Array(sizeOf(shape)) }))

/** All 1. */
export const ones = define('ones', {}, () => ({ values: (shape: Shape) => new Float64Array(sizeOf(shape)).fill(1) }))

/** An initialiser of any function (shape, random) => values. */
export const initializerFromFunction = (f: InitializerFunction): Initializer => ({
  kind: functionKind,
  config: {},
  values: (shape, random) => f(shape, random),
})
