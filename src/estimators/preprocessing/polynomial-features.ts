/** PolynomialFeatures. */
import { MyelinError } from '../../core/index.js'
import type { OptionsOf, Parameter } from '../../nn/index.js'
import { boolean } from '../../nn/parameters.js'
import type { Matrix } from '../../train/index.js'
import type { FeaturesLike } from '../check-array.js'
import { checkArray } from '../check-array.js'
import { alike } from './learning.js'
import { nothing, StatelessTransformer } from './stateless.js'

type Degree = number | readonly [number, number]
const isDegree = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

const degree: Parameter<Degree, Degree, false> = {
  type: 'integer',
  help: 'the greatest degree, or the least and the greatest',
  required: false,
  default: 2,
  allowed: 'an integer from 0 up, or two such, of which the first is not greater',
  read: (value) => {
    if (isDegree(value)) return value
    if (!Array.isArray(value) || value.length !== 2 || !value.every(isDegree)) return undefined
    const [low, high] = value as [number, number]
    return low <= high ? [low, high] : undefined
  },
  write: (value) => value,
}

const parameters = {
  degree,
  interactionOnly: boolean({ default: false, help: 'whether no feature is multiplied by itself' }),
  includeBias: boolean({ default: true, help: 'whether there is a column of ones' }),
}

/** More columns than any table should have; their number grows with the power of the degree. */
const mostColumns = 1_000_000

/**
 * All products of features up to a degree, in scikit-learn's order (`PolynomialFeatures`): of a and b with degree 2 these
 * are 1, a, b, a², a b, b².
 */
export class PolynomialFeatures extends StatelessTransformer<typeof parameters> {
  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options?: OptionsOf<typeof parameters>) {
    super('PolynomialFeatures', parameters, options, nothing)
  }

  /** How often each feature is a factor of each new one, [nOutputFeatures, nFeaturesIn]. @throws MyelinError `state` */
  get powers(): Matrix {
    const { nFeaturesIn } = this
    const products = this.products('powers')
    const data = new Int32Array(products.length * nFeaturesIn)
    products.forEach((factors, j) => {
      for (const k of factors) data[j * nFeaturesIn + k]!++
    })
    return { data, shape: [products.length, nFeaturesIn] }
  }

  /** The number of features that come out. @throws MyelinError `state` before `fit` */
  get nOutputFeatures(): number {
    return this.products('nOutputFeatures').length
  }

  /** @throws MyelinError as `Transformer.fit`; `argument` for no features left, or more than 1,000,000 */
  override async fit(X: FeaturesLike): Promise<this> {
    this.productsOf(checkArray('PolynomialFeatures.fit: X', X).shape[1])
    return super.fit(X)
  }

  async transform(X: FeaturesLike): Promise<Matrix> {
    const products = this.products('transform')
    const { data, shape: [rows, features] } = this.checkFeatures('transform', X)
    const made = alike(data, rows * products.length)
    for (let i = 0; i < rows; i++) {
      products.forEach((factors, j) => {
        let product = 1
        for (const k of factors) product *= data[i * features + k]!
        made[i * products.length + j] = product
      })
    }
    return { data: made, shape: [rows, products.length] }
  }

  /** `1`, `a`, `a^2`, `a b`. */
  override getFeatureNamesOut(input?: readonly string[]): string[] {
    const names = this.namesIn(input)
    return this.products('getFeatureNamesOut').map((factors) => {
      if (factors.length === 0) return '1'
      return [...new Set(factors)].map((k) => {
        const power = factors.filter((other) => other === k).length
        return power === 1 ? names[k]! : `${names[k]}^${power}`
      }).join(' ')
    })
  }

  /** The factors of each new feature. */
  private products(what: string): readonly (readonly number[])[] {
    this.attributes(what)
    return this.productsOf(this.nFeaturesIn)
  }

  private productsOf(features: number): readonly (readonly number[])[] {
    const { degree: given, interactionOnly, includeBias } = this.params
    const [low, high] = typeof given === 'number' ? [0, given] : given
    const products: number[][] = includeBias ? [[]] : []
    const extend = (factors: readonly number[], left: number): void => {
      if (left === 0) {
        products.push([...factors])
        if (products.length > mostColumns) {
          throw new MyelinError('argument', `PolynomialFeatures: more than ${mostColumns} features come out; lower degree, ` +
            'or set interactionOnly')
        }
        return
      }
      const last = factors.at(-1)
      for (let k = last === undefined ? 0 : last + (interactionOnly ? 1 : 0); k < features; k++) {
        extend([...factors, k], left - 1)
      }
    }
    for (let size = Math.max(1, low); size <= high; size++) extend([], size)
    if (products.length > 0) return products
    throw new MyelinError('argument', 'PolynomialFeatures: no feature is left; set includeBias, or a degree of at least 1')
  }
}
