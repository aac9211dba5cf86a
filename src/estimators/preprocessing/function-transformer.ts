/** FunctionTransformer. */
import { MyelinError } from '../../core/index.js'
import { hostFunctions } from '../../core/scalar/host.js'
import type { OptionsOf, Parameter } from '../../nn/index.js'
import { suggestion } from '../../nn/index.js'
import { boolean } from '../../nn/parameters.js'
import type { Matrix } from '../../train/index.js'
import type { FeatureMatrix, FeaturesLike, NumbersLike } from '../check-array.js'
import { checkArray } from '../check-array.js'
import { mapColumns } from './learning.js'
import { nothing, StatelessTransformer } from './stateless.js'

const { exp, expm1, log, log1p, tanh, sin, cos } = hostFunctions

const elementwise = {
  identity: (x: number) => x, abs: Math.abs, square: (x: number) => x * x, sqrt: Math.sqrt, exp, expm1, log, log1p, tanh, sin, cos,
} as const

/** The names of functions of single numbers. */
export type FunctionName = keyof typeof elementwise
/** Makes rows of rows. What comes out has as many rows as what goes in. */
export type RowsFunction = (X: Matrix) => NumbersLike | Promise<NumbersLike>
type Given = FunctionName | RowsFunction

const functionParameter = (help: string): Parameter<Given, Given, false> => ({
  type: 'name',
  help,
  required: false,
  default: 'identity',
  choices: Object.keys(elementwise),
  allowed: `a function of rows ({ data, shape }), or one of ${Object.keys(elementwise).join(', ')}`,
  read: (value, what) => {
    if (typeof value === 'function') return value as RowsFunction
    if (typeof value !== 'string') return undefined
    if (Object.hasOwn(elementwise, value)) return value as FunctionName
    throw new MyelinError('argument', `${what}: unknown name "${value.slice(0, 60)}"${
      suggestion(value, Object.keys(elementwise))}`)
  },
  write: (value, what) => {
    if (typeof value === 'string') return value
    throw new MyelinError('unsupported', `${what} is a function, which JSON cannot hold; use one of its names`)
  },
})

/** The names of the features that come out. */
export type NamesFunction = (names: readonly string[]) => readonly string[]

const featureNamesOut: Parameter<'oneToOne' | NamesFunction, 'oneToOne' | NamesFunction, false> = {
  type: 'choice',
  help: 'the names of the features that come out: those that go in, or a function of these; default for named functions ' +
    '"oneToOne", otherwise none',
  required: false,
  allowed: '"oneToOne" or a function of names',
  read: (value) => (value === 'oneToOne' || typeof value === 'function' ? (value as NamesFunction) : undefined),
  write: (value, what) => {
    if (typeof value === 'string') return value
    throw new MyelinError('unsupported', `${what} is a function, which JSON cannot hold; use "oneToOne"`)
  },
}

const parameters = {
  func: functionParameter('what becomes of the rows'),
  inverseFunc: functionParameter('how they are turned back'),
  checkInverse: boolean({ default: true, help: 'whether fit compares some rows with what the inverse makes of them' }),
  featureNamesOut,
}

/**
 * A function as a transformer (scikit-learn's `FunctionTransformer`): one of one's own, which takes `{ data, shape }`, or a
 * function of single numbers by its name, such as `log1p`, which can be saved. It learns nothing: `transform` works before
 * `fit`.
 */
export class FunctionTransformer extends StatelessTransformer<typeof parameters> {
  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options?: OptionsOf<typeof parameters>) {
    super('FunctionTransformer', parameters, options, nothing)
  }

  protected override get checks(): { allowMissing: boolean } {
    return { allowMissing: true }
  }

  /** `notices` says so where the inverse does not turn back some of the rows (`checkInverse`). */
  override async fit(X: FeaturesLike): Promise<this> {
    await super.fit(X)
    this.notices = []
    const { func, inverseFunc, checkInverse } = this.params
    if (!checkInverse || func === 'identity' || inverseFunc === 'identity') return this
    const { data, shape: [rows, features] } = this.rows('fit', X)
    const step = Math.max(1, Math.floor(rows / 100))
    const some = Array.from({ length: Math.ceil(rows / step) }, (_, i) =>
      Array.from(data.subarray(i * step * features, (i * step + 1) * features)))
    const back = await this.inverseTransform(await this.transform(some))
    const same = back.data.length === some.length * features && some.flat().every((value, i) => {
      const other = back.data[i]!
      return Number.isNaN(value) || Math.abs(value - other) <= 1e-7 + 1e-9 * Math.abs(other)
    })
    if (!same) {
      this.notices = ['FunctionTransformer: inverseFunc does not turn back what func does; set checkInverse to false if ' +
        'that is meant']
    }
    return this
  }

  async transform(X: FeaturesLike): Promise<Matrix> {
    return this.applied('func', this.rows('transform', X))
  }

  /** What `inverseFunc` makes of rows. @throws MyelinError as `transform` */
  async inverseTransform(X: NumbersLike): Promise<Matrix> {
    return this.applied('inverseFunc', checkArray('FunctionTransformer.inverseTransform: X', X, this.checks))
  }

  /** @throws MyelinError `state` before `fit`; `unsupported` where a function of one's own has no `featureNamesOut` */
  override getFeatureNamesOut(input?: readonly string[]): string[] {
    const names = this.namesIn(input)
    const { func, featureNamesOut: given } = this.params as { func: Given, featureNamesOut?: 'oneToOne' | NamesFunction }
    if (typeof given === 'function') return [...given(names)]
    if (given === 'oneToOne' || typeof func === 'string') return [...names]
    throw new MyelinError('unsupported', 'FunctionTransformer.getFeatureNamesOut: nobody says what func names its features; ' +
      'give featureNamesOut, "oneToOne" or a function of names')
  }

  private async applied(which: 'func' | 'inverseFunc', rows: FeatureMatrix): Promise<Matrix> {
    const func = this.params[which]
    if (typeof func === 'string') return mapColumns(rows, (x) => elementwise[func](x))
    const { data, shape } = rows
    const made = checkArray(`FunctionTransformer: ${which} gave`, await func({ data: data.slice(), shape }), this.checks)
    if (made.shape[0] === shape[0]) return { data: made.data, shape: made.shape }
    throw new MyelinError('shape', `FunctionTransformer: ${which} gave ${made.shape[0]} rows of ${shape[0]}; expected as many`)
  }
}
