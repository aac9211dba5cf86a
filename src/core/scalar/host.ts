/** The lowered float64 forms as plain functions: for the host, where Math.exp and its kind differ between engines. */
import { interpret } from './interpret.js'
import type { Evaluator } from './interpret.js'
import { lower } from './lower.js'
import * as s from './scalar.js'
import type { Scalar } from './scalar.js'

/** Makes a number function of an expression in up to two arguments; it is built at the first call. */
function hostFunction(build: (x: Scalar, y: Scalar) => Scalar): (x: number, y?: number) => number {
  let run: Evaluator | undefined
  const args = new Float64Array(2), out = new Float64Array(1)
  return (x, y = 0) => {
    run ??= interpret([lower(build(s.arg(0), s.arg(1)), 'float64')], { float: 'float64' })
    args[0] = x
    args[1] = y
    run(args, out)
    return out[0]!
  }
}

/** float64 functions whose results are the same to the bit in every JavaScript engine, within 5 ulp (pow: 15 ulp). */
export const hostFunctions = {
  exp: hostFunction(s.exp),
  expm1: hostFunction(s.expm1),
  log: hostFunction(s.log),
  log1p: hostFunction(s.log1p),
  pow: hostFunction(s.pow) as (x: number, y: number) => number,
  tanh: hostFunction(s.tanh),
  erf: hostFunction(s.erf),
  erfc: hostFunction(s.erfc),
  sin: hostFunction(s.sin),
  cos: hostFunction(s.cos),
}

/** Two uniform numbers in [0, 1) as one standard normal (Box and Muller 1958): sqrt(-2 ln(1 - u)) cos(2 pi v). */
export const normalOf = (u: Scalar, v: Scalar): Scalar =>
  s.mul(s.sqrt(s.mul(-2, s.log(s.sub(1, u)))), s.cos(s.mul(2 * Math.PI, v)))
export const standardNormal = hostFunction(normalOf) as (u: number, v: number) => number
