/** Initial values of parameters, drawn on the host from named random streams, so that runs repeat to the bit. */
import type { RandomSource, Shape } from '../core/index.js'
import { sizeOf } from '../core/index.js'
import type { Component } from './component.js'
import { define, functionKind } from './component.js'
import { number } from './parameters.js'

/** Values for a shape, row-major. */
export type InitializerFunction = (shape: Shape, random: RandomSource) => ArrayLike<number>
export interface Initializer extends Component {
  values(shape: Shape, random: RandomSource): ArrayLike<number>
}
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
const uniform = (shape: Shape, random: RandomSource, limit: number): Float64Array =>
  draw(shape, () => (2 * random.fraction() - 1) * limit)

/** Normal, redrawn beyond two standard deviations, which leaves 0.8796 of the standard deviation. */
function truncatedNormal(shape: Shape, random: RandomSource, deviation: number): Float64Array {
  const parent = deviation / 0.87962566103423978
  return draw(shape, () => {
    let z = random.normal()
    while (Math.abs(z) > 2) z = random.normal()
    return z * parent
  })
}

/** Uniform in ±√(6 / (fanIn + fanOut)); Glorot and Bengio 2010. The default of `dense` kernels, as in Keras. */
export const glorotUniform = define('glorotUniform', {}, () => ({
  values(shape: Shape, random: RandomSource) {
    const { fanIn, fanOut } = fans(shape)
    return uniform(shape, random, Math.sqrt(6 / Math.max(1, fanIn + fanOut)))
  },
}))

/** Truncated normal with standard deviation √(2 / (fanIn + fanOut)); Glorot and Bengio 2010. */
export const glorotNormal = define('glorotNormal', {}, () => ({
  values(shape: Shape, random: RandomSource) {
    const { fanIn, fanOut } = fans(shape)
    return truncatedNormal(shape, random, Math.sqrt(2 / Math.max(1, fanIn + fanOut)))
  },
}))

/** Uniform in ±√(6 / fanIn), for ReLU layers; He et al. 2015. */
export const heUniform = define('heUniform', {}, () => ({
  values: (shape: Shape, random: RandomSource) => uniform(shape, random, Math.sqrt(6 / Math.max(1, fans(shape).fanIn))),
}))

/** Truncated normal with standard deviation √(2 / fanIn), for ReLU layers; He et al. 2015. */
export const heNormal = define('heNormal', {}, () => ({
  values: (shape: Shape, random: RandomSource) =>
    truncatedNormal(shape, random, Math.sqrt(2 / Math.max(1, fans(shape).fanIn))),
}))

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
