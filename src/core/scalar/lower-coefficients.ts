/**
 * The numbers behind the lowered forms, for float32 and float64.
 *
 * Polynomials are minimax fits (Remez's algorithm at 45 digits) over the reduced range that lower.ts names, lowest
 * power first; ln 2, pi and other logarithms are split so that the leading parts end in zero bits (Cody and Waite,
 * 1980), and their product with a small integer is exact. The 32 leading bits of ln 2 are those of fdlibm.
 */

export interface Coefficients {
  /** Clamps of exp, which must overflow there, or vanish by 2^n = 0 and no slow rounding, and of expm1, -1 at the first. */
  readonly expRange: readonly [number, number]
  readonly expm1Range: readonly [number, number]
  /** (exp(r) - 1 - r) / r^2 for |r| <= ln 2 */
  readonly exp: readonly number[]
  readonly ln2: readonly [number, number]
  /** Numbers below 1 are scaled by this, and its exponent, before their exponent is read. */
  readonly scale: readonly [number, number]
  /** (log((1 + s) / (1 - s)) - 2 s) / s^3 in powers of s^2, for |s| <= 0.1716 */
  readonly log: readonly number[]
  /** log(4/5) and log(16/13), the leading parts in multiples of 2^-16 (float32) and 2^-40 (float64) */
  readonly log4Over5: readonly [number, number]
  readonly log16Over13: readonly [number, number]
  readonly pi: readonly [number, number, number]
  /** (sin(r) - r) / r^3 in powers of r^2, for |r| <= 1.6 */
  readonly sin: readonly number[]
  /** erf(x) / x - 1 in powers of x^2, for |x| <= 1 */
  readonly erf: readonly number[]
  /** (x + center) exp(x^2) erfc(x) in powers of 1 / (x + center) - 1 / (2 center), for 0.83 <= x <= end */
  readonly erfc: { readonly center: number; readonly end: number; readonly series: readonly number[] }
  /** 2^bits + 1, which splits a number in two halves (Veltkamp; Dekker 1971). */
  readonly splitter: number
  /** No function differs from its first terms below this size. */
  readonly tiny: number
  /** Beyond the first, every power but those of 1 overflows or vanishes; so does exp beyond the second. */
  readonly powRange: readonly [number, number]
}

export const coefficients: Record<'float32' | 'float64', Coefficients> = {
  float32: {
    expRange: [-176, 89],
    expm1Range: [-18, 89],
    exp: [0.50000024, 0.16666648, 0.04166188, 0.008334274, 0.0014094947, 0.00019853728],
    ln2: [0.693359375, -0.00021219444],
    scale: [0x2000000, 25],
    log: [0.6666667, 0.40000328, 0.28537598, 0.23577724],
    log4Over5: [-0.22314453125, 9.799357e-7],
    log16Over13: [0.2076416015625, -2.2367842e-6],
    pi: [3.140625, 0.000965118408203125, 2.5351817e-6],
    sin: [-0.16666658, 0.008333035, -0.0001980716, 2.6001735e-6],
    erf: [0.12837917, -0.37612626, 0.112835854, -0.026853815, 0.0051883305, -0.00080102024, 7.85385e-5],
    erfc: {
      center: 2,
      end: 10.1,
      series: [1.0215827, 2.7486424, 4.4715495, 2.3324795, -5.5047364, -6.665327, 12.326491, 15.140323,
        -24.697767],
    },
    splitter: 0x1001,
    tiny: 9.313225746154785e-10,
    powRange: [0x1_0000_0000, 200],
  },
  float64: {
    expRange: [-1418, 710],
    expm1Range: [-40, 710],
    exp: [0.4999999999999996, 0.16666666666666746, 0.0416666666666908, 0.008333333333311887, 0.0013888888884720013,
      0.00019841269860132964, 2.480159033780668e-5, 2.7557312324185282e-6, 2.7556252954896473e-7,
      2.505307356027974e-8, 2.1055576124654125e-9, 1.6060916647122114e-10],
    ln2: [0.6931471803691238, 1.9082149292705877e-10],
    scale: [0x40000000000000, 54],
    log: [0.6666666666666696, 0.39999999999611285, 0.2857142870567061, 0.22222201867792318, 0.181834107332429,
      0.15317637557018585, 0.14762772923999262],
    log4Over5: [-0.22314355131402408, -1.856757095979601e-13],
    log16Over13: [0.2076393647785153, -2.707990980384746e-13],
    pi: [3.1415926534682512, 1.2154201012607932e-10, 4.044532497591901e-21],
    sin: [-0.16666666666666666, 0.008333333333333153, -0.00019841269841194007, 2.75573192085079e-6,
      -2.5052106630417756e-8, 1.6058927459409972e-10, -7.642671613217976e-13, 2.717798712596295e-15],
    erf: [0.12837916709551257, -0.3761263890318352, 0.112837916709442, -0.026866170643113415, 0.005223977606130842,
      -0.0008548325929766244, 0.0001205529358693695, -1.4924712439534814e-5, 1.6447132699786621e-6,
      -1.6206318752969208e-7, 1.3710988704190523e-8, -7.779462971761597e-10],
    erfc: {
      center: 2,
      end: 28,
      series: [1.021582705242023, 2.748642737655244, 4.471553480897089, 2.332302816436533, -5.50672944406615,
        -6.634685507338486, 12.659147225722862, 13.718258795373442, -43.45525806267974, -9.010605659769874,
        151.50038985779676, -143.1310583554332, -364.891392588985, 1069.1557531407166, -295.2356769296489,
        -3184.215263347965, 11434.448653742753, -11669.191328699088, -155107.81165758887, -189111.6793914749],
    },
    splitter: 0x8000001,
    tiny: 8.673617379884035e-19,
    powRange: [0x1_0000_0000_0000_0000, 1500],
  },
}

/** float32 alone: the fourth root of erfc(x) in powers of x - 2.5, for 1 <= x <= 4.1, where erf has become 1. */
export const erfcRoot32 = [0.14203398, -0.19005969, 0.09360709, -0.01239024, -0.0065406705, 0.0027911554,
  0.00015437586, -0.00016165599]
