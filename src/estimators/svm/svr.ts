/** SVR. */
import type { OptionsOf } from '../../nn/index.js'
import { integer, number } from '../../nn/parameters.js'
import type { Matrix } from '../../train/index.js'
import { count, floats, real, record } from '../state.js'
import type { Features } from '../supervised/classifier.js'
import type { FloatMatrix } from '../supervised/forms.js'
import { floatMatrix, integers } from '../supervised/forms.js'
import { orNull } from '../supervised/parameters.js'
import { Pause } from '../supervised/pause.js'
import type { NumberRows } from '../supervised/regressor.js'
import { NumberRegressor } from '../supervised/regressor.js'
import type { KernelValues } from './kernels.js'
import { gammaOf, kernelMatrix, kernelParameters } from './kernels.js'
import { smo } from './smo.js'

const parameters = {
  ...kernelParameters,
  tol: number({ default: 1e-3, above: 0, help: 'how far the conditions of the optimum may be missed' }),
  C: number({ default: 1, above: 0, help: 'how much an error beyond epsilon costs' }),
  epsilon: number({ default: 0.1, min: 0, help: 'errors up to this cost nothing' }),
  maxIter: orNull(integer({ default: 1000, min: 1, help: 'the greatest number of steps' }), null),
}

interface State {
  readonly support: Int32Array
  readonly supportVectors: FloatMatrix
  readonly dualCoef: Float64Array
  readonly bias: number
  readonly gamma: number
  readonly nIter: number
}

/**
 * Support vector regression with a kernel (Drucker and others 1996), as scikit-learn's `SVR`, of one number a row. It is
 * solved as LIBSVM does (Fan, Chen and Lin 2005), without shrinking, with the whole kernel in float64 in memory: 8 bytes
 * for each pair of rows. Scale the features first.
 */
export class SVR extends NumberRegressor<typeof parameters, State> {
  protected override readonly mostOutputs = 1
  protected override readonly form = record<State>({
    support: integers(0, 2 ** 31), supportVectors: floatMatrix({ perFeature: true }), dualCoef: floats(), bias: real,
    gamma: real, nIter: count,
  })

  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options?: OptionsOf<typeof parameters>) {
    super('SVR', parameters, options)
  }

  /** The numbers of the rows that are support vectors. @throws MyelinError `state` before `fit` */
  get support(): Int32Array {
    return this.stateFor('support').support
  }

  /** The support vectors, [support vectors, features]. @throws MyelinError `state` before `fit` */
  get supportVectors(): Matrix {
    return this.stateFor('supportVectors').supportVectors
  }

  /** What each support vector counts, [1, support vectors]. @throws MyelinError `state` before `fit` */
  get dualCoef(): Matrix {
    const { dualCoef } = this.stateFor('dualCoef')
    return { data: dualCoef, shape: [1, dualCoef.length] }
  }

  /** The bias. @throws MyelinError `state` before `fit` */
  get intercept(): Float64Array {
    return Float64Array.of(this.stateFor('intercept').bias)
  }

  /** The factor that `gamma` came to. @throws MyelinError `state` before `fit` */
  get gamma(): number {
    return this.stateFor('gamma').gamma
  }

  /** Steps. @throws MyelinError `state` before `fit` */
  get nIter(): number {
    return this.stateFor('nIter').nIter
  }

  protected override fits({ support, supportVectors, dualCoef }: State): boolean {
    return support.length === supportVectors.shape[0] && dualCoef.length === support.length
  }

  protected override async learn({ X, y, weights, signal, notice }: NumberRows): Promise<State> {
    const { C, tol, maxIter, epsilon, gamma: given, ...kernel } = this.params
    const gamma = gammaOf(given, X)
    const [rows, features] = X.shape
    const counted = Int32Array.from({ length: rows }, (_, row) => row).filter((row) => !weights || weights[row]! > 0)
    const n = counted.length
    // each row has a variable for errors above and one for errors below
    const twice = (value: (row: number, sign: 1 | -1) => number): number[] =>
      ([1, -1] as const).flatMap((sign) => Array.from(counted, (row) => value(row, sign)))
    const found = await smo({
      kernel: await kernelMatrix('SVR.fit', X, X, kernel, gamma), stride: rows, rows: Int32Array.from(twice((row) => row)),
      y: Int8Array.from(twice((_, sign) => sign)), p: Float64Array.from(twice((row, sign) => epsilon - sign * y.data[row]!)),
      C: Float64Array.from(twice((row) => C * (weights ? weights[row]! : 1))), tol, maxIter: maxIter ?? Infinity,
    }, new Pause(signal))
    if (!found.converged) notice(`SVR: not converged after ${found.iterations} steps; raise maxIter, or scale the features`)
    const coefs = Array.from(counted, (_, i) => found.alpha[i]! - found.alpha[n + i]!)
    const kept = [...coefs.keys()].filter((i) => coefs[i] !== 0)
    const vectors = new Float64Array(kept.length * features)
    kept.forEach((i, v) => vectors.set(X.data.subarray(counted[i]! * features, (counted[i]! + 1) * features), v * features))
    return {
      support: Int32Array.from(kept, (i) => counted[i]!), supportVectors: { data: vectors, shape: [kept.length, features] },
      dualCoef: Float64Array.from(kept, (i) => coefs[i]!), bias: -found.rho, gamma, nIter: found.iterations,
    }
  }

  protected override async compute({ supportVectors, dualCoef, bias, gamma }: State, X: Features): Promise<Float64Array> {
    const [rows] = X.shape, vectors = dualCoef.length
    if (vectors === 0) return new Float64Array(rows).fill(bias)
    const values = await kernelMatrix('SVR.predict', X, supportVectors, this.params as KernelValues, gamma)
    return Float64Array.from({ length: rows }, (_, i) => {
      let sum = 0
      for (let v = 0; v < vectors; v++) sum += dualCoef[v]! * values[i * vectors + v]!
      return sum + bias
    })
  }
}
