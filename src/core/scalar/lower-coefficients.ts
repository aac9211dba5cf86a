/**
 * The numbers behind the lowered forms, for float32 and float64.
 *
 * Polynomials are minimax fits (Remez's algorithm at 45 digits) over the reduced range that lower.ts names, lowest power
 * first; the splits of ln 2 and pi give leading parts with trailing zero bits (Cody and Waite, 1980), so that their
 * product with a small integer is exact. The 32 leading bits of ln 2 are those of fdlibm.
 */

export interface Coefficients {
  /** Clamps of exp, which must overflow or vanish there, and of expm1, which must be -1 at the first. */
  readonly expRange: readonly [number, number]
  readonly expm1Range: readonly [number, number]
  /** (exp(r) - 1 - r) / r^2 for |r| <= ln 2 */
  readonly exp: readonly number[]
  readonly ln2: readonly [number, number]
  /** Numbers below 1 are scaled by 2^subnormal before their exponent is read. */
  readonly subnormal: number
  /** (log((1 + s) / (1 - s)) - 2 s) / s^3 in powers of s^2, for |s| <= 0.1716 */
  readonly log: readonly number[]
  readonly pi: readonly [number, number, number]
  /** (sin(r) - r) / r^3 in powers of r^2, for |r| <= pi / 2 */
  readonly sin: readonly number[]
  /** (1 + 2 x) exp(x^2) erfc(x) in powers of (x - center) / (x + center), for 0 <= x <= end */
  readonly erfc: { readonly center: number; readonly end: number; readonly series: readonly number[] }
  /** 2^bits + 1, which splits a number in two halves (Veltkamp; Dekker 1971). */
  readonly splitter: number
  /** No function differs from its first terms below this size. */
  readonly tiny: number
}

export const coefficients: Record<'float32' | 'float64', Coefficients> = {
  float32: {
    expRange: [-104, 89],
    expm1Range: [-18, 89],
    exp: [0.50000024, 0.16666648, 0.04166188, 0.008334274, 0.0014094947, 0.00019853728],
    ln2: [0.693359375, -0.00021219444],
    subnormal: 25,
    log: [0.6666667, 0.40000328, 0.28537598, 0.23577724],
    pi: [3.140625, 0.000965118408203125, 2.5351817e-6],
    sin: [-0.1666666, 0.0083330665, -0.0001980959, 2.605751e-6],
    erfc: {
      center: 2,
      end: 10.1,
      series: [1.2769784, -0.09276398, -0.16603142, 0.16405535, -0.0542043, -0.008059875, 0.008631688, 0.001313525,
        -0.0012299349, -0.00040058166],
    },
    splitter: 0x1001,
    tiny: 2 ** -30,
  },
  float64: {
    expRange: [-746, 710],
    expm1Range: [-40, 710],
    exp: [0.4999999999999996, 0.16666666666666746, 0.0416666666666908, 0.008333333333311887, 0.0013888888884720013,
      0.00019841269860132964, 2.480159033780668e-5, 2.7557312324185282e-6, 2.7556252954896473e-7,
      2.505307356027974e-8, 2.1055576124654125e-9, 1.6060916647122114e-10],
    ln2: [0.6931471803691238, 1.9082149292705877e-10],
    subnormal: 54,
    log: [0.6666666666666696, 0.39999999999611285, 0.2857142870567061, 0.22222201867792318, 0.181834107332429,
      0.15317637557018585, 0.14762772923999262],
    pi: [3.1415926534682512, 1.2154201012607932e-10, 4.044532497591901e-21],
    sin: [-0.16666666666666666, 0.008333333333333194, -0.0001984126984120917, 2.755731921112866e-6,
      -2.505210687198001e-8, 1.6058939662509144e-10, -7.642990301627386e-13, 2.7211618194696487e-15],
    erfc: {
      center: 4,
      end: 28,
      series: [1.2329951186255526, -0.1396211168405629, 0.015379652102619764, 0.0680970542547366, -0.10103906603630115,
        0.09373283499682374, -0.06633036581256413, 0.03716751556185385, -0.01619773404841995, 0.005031969763560208,
        -0.0007577734048949202, -0.00019925556123133475, 0.0001506224717030779, -2.440294156487964e-5,
        -1.1225283343789963e-5, 5.7172952649855636e-6, 3.019568118481508e-7, -8.342402899560405e-7,
        6.238880597119183e-8, 1.1456112428240404e-7, -7.778822882343467e-9, -1.3386171344718158e-8,
        -1.7176030631157397e-9],
    },
    splitter: 0x8000001,
    tiny: 2 ** -60,
  },
}

/** float32 alone: f(x) = x p(x^2) / q(x^2) up to `end`, where the function rounds to 1; all terms have one sign. */
export const rational32 = {
  tanh: {
    end: 9.02,
    p: [1, 0.13382709, 0.0034974834, 2.0636231e-5, 1.3384822e-8],
    q: [1, 0.4671603, 0.025884459, 0.00032885588, 7.7904747e-7],
  },
  erf: {
    end: 3.84,
    p: [1.1283791, 0.18753844, 0.05244181, 0.0036609066, 0.0002858131, 2.116984e-6],
    q: [1, 0.49953452, 0.11298916, 0.014758774, 0.0011431228, 3.8828523e-5],
  },
}

/** float64 alone: erf(x) / x in powers of x^2, for |x| <= 1. */
export const erf64 = [1.1283791670955126, -0.3761263890318352, 0.112837916709442, -0.026866170643113415,
  0.005223977606130842, -0.0008548325929766244, 0.0001205529358693695, -1.4924712439534814e-5, 1.6447132699786621e-6,
  -1.6206318752969208e-7, 1.3710988704190523e-8, -7.779462971761597e-10]
