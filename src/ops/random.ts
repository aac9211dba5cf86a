/**
 * Random numbers as operations: each is a pure function of (seed, path, step, position), so it repeats to the bit, and
 * within a training step it changes with the step's counter.
 */
import type { FloatType, Op, Shape } from '../core/index.js'
import {
  broadcastTo as broadcastNode,
  constantArray,
  isFloat,
  keyOf,
  map,
  MyelinError,
  shapeText,
  streamOf,
} from '../core/index.js'
import * as s from '../core/scalar/scalar.js'
import type { Scalar } from '../core/scalar/scalar.js'
import { requireCount } from './rules/check.js'
import { composite, defineOp, tensorOf } from './define.js'
import { requireOptions } from './rules/options.js'
import { asTensor } from './rules/elementwise.js'
import { sum } from './reductions.js'
import { broadcastTo, reshape } from './shape.js'
import { slice } from './slicing.js'
import type { TensorLike } from './tensor.js'
import { Tensor } from './tensor.js'

/** Where random numbers come from: give a `seed`, or inside of a program that is run again and again a `key`. */
export interface RandomOptions {
  /** A whole number. */
  readonly seed?: number
  /** The two words of a seed (core's `keyOf`) as an int32 tensor [2]; in place of `seed`. */
  readonly key?: Tensor
  /** A counter (int32 scalar): other values give other numbers. Default: 0. */
  readonly step?: TensorLike
  /** What for, such as "dropout_1": other paths give independent numbers. Default: the function's name. */
  readonly path?: string
}
/** What operations take that draw floating-point numbers. */
export interface RandomFloatOptions extends RandomOptions {
  /** Default: float32. */
  readonly dtype?: FloatType
}

interface Draw {
  readonly shape: Shape
  readonly stream: number
}
interface FloatDraw extends Draw {
  readonly dtype: FloatType
}

/** Random words of each element, number 0, 1, ...: independent streams. */
type Words = (number: number) => Scalar
/** Uniform numbers in [0, 1) of each element, number 0, 1, ... */
type Uniforms = (number: number) => Scalar

/** The expression over [key word 0, key word 1, step]. */
const wordsOf =
  (stream: number): Words =>
  (number) =>
    s.scalar('bits', [
      s.arg(0, 'int'),
      s.arg(1, 'int'),
      s.arg(2, 'int'),
      s.constant(stream ^ Math.imul(number, 0x9e3779b9), 'int'),
    ])

/** 24 bits for float32, 53 for float64. */
function uniformsOf(words: Words, dtype: FloatType): Uniforms {
  const part = (number: number, bits: number): Scalar => s.toFloat(s.shr(words(number), 32 - bits))
  return dtype === 'float32'
    ? (number) => s.mul(part(2 * number, 24), 1 / 0x1_000000)
    : (number) =>
        s.mul(s.add(s.mul(part(2 * number, 27), 0x400_0000), part(2 * number + 1, 26)), 1 / 0x20_0000_0000_0000)
}

/** An elementwise array of random numbers, from a key [2] and a step []. */
function drawn(key: Tensor, step: Tensor, spec: { shape: Shape; dtype: FloatType | 'int32' }, expr: Scalar): Tensor {
  const word = (i: number): Tensor => reshape(slice(key, i, i + 1), [])
  const inputs = [word(0), word(1), step].map((x) => broadcastNode(x.node, spec.shape))
  return new Tensor(map(expr, inputs, spec))
}

/** An operation with attributes `A` of its own, from its expression. */
function randomOp<A>(
  name: string,
  attrs: readonly A[],
  expr: (uniform: Uniforms, attrs: A & FloatDraw) => Scalar,
): Op<A & FloatDraw> {
  return {
    name,
    infer(inputs, { shape, dtype }) {
      requireSource(name, inputs)
      return { shape, dtype }
    },
    body: composite(([key, step], a) => drawn(key!, step!, a, expr(uniformsOf(wordsOf(a.stream), a.dtype), a))),
    samples: attrs.flatMap((more) =>
      (['float32', 'float64'] as const).flatMap((dtype) =>
        [[3, 5], [33, 1], [0, 3], []].map((shape) => ({
          inputs: sourceSamples,
          attrs: { ...more, dtype, shape, stream: 7 },
        })),
      ),
    ),
  }
}
const sourceSamples: Op['samples'][number]['inputs'] = [
  { shape: [2], dtype: 'int32', values: [42, 1] },
  { shape: [], dtype: 'int32', values: [3] },
]
function requireSource(name: string, [key, step]: readonly { shape: Shape; dtype: string }[]): void {
  if (key!.dtype !== 'int32' || shapeText(key!.shape) !== '[2]') {
    throw new MyelinError(
      'argument',
      `${name}: the key must be int32 [2], received ${key!.dtype} ${shapeText(key!.shape)}`,
    )
  }
  if (step!.dtype !== 'int32' || step!.shape.length > 0) {
    throw new MyelinError(
      'argument',
      `${name}: the step must be an int32 scalar, received ${step!.dtype} ${shapeText(step!.shape)}`,
    )
  }
}

const sources = ['seed', 'key', 'step', 'path']
/** @param own the options of this operation beside those of all */
const requireRandom = (name: string, options: unknown, own: readonly string[]): void =>
  requireOptions(name, options, [...own, ...sources], `${name}(${own.length > 0 ? 'shape' : 'n'}, { seed: 0 })`)

/** The inputs and the stream of a random operation. */
function sourceOf(
  name: string,
  { seed, key, step = 0, path = name }: RandomOptions,
): { inputs: [Tensor, Tensor]; stream: number } {
  if ((seed === undefined) === (key === undefined)) {
    throw new MyelinError(
      'argument',
      `${name}: expected either a seed or a key, received ${seed === undefined ? 'neither' : 'both'}`,
    )
  }
  if (seed !== undefined && !Number.isSafeInteger(seed)) {
    throw new MyelinError('argument', `${name}: the seed must be a whole number, received ${seed}`)
  }
  const words = key ?? new Tensor(constantArray([2], Int32Array.from(keyOf(seed!))))
  return { inputs: [words, asTensor(name, step, { shape: [], dtype: 'int32' })], stream: streamOf(path) }
}

function draw<A>(op: Op<A & FloatDraw>, shape: Shape, options: RandomFloatOptions, more: A): Tensor {
  const { dtype = 'float32' } = options
  if (!Array.isArray(shape)) {
    throw new MyelinError('argument', `${op.name}: expected a shape such as [2, 3], received ${typeof shape}`)
  }
  if (!isFloat(dtype))
    throw new MyelinError('dtype', `${op.name}: expected float32 or float64, received ${String(dtype)}`)
  for (const n of shape) requireCount(op.name, 'a size', n)
  const { inputs, stream } = sourceOf(op.name, options)
  return tensorOf(op, inputs, { ...more, dtype, shape, stream })
}

interface Uniform {
  readonly low: number
  readonly high: number
}
const randomUniformOp = randomOp<Uniform>(
  'randomUniform',
  [
    { low: 0, high: 1 },
    { low: -2, high: 3 },
  ],
  (uniform, { low, high }) => s.add(s.mul(uniform(0), high - low), low),
)
/**
 * Uniform in [low, high), by default [0, 1).
 * @throws MyelinError `argument` unless there is either a seed or a key, and low is at most high
 */
export const randomUniform = defineOp(
  randomUniformOp,
  (shape: Shape, options: RandomFloatOptions & { low?: number; high?: number }): Tensor => {
    requireRandom('randomUniform', options, ['low', 'high', 'dtype'])
    const { low = 0, high = 1 } = options
    if (!(low <= high)) throw new MyelinError('argument', `randomUniform: low ${low} must not be above high ${high}`)
    return draw(randomUniformOp, shape, options, { low, high })
  },
)

interface Normal {
  readonly mean: number
  readonly std: number
}
/** What `randomNormal` and `randomTruncatedNormal` take. */
export interface RandomNormalOptions extends RandomFloatOptions {
  /** Default: 0. */
  readonly mean?: number
  /** The standard deviation; default: 1. */
  readonly std?: number
}
const normals: Normal[] = [
  { mean: 0, std: 1 },
  { mean: 3, std: 0.5 },
]

// Box and Muller (1958): the radius from one uniform number, which must not be 0, and the angle from another
const randomNormalOp = randomOp<Normal>('randomNormal', normals, (uniform, { mean, std }) => {
  const radius = s.sqrt(s.mul(-2, s.log(s.sub(1, uniform(0)))))
  const normal = s.mul(radius, s.cos(s.mul(2 * Math.PI, uniform(1))))
  return s.add(s.mul(normal, std), mean)
})
/** Normal with the given mean and standard deviation. @throws MyelinError `argument` for a negative deviation */
export const randomNormal = defineOp(randomNormalOp, (shape: Shape, options: RandomNormalOptions): Tensor =>
  draw(randomNormalOp, shape, options, meanAndStd('randomNormal', options)),
)

/** erf(sqrt 2): the probability of lying within two standard deviations. */
const withinTwo = 0.9544997361036416
/** Giles, "Approximating the erfinv function" (2010), its single-precision polynomial for |y| < 0.9966. */
const erfinvTerms = [
  2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 0.00021858087, -0.00125372503, -0.00417768164,
  0.246640727, 1.50140941,
]
function erfinv(y: Scalar, dtype: FloatType): Scalar {
  const w = s.sub(s.neg(s.log(s.mul(s.sub(1, y), s.add(1, y)))), 2.5)
  const [first, ...terms] = erfinvTerms
  const x = s.mul(
    terms.reduce<Scalar>((sum, term) => s.add(s.mul(sum, w), term), s.constant(first!)),
    y,
  )
  if (dtype === 'float32') return x
  // one step of Newton's, from 7 digits to 14
  const error = s.sub(s.erf(x), y)
  return s.sub(x, s.mul(error, s.mul(Math.sqrt(Math.PI) / 2, s.exp(s.mul(x, x)))))
}

const randomTruncatedNormalOp = randomOp<Normal>('randomTruncatedNormal', normals, (uniform, { mean, std, dtype }) => {
  // the inverse distribution function of one uniform number; redrawing, as others do, has no bound on its draws
  const y = s.mul(s.sub(s.mul(2, uniform(0)), 1), withinTwo)
  return s.add(s.mul(s.max(s.min(s.mul(Math.SQRT2, erfinv(y, dtype)), 2), -2), std), mean)
})
/**
 * Normal, given that it lies within two standard deviations of the mean, as Keras's `TruncatedNormal`: `std` is that of
 * the whole normal distribution; what is left of it has 0.8796 times as much.
 */
export const randomTruncatedNormal = defineOp(
  randomTruncatedNormalOp,
  (shape: Shape, options: RandomNormalOptions): Tensor =>
    draw(randomTruncatedNormalOp, shape, options, meanAndStd('randomTruncatedNormal', options)),
)

function meanAndStd(name: string, options: RandomNormalOptions): { mean: number; std: number } {
  requireRandom(name, options, ['mean', 'std', 'dtype'])
  const { mean = 0, std = 1 } = options
  if (!(std >= 0))
    throw new MyelinError('argument', `${name}: the standard deviation must not be negative, received ${std}`)
  return { mean, std }
}

interface Bernoulli {
  readonly probability: number
}
const randomBernoulliOp = randomOp<Bernoulli>(
  'randomBernoulli',
  [{ probability: 0.3 }, { probability: 1 }],
  (uniform, { probability }) => s.toFloat(s.lt(uniform(0), probability)),
)
/** 1 with the given probability, else 0. @throws MyelinError `argument` for a probability outside of 0 .. 1 */
export const randomBernoulli = defineOp(
  randomBernoulliOp,
  (shape: Shape, options: RandomFloatOptions & { probability: number }): Tensor => {
    requireRandom('randomBernoulli', options, ['probability', 'dtype'])
    const { probability } = options
    if (!(probability >= 0 && probability <= 1)) {
      throw new MyelinError(
        'argument',
        `randomBernoulli: expected a probability between 0 and 1, received ${probability}`,
      )
    }
    return draw(randomBernoulliOp, shape, options, { probability })
  },
)

interface Permutation {
  readonly n: number
  readonly stream: number
}
const longest = 65_536
const randomPermutationOp: Op<Permutation> = {
  name: 'randomPermutation',
  infer(inputs, { n }) {
    requireSource('randomPermutation', inputs)
    return { shape: [n], dtype: 'int32' }
  },
  // each element's place when all are sorted by a random word: the count of those before it
  body: composite(([key, step], { n, stream }) => {
    const words = drawn(key!, step!, { shape: [n], dtype: 'int32' }, wordsOf(stream)(0))
    const own = broadcastTo(reshape(words, [n, 1]), [n, n]),
      other = broadcastTo(words, [n, n])
    const a = s.arg(0, 'int'),
      b = s.arg(1, 'int')
    const before = s.or(s.lt(b, a), s.and(s.eq(b, a), s.lt(s.coordinate(1), s.coordinate(0))))
    return sum(new Tensor(map(before, [own.node, other.node], { shape: [n, n], dtype: 'int32' })), { axis: 1 })
  }),
  samples: [0, 1, 9, 33].map((n) => ({ inputs: sourceSamples, attrs: { n, stream: 7 } })),
}
/**
 * The numbers 0 .. n - 1 (int32) in random order. It takes n n comparisons, which is fast up to some thousands; longer
 * ones are better shuffled on the host, by core's `RandomSource`.
 * @throws MyelinError `argument` above 65,536
 */
export const randomPermutation = defineOp(randomPermutationOp, (n: number, options: RandomOptions): Tensor => {
  requireRandom('randomPermutation', options, [])
  requireCount('randomPermutation', 'the number of elements', n)
  if (n > longest) {
    throw new MyelinError(
      'argument',
      `randomPermutation: expected at most ${longest} elements, received ${n}; ` +
        'shuffle that many on the host, with RandomSource.permutation',
    )
  }
  const { inputs, stream } = sourceOf('randomPermutation', options)
  return tensorOf(randomPermutationOp, inputs, { n, stream })
})
