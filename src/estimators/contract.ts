/** The three kinds of estimators: classifiers, regressors and transformers. */
import { MyelinError } from '../core/index.js'
import type { Label } from '../metrics/index.js'
import type { Parameters } from '../nn/index.js'
import type { Matrix } from '../train/index.js'
import type { FeaturesLike } from './check-array.js'
import { Estimator } from './estimator.js'

export type { Label }

/**
 * The classes of rows: one label each, or for several labels at once rows of 0 and 1, a column for each label.
 */
export type LabelsLike = readonly Label[] | ArrayLike<number> | readonly (readonly number[])[] | Matrix

/** The classes that `predict` gives: one label each, or rows of 0 and 1 where `fit` was given such. */
export type Labels = Label[] | number[][]

/** The numbers to predict: one of each row, or rows of several. */
export type TargetsLike = ArrayLike<number> | readonly (readonly number[])[] | Matrix

/** The numbers that `predict` gives: one of each row, or rows of several where `fit` was given such. */
export type Targets = number[] | number[][]

/** What `fit` and `score` take beside the rows. */
export interface WeightOptions {
  /** The weight of each row. Default 1 for all. */
  readonly sampleWeight?: ArrayLike<number>
}

/** What predicts classes. */
export interface Classifier<P extends Parameters = Parameters> extends Estimator<P> {
  readonly estimatorType: 'classifier'
  /** The classes in the order of the columns of probabilities; of several labels at once the numbers of the labels. */
  readonly classes: readonly Label[]
  /**
   * Learns from rows, and starts anew where it was fitted before.
   *
   * @param X [rows, features]
   * @param y the class of each row: texts or numbers
   * @returns the estimator itself
   * @throws MyelinError `data` for NaN or Infinity, with row and column; `shape` where rows and targets do not fit together
   */
  fit(X: FeaturesLike, y: LabelsLike, options?: WeightOptions): Promise<this>
  /** The class of each row. @throws MyelinError `state` before `fit`, `shape` or `data` for other features than there */
  predict(X: FeaturesLike): Promise<Labels>
  /** The accuracy on rows: of several labels at once, the part of the rows with all labels right. */
  score(X: FeaturesLike, y: LabelsLike, options?: WeightOptions): Promise<number>
}

/** A classifier that gives probabilities. */
export interface ProbabilisticClassifier<P extends Parameters = Parameters> extends Classifier<P> {
  /** [rows, classes] */
  predictProba(X: FeaturesLike): Promise<Matrix>
}

/** What predicts numbers. */
export interface Regressor<P extends Parameters = Parameters> extends Estimator<P> {
  readonly estimatorType: 'regressor'
  /**
   * Learns from rows, and starts anew where it was fitted before.
   *
   * @param X [rows, features]
   * @param y the number of each row, or rows of several
   * @returns the estimator itself
   * @throws MyelinError `data` for NaN or Infinity, with row and column; `shape` where rows and targets do not fit together
   */
  fit(X: FeaturesLike, y: TargetsLike, options?: WeightOptions): Promise<this>
  /** The number of each row. @throws MyelinError `state` before `fit`, `shape` or `data` for other features than there */
  predict(X: FeaturesLike): Promise<Targets>
  /** R², of several outputs their mean. */
  score(X: FeaturesLike, y: TargetsLike, options?: WeightOptions): Promise<number>
}

/** @throws MyelinError `unsupported` where there are weights of rows, and `fit` would not look at them */
export function requireWeighing({ kind, weighsRows }: Estimator, options: WeightOptions | undefined): void {
  if (options?.sampleWeight === undefined || weighsRows) return
  throw new MyelinError('unsupported', `${kind}.fit: there is no sampleWeight for a ${kind}; leave it out`)
}

/** What makes features of features. Some look at the classes or numbers to predict too. */
export abstract class Transformer<P extends Parameters = Parameters> extends Estimator<P> {
  override readonly estimatorType = 'transformer'
  /** Few transformers do. */
  override get weighsRows(): boolean {
    return false
  }

  /**
   * Learns from rows, and starts anew where it was fitted before.
   *
   * @param X [rows, features]
   * @param y the classes or numbers to predict, for those that look at them
   * @returns the estimator itself
   * @throws MyelinError `data` for NaN or Infinity, with row and column; `shape` where rows and targets do not fit together
   */
  abstract fit(X: FeaturesLike, y?: LabelsLike | TargetsLike, options?: WeightOptions): Promise<this>
  /** The new features, a matrix. @throws MyelinError `state` before `fit`, `shape` or `data` for other features than there */
  abstract transform(X: FeaturesLike): Promise<Matrix>
  /** The names of the features that `transform` makes; `input` names those it takes, by default `featureNamesIn`. */
  abstract getFeatureNamesOut(input?: readonly string[]): string[]

  /** `fit`, then `transform` of the same rows. @throws MyelinError as the two; `unsupported` for weights that `fit` does not take */
  async fitTransform(X: FeaturesLike, y?: LabelsLike | TargetsLike, options?: WeightOptions): Promise<Matrix> {
    requireWeighing(this, options)
    await this.fit(X, y, options)
    return this.transform(X)
  }

  /**
   * The names of the features that it takes: those of `fit`, or `x0`, `x1`, ...
   *
   * @param input names of one's own, where `fit` saw none
   * @throws MyelinError `state` before `fit`; `argument` for another number of names, or others than those of `fit`
   */
  protected namesIn(input?: readonly string[]): readonly string[] {
    const { nFeaturesIn: count, featureNamesIn: known } = this
    if (input === undefined) return known ?? Array.from({ length: count }, (_, k) => `x${k}`)
    if (input.length !== count) {
      throw new MyelinError('argument', `${this.kind}.getFeatureNamesOut: expected the names of ${count} features, received ` +
        `${input.length}`)
    }
    const other = known ? known.findIndex((name, k) => name !== input[k]) : -1
    if (other >= 0) {
      throw new MyelinError('argument', `${this.kind}.getFeatureNamesOut: feature ${other + 1} was "${known![other]}" in fit, ` +
        `received "${input[other]}"`)
    }
    return input
  }
}
