/** Lowering: exp, log, tanh and their kind as branch-free arithmetic whose every operation is exactly rounded. */
import { coefficients, erfcRoot32 } from './lower-coefficients.js'
import {
  abs, add, constant, div, eq, exp2i, exponent, floor, le, lt, max, min, mul, neg, rewrite, select, sub,
} from './scalar.js'
import type { Scalar, ScalarLike, ScalarOp } from './scalar.js'

type Form = (x: Scalar, y: Scalar) => Scalar

/** The integer nearest to x, for |x| below 2^22: adding so large a number leaves no room for a fraction. */
const nearest = (x: Scalar, narrow: boolean): Scalar => {
  const large = 1.5 * (narrow ? 2 ** 23 : 2 ** 52)
  return sub(add(x, large), large)
}

/** Horner's scheme, lowest power first. */
const polynomial = (x: Scalar, series: readonly number[]): Scalar =>
  series.slice(0, -1).reduceRight<ScalarLike>((sum, c) => add(mul(sum, x), c), series.at(-1)!) as Scalar

const square = (x: Scalar): Scalar => mul(x, x)
const clamp = (x: Scalar, [low, high]: readonly [number, number]): Scalar => min(max(x, low), high)
/** `value` with the sign of x put on it; gives back x where that is zero, so that -0 stays -0. */
const odd = (x: Scalar, value: Scalar): Scalar => select(eq(x, 0), x, select(lt(x, 0), neg(value), value))

function forms(float: 'float32' | 'float64'): Partial<Record<ScalarOp, Form>> {
  const narrow = float === 'float32'
  const t = coefficients[float]
  const [ln2High, ln2Low] = t.ln2
  /** x - n * (high + low), with n * high exact */
  const remainder = (x: Scalar, n: Scalar, high: number, low: number): Scalar =>
    sub(sub(x, mul(n, high)), mul(n, low))
  /** exp(r) - 1 for |r| <= ln 2 */
  const nearOne = (r: Scalar): Scalar => add(r, mul(square(r), polynomial(r, t.exp)))

  /**
   * factor * exp(x + low), for clamped x: exp(r) s s with s = 2^n and r = x - 2 n ln 2. Scaling by s twice rounds once,
   * also into subnormal numbers, and overflows where the result does.
   */
  const expOf = (x: Scalar, low?: Scalar, factor?: Scalar): Scalar => {
    const n = nearest(mul(low ? add(x, low) : x, 0.5 / Math.LN2), narrow)
    const r = remainder(x, n, 2 * ln2High, 2 * ln2Low)
    const near = add(nearOne(low ? add(r, low) : r), 1)
    const s = exp2i(n)
    return mul(mul(factor ? mul(near, factor) : near, s), s)
  }

  /** exp(x) = s + s e for clamped x, with s = 2^n and e = exp(r) - 1, r = x - n ln 2. */
  const parts = (x: Scalar, lessen: 0 | 1): { s: Scalar; e: Scalar } => {
    const n = nearest(mul(x, Math.LOG2E), narrow)
    return { s: exp2i(sub(n, lessen)), e: nearOne(remainder(x, n, ln2High, ln2Low)) }
  }
  /** exp(x) - 1, as twice a sum of halves, for 2^n alone may overflow. */
  const expm1Of = (x: Scalar): Scalar => {
    const { s, e } = parts(x, 1)
    return mul(add(mul(s, e), sub(s, 0.5)), 2)
  }
  /** (exp(2 |x|) - 1) / (exp(2 |x|) + 1) with the sign of x; no more than 1, and no digits lost near 0. */
  const tanhOf: Form = (x) => {
    const { s, e } = parts(min(mul(abs(x), 2), narrow ? 20 : 40), 0)
    const scaled = mul(s, e)
    return odd(x, div(add(scaled, sub(s, 1)), add(scaled, add(s, 1))))
  }

  /** x = m 2^e with m from sqrt(1/2) to sqrt(2), for finite x > 0. Scaling makes every exponent a normal one. */
  const split = (x: Scalar): { e: Scalar; m: Scalar } => {
    const small = lt(x, 1)
    const scaled = mul(x, select(small, constant(t.scale[0]), 0.25))
    const e = exponent(mul(scaled, Math.SQRT2))
    return {
      e: add(e, select(small, constant(-t.scale[1]), 2)),
      m: mul(scaled, exp2i(neg(e))),
    }
  }

  /** log(x) + c, with the special values of log(x): log(1 + f) = f - (f^2/2 - s (f^2/2 + R)), s = f / (2 + f). */
  const logOf = (x: Scalar, c?: Scalar): Scalar => {
    const { e, m } = split(x)
    const f = sub(m, 1)
    const s = div(f, add(f, 2))
    const z = square(s)
    const half = mul(square(f), 0.5)
    const low = mul(e, ln2Low)
    const tail = add(mul(s, add(half, mul(z, polynomial(z, t.log)))), c ? add(low, c) : low)
    const value = sub(mul(e, ln2High), sub(sub(half, tail), f))
    return select(lt(0, x), select(lt(x, Infinity), value, x), select(eq(x, 0), constant(-Infinity), NaN))
  }

  /** x as high + low, each of half the bits, so that products of halves are exact. */
  const halves = (x: Scalar): [Scalar, Scalar] => {
    const wide = mul(x, t.splitter)
    const high = sub(wide, sub(wide, x))
    return [high, sub(x, high)]
  }
  /** a * b - product, exactly (Dekker). */
  const productError = (a: Scalar, b: Scalar, product: Scalar): Scalar => {
    const [ah, al] = halves(a), [bh, bl] = halves(b)
    return add(add(add(sub(mul(ah, bh), product), mul(ah, bl)), mul(al, bh)), mul(al, bl))
  }

  /** exp(y log |x|), with the logarithm and the product as unevaluated sums of two numbers. */
  const powOf: Form = (x, y) => {
    const size = abs(x)
    const { e, m } = split(size)
    // a factor c of few bits brings m nearer to 1: m c = 1 + f + fRest
    const below = lt(m, 0.875), above = lt(1.14, m)
    const choose = (low: number, high: number, none: number): Scalar =>
      select(below, constant(low), select(above, constant(high), none))
    const c = choose(1.25, 0.8125, 1)
    const [mHigh, mLow] = halves(m)
    const coarse = sub(mul(mHigh, c), 1), fine = mul(mLow, c)
    const f = add(coarse, fine)
    const fRest = sub(fine, sub(f, coarse))
    // s = f / (2 + f) and what is left of it
    const d = add(f, 2)
    const s = div(f, d)
    const sd = mul(s, d)
    const dRest = add(sub(f, sub(d, 2)), fRest)
    const left = add(sub(sub(sub(f, sd), productError(s, d, sd)), mul(s, dRest)), fRest)
    const z = square(s)
    const small = add(mul(e, ln2Low), choose(t.log4Over5[1], t.log16Over13[1], 0))
    const tail = add(add(mul(div(left, d), 2), mul(mul(s, z), polynomial(z, t.log))), small)
    const whole = add(mul(e, ln2High), choose(t.log4Over5[0], t.log16Over13[0], 0)), part = mul(s, 2)
    const sum = add(whole, part)
    const rest = add(sub(part, sub(sum, whole)), tail)
    const high = add(sum, rest)
    const low = sub(rest, sub(high, sum))
    // the clamps keep the splits finite
    const [limit, far] = t.powRange
    const by = clamp(y, [-limit, limit])
    const product = mul(by, high)
    const error = add(productError(by, high, product), mul(by, low))
    const positive = expOf(clamp(product, [-far, far]), clamp(error, [-1, 1]))

    const remainderOf2 = sub(y, mul(floor(mul(y, 0.5)), 2))
    const isOdd = eq(remainderOf2, 1)
    const finite = select(lt(x, 0), select(eq(floor(y), y), positive, NaN), positive)
    const rises = lt(0, y)
    const ofZero = select(rises, select(isOdd, x, 0), select(isOdd, div(1, x), Infinity))
    const ofInfinity = select(rises, constant(Infinity), 0)
    const ofSize = select(eq(size, Infinity), ofInfinity, finite)
    const signed = select(lt(x, 0), select(isOdd, neg(ofSize), ofSize), ofSize)
    const known = select(eq(size, 0), ofZero, signed)
    return select(eq(x, 1), constant(1), select(eq(y, 0), constant(1), select(eq(y, y), known, y)))
  }

  /** sin(r), and with `shift` 1/2 cos(x), where x = r + (n + shift) pi and |r| <= 1.6, up to the sign (-1)^n. */
  const wave = (x: Scalar, shift: 0 | 0.5): Scalar => {
    const n = floor(add(mul(x, 1 / Math.PI), 0.5 - shift))
    const turns = add(n, shift)
    // beyond the documented range r may be anything; clamped, the result stays within -1 and 1
    const r = clamp(sub(remainder(x, turns, t.pi[0], t.pi[1]), mul(turns, t.pi[2])), [-1.6, 1.6])
    const z = square(r)
    const value = add(r, mul(mul(r, z), polynomial(z, t.sin)))
    const isOdd = eq(sub(n, mul(floor(mul(n, 0.5)), 2)), 1)
    return shift === 0 ? select(isOdd, neg(value), value) : select(isOdd, value, neg(value))
  }

  /** erfc(x) for x >= 0.83, as exp(-x^2) times a smooth function; x^2 is exact as a sum of two numbers. */
  const erfcOf = (size: Scalar): Scalar => {
    const x = min(size, t.erfc.end)
    const inverse = div(1, add(x, t.erfc.center))
    const series = polynomial(sub(inverse, 0.5 / t.erfc.center), t.erfc.series)
    const [high] = halves(x)
    return expOf(neg(square(high)), mul(sub(high, x), add(high, x)), mul(series, inverse))
  }
  const erfNearZero = (x: Scalar): Scalar => add(x, mul(x, polynomial(square(x), t.erf)))
  /** float32's erfc(x) for x >= 1, to the absolute precision that erf needs; without a division. */
  const erfcRough = (size: Scalar): Scalar =>
    square(square(polynomial(sub(min(size, 4.1), 2.5), erfcRoot32)))
  const erfOf: Form = (x) => {
    const size = abs(x)
    const far = sub(1, narrow ? erfcRough(size) : erfcOf(size))
    return select(lt(size, 1), erfNearZero(x), select(lt(x, 0), neg(far), far))
  }
  /** The value, or x itself where |x| is so small that nothing else remains. */
  const unlessTiny = (x: Scalar, value: Scalar): Scalar => select(le(abs(x), t.tiny), x, value)

  return {
    exp: (x) => expOf(clamp(x, t.expRange)),
    expm1: (x) => unlessTiny(x, expm1Of(clamp(x, t.expm1Range))),
    log: (x) => logOf(x),
    log1p: (x) => {
      const u = add(x, 1)
      return unlessTiny(x, logOf(u, div(sub(x, sub(u, 1)), u)))
    },
    pow: powOf,
    tanh: tanhOf,
    erf: erfOf,
    erfc: (x) => {
      const size = abs(x)
      const far = erfcOf(size)
      return select(lt(size, 0.84), sub(1, erfNearZero(x)), select(lt(x, 0), sub(2, far), far))
    },
    sin: (x) => select(eq(x, 0), x, wave(x, 0)),
    cos: (x) => wave(x, 0.5),
  }
}

const tables = { float32: forms('float32'), float64: forms('float64') }

/**
 * Rewrites exp, expm1, log, log1p, pow, tanh, erf, erfc, sin and cos into the other operations, without branches, so
 * that every machine that rounds as IEEE 754 says gives the same bits. Special values are those of C99.
 *
 * Measured errors, in either precision: exp, log and log1p within 2 ulp; expm1 and erf 2.1; tanh 3; erfc 5; pow 2.5
 * in float32 and 15 in float64. sin and cos stay within 2.5 ulp up to |x| = 10, and to an absolute 1.2e-7 up to 1e5
 * (float32) or 2.5e-16 up to 1e6 (float64); beyond, they lose digits as |x| grows, but remain within -1 and 1.
 *
 * @param memo shares lowered sub-expressions between the roots of one kernel
 */
export function lower(root: Scalar, float: 'float32' | 'float64', memo = new Map<Scalar, Scalar>()): Scalar {
  const replace = (e: Scalar): Scalar | undefined => {
    const form = tables[float][e.op]
    if (!form) return undefined
    const [x, y] = e.args.map((a) => rewrite(a, replace, memo)) as [Scalar, Scalar]
    return form(x, y)
  }
  return rewrite(root, replace, memo)
}
