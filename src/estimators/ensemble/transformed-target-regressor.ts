/** TransformedTargetRegressor. */
import { MyelinError } from '../../core/index.js'
import { r2Score } from '../../metrics/index.js'
import type { OptionsOf, Parameter } from '../../nn/index.js'
import type { Matrix } from '../../train/index.js'
import type { FeaturesLike } from '../check-array.js'
import { isTransformer, type TransformerLike } from '../compose/hand-over.js'
import type { Regressor, Targets, TargetsLike, WeightOptions } from '../contract.js'
import { Estimator } from '../estimator.js'
import { LinearRegression } from '../linear/linear-regression.js'
import type { EstimatorState } from '../state.js'
import type { FitOptions } from '../supervised/classifier.js'
import { asTargets } from '../supervised/regressor.js'
import { targetRows } from '../supervised/rows.js'
import type { Member } from './members.js'
import { copyOf, jointState, member, readJointState } from './members.js'

const transformer: Parameter<Estimator, Estimator, true> = {
  type: 'name', help: 'what the numbers to predict go through, with a way back', required: true,
  allowed: 'a transformer with inverseTransform, such as new StandardScaler() or a FunctionTransformer',
  read: (value) => (isTransformer(value) && typeof value.inverseTransform === 'function' ? value : undefined),
  write: (value) => value.toJSON(),
}

const parameters = {
  regressor: member('regressor', 'what predicts the transformed numbers; default: LinearRegression', false),
  transformer,
}

interface Learned {
  readonly regressor: Member
  readonly transformer: TransformerLike
  readonly several: boolean
}

/**
 * A regressor of transformed numbers, whose answers are transformed back (scikit-learn's `TransformedTargetRegressor`).
 * Clones are fitted; the given estimators stay as they are. scikit-learn's `func` and `inverse_func` are a
 * `FunctionTransformer` here.
 *
 *     new TransformedTargetRegressor({
 *       regressor: new Ridge(), transformer: new FunctionTransformer({ func: 'log1p', inverseFunc: 'expm1' }),
 *     })
 */
export class TransformedTargetRegressor extends Estimator<typeof parameters> implements Regressor<typeof parameters> {
  /** What searches ask. */
  override readonly estimatorType = 'regressor'
  private learned: Learned | undefined

  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options: OptionsOf<typeof parameters>) {
    super('TransformedTargetRegressor', parameters, options)
  }

  /** The fitted regressor. @throws MyelinError `state` before `fit` */
  get regressor(): Estimator {
    return this.fitted(this.learned, 'regressor').regressor
  }

  /** The fitted transformer. @throws MyelinError `state` before `fit` */
  get transformer(): Estimator {
    return this.fitted(this.learned, 'transformer').transformer
  }

  override get nFeaturesIn(): number {
    return this.regressor.nFeaturesIn
  }

  override get featureNamesIn(): readonly string[] | null {
    return this.regressor.featureNamesIn
  }

  /**
   * Fits the transformer to the numbers, and the regressor to what it makes of them.
   *
   * @param y a number for each row, or rows of numbers
   * @param options those of the regressor
   * @throws MyelinError as the two
   */
  async fit(X: FeaturesLike, y: TargetsLike, options: FitOptions = {}): Promise<this> {
    const numbers = targetRows('TransformedTargetRegressor.fit: y', y)
    const fitted = this.copies()
    await fitted.transformer.fit(numbers)
    const made = await fitted.transformer.transform(numbers) as Matrix
    const back = await inverse(fitted.transformer, made)
    const differs = numbers.data.some((value, at) => Math.abs(back.data[at]! - value) > 1e-5 * Math.max(1, Math.abs(value)))
    await fitted.regressor.fit(X, asTargets(made), options)
    this.notices = [
      ...fitted.regressor.notices,
      ...(differs ? ['TransformedTargetRegressor: inverseTransform does not lead back to the numbers'] : []),
    ]
    this.learned = { ...fitted, several: numbers.shape[1] > 1 }
    return this
  }

  /** The numbers for each row. @throws MyelinError `state` before `fit`; otherwise as the regressor */
  async predict(X: FeaturesLike): Promise<Targets> {
    const { regressor, transformer, several } = this.fitted(this.learned, 'predict')
    const answers = targetRows('TransformedTargetRegressor.predict', await regressor.predict(X) as Targets)
    const back = await inverse(transformer, answers)
    return several ? asTargets(back) : Array.from(back.data as Float64Array)
  }

  /** R² on rows, of several outputs their mean. @throws MyelinError as `predict` */
  async score(X: FeaturesLike, y: TargetsLike, { sampleWeight }: WeightOptions = {}): Promise<number> {
    const truth = targetRows('TransformedTargetRegressor.score: y', y)
    const answers = targetRows('TransformedTargetRegressor.score', await this.predict(X))
    return r2Score(truth, answers, { ...(sampleWeight && { sampleWeight }) })
  }

  override getState(): EstimatorState | null {
    const { learned } = this
    return learned ? jointState([learned.regressor, learned.transformer], { several: learned.several }) : null
  }

  override setState(state: EstimatorState): void {
    const copies = this.copies()
    const { several } = readJointState(this.kind, state, [copies.regressor, copies.transformer])
    if (typeof several !== 'boolean') throw new MyelinError('file', `${this.kind}: several: expected true or false`)
    this.learned = { ...copies, several }
  }

  private copies(): { readonly regressor: Member, readonly transformer: TransformerLike } {
    const { regressor, transformer } = this.params as { readonly regressor?: Estimator, readonly transformer: Estimator }
    return { regressor: copyOf(regressor ?? new LinearRegression()), transformer: transformer.clone() as TransformerLike }
  }
}

const inverse = async (transformer: TransformerLike, rows: Matrix): Promise<Matrix> =>
  await transformer.inverseTransform!(rows as never) as Matrix
