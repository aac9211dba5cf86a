/** The symbolic derivative of the scalar language: one rule per operation, read as mathematics. */
import * as s from './scalar.js'
import type { Scalar, ScalarOp } from './scalar.js'

type Maybe = Scalar | null | undefined
/** d e / d x, given the derivatives of the arguments (null stands for zero); null when it is zero everywhere. */
type Rule = (e: Scalar, d: readonly Maybe[]) => Scalar | null

const zero: Rule = () => null
const unary = (f: (x: Scalar, y: Scalar) => Scalar): Rule => (e, [d]) => (d ? times(f(e.args[0]!, e), d) : null)

const one = s.constant(1)
const times = (a: Scalar, b: Scalar): Scalar => s.mul(a, b)
const plus = (a: Maybe, b: Maybe): Scalar | null => (a && b ? s.add(a, b) : a ?? b ?? null)
const orZero = (a: Maybe): Scalar => a ?? s.constant(0)

/** Where both sides are equal, each takes half: ties share the gradient. */
const extremum = (first: (a: Scalar, b: Scalar) => Scalar): Rule => (e, [da, db]) => {
  const [a, b] = e.args as [Scalar, Scalar]
  const share = s.select(s.eq(a, b), 0.5, s.select(first(a, b), s.constant(1), s.constant(0)))
  return plus(da && times(share, da), db && times(s.sub(1, share), db))
}

const rules: Record<ScalarOp, Rule> = {
  const: zero,
  arg: zero,
  coordinate: zero,
  bits: zero,
  add: (_, [a, b]) => plus(a, b),
  sub: (_, [a, b]) => plus(a, b && s.neg(b)),
  mul: (e, [a, b]) => plus(a && times(a, e.args[1]!), b && times(e.args[0]!, b)),
  // d(a/b) = da/b - (a/b) db/b, with the quotient itself shared
  div: (e, [a, b]) => plus(a && s.div(a, e.args[1]!), b && s.neg(s.div(times(e, b), e.args[1]!))),
  neg: (_, [a]) => (a ? s.neg(a) : null),
  abs: unary((x) => s.sign(x)),
  min: extremum((a, b) => s.lt(a, b)),
  max: extremum((a, b) => s.lt(b, a)),
  eq: zero,
  lt: zero,
  le: zero,
  select: (e, [, a, b]) => (a || b ? s.select(e.args[0]!, orZero(a), orZero(b)) : null),
  and: zero,
  or: zero,
  xor: zero,
  shl: zero,
  shr: zero,
  toInt: zero,
  toFloat: zero,
  floor: zero,
  sqrt: unary((_, y) => s.div(0.5, y)),
  exp: unary((_, y) => y),
  expm1: unary((x) => s.exp(x)),
  log: unary((x) => s.div(1, x)),
  log1p: unary((x) => s.div(1, s.add(1, x))),
  pow: (e, [a, b]) => {
    const [base, exponent] = e.args as [Scalar, Scalar]
    const byBase = a && times(times(exponent, s.pow(base, s.sub(exponent, 1))), a)
    // 0^p does not move with p where p > 0, and log 0 must not make it NaN
    const byExponent = b && times(s.select(s.eq(base, 0), s.constant(0), times(e, s.log(base))), b)
    return plus(byBase, byExponent)
  },
  tanh: unary((_, y) => s.sub(1, times(y, y))),
  erf: unary((x) => times(s.constant(2 / Math.sqrt(Math.PI)), s.exp(s.neg(times(x, x))))),
  erfc: unary((x) => times(s.constant(-2 / Math.sqrt(Math.PI)), s.exp(s.neg(times(x, x))))),
  sin: unary((x) => s.cos(x)),
  cos: unary((x) => s.neg(s.sin(x))),
  // step functions, met only in lowered forms, which are never differentiated
  exp2i: zero,
  exponent: zero,
  mantissa: zero,
}

/**
 * The derivative of a float expression by its argument `index`, or null where it is zero everywhere.
 * Sub-expressions of `root` are reused by identity, so a caller can recognise them (tanh' reads tanh itself).
 */
export function derivative(root: Scalar, index: number): Scalar | null {
  const memo = new Map<Scalar, Scalar | null>()
  const walk = (e: Scalar): Scalar | null => {
    const known = memo.get(e)
    if (known !== undefined) return known
    const d = e.op === 'arg' && e.value === index && e.type === 'float' ? one : rules[e.op](e, e.args.map(walk))
    memo.set(e, d)
    return d
  }
  return walk(root)
}
