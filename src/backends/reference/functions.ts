/** The functions of the reference backend: the engine's Math, and erf and erfc, which Math lacks, in float64. */
import type { ScalarOp } from '../../core/scalar/scalar.js'

/** erf(x) / x in powers of x^2, for |x| < 1: a minimax fit to 2e-21. */
const erfNearZero = [1.1283791670955126, -0.3761263890318375, 0.1128379167095512, -0.026866170645129737,
  0.005223977625422104, -0.0008548327021854214, 0.00012055332899393883, -1.4925647465956487e-5, 1.6462043420823826e-6,
  -1.636461455475286e-7, 1.4792146609872266e-8, -1.216304501303421e-9, 8.70379425061069e-11, -4.222894090238812e-12]

/** (1 + 2 x) exp(x^2) erfc(x) in powers of (x - 4) / (x + 4), for 0 <= x <= 28: a minimax fit to 3e-19. */
const erfcScaled = [1.2329951186255526, -0.13962111684056253, 0.015379652102620073, 0.06809705425469312,
  -0.10103906603632705, 0.09373283499833099, -0.06633036581160577, 0.037167515537905864, -0.016197734066252353,
  0.0050319699721602116, -0.0007577732207140941, -0.00019925664409040376, 0.0001506213399753682,
  -2.4399493175988035e-5, -1.1220986042628015e-5, 5.710713985058931e-6, 2.9180290896220907e-7, -8.276178894217949e-7,
  7.685842220212033e-8, 1.1307075202154618e-7, -1.9015155642801235e-8, -1.6439102294780755e-8, 1.6929617136101929e-9,
  2.0451399563852402e-9, 2.7180330107953046e-10]

const polynomial = (x: number, series: readonly number[]): number => series.reduceRight((sum, c) => sum * x + c, 0)

/** erfc(x) for x >= 0, within 2 ulp. */
function tail(x: number): number {
  if (x > 28) return 0
  const scaled = polynomial((x - 4) / (x + 4), erfcScaled) / (1 + 2 * x)
  // x^2 without its rounding error: the square of the 24 leading bits is exact, and the rest is small
  const high = Math.fround(x)
  const rest = (high - x) * (high + x)
  return Math.exp(-high * high) * (scaled + scaled * Math.expm1(rest))
}

/** The error function, within 2 ulp. */
export function erf(x: number): number {
  if (Math.abs(x) < 1) return x * polynomial(x * x, erfNearZero)
  return x < 0 ? tail(-x) - 1 : 1 - tail(x)
}

/** 1 - erf(x), within 2 ulp also where it is small. */
export function erfc(x: number): number {
  if (Math.abs(x) < 0.5) return 1 - erf(x)
  return x < 0 ? 2 - tail(-x) : tail(x)
}

/** Math.pow, but 1 to any power is 1, as in C99 and NumPy. */
export function pow(x: number, y: number): number {
  return x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : Math.pow(x, y)
}

/** What the interpreter of the scalar language needs from its caller. */
export const functions: Partial<Record<ScalarOp, (...x: number[]) => number>> = {
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  pow: pow as (...x: number[]) => number,
  tanh: Math.tanh,
  erf: erf as (...x: number[]) => number,
  erfc: erfc as (...x: number[]) => number,
  sin: Math.sin,
  cos: Math.cos,
}
