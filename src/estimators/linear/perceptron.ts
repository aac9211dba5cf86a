/** Perceptron. */
import type { OptionsOf } from '../../nn/index.js'
import { number } from '../../nn/parameters.js'
import type { FeaturesLike } from '../check-array.js'
import type { LabelsLike } from '../contract.js'
import { classWeight } from '../supervised/class-weight.js'
import type { FitOptions } from '../supervised/classifier.js'
import { orNull } from '../supervised/parameters.js'
import type { LabelUpdate } from './sgd-classes.js'
import { SgdLabels } from './sgd-classes.js'
import { labelLosses } from './sgd-losses.js'
import { penalty, sgdParameters } from './sgd-parameters.js'

const parameters = {
  ...sgdParameters,
  penalty: orNull(penalty, null),
  eta0: number({ default: 1, above: 0, help: 'the learning rate: what the weights change by is eta0 times the row' }),
  classWeight,
}

/** What `fit` of a perceptron takes beside the rows. */
export interface PerceptronFitOptions extends FitOptions {
  /** Is told each change of the weights: the row, its score before, the weights before and after. */
  readonly onUpdate?: (update: LabelUpdate) => void
}

/**
 * The perceptron (Rosenblatt 1958): a neuron with a step as its activation, and the rule that adds eta0 · y · x to the
 * weights for each row on the wrong side, with y as -1 and 1, and eta0 · y to the bias. A row whose score is 0 counts as
 * wrong. Where the classes can be told apart by a plane it ends without mistakes. Several classes have a perceptron each.
 *
 * scikit-learn's `Perceptron`: parameters, defaults and stopping are those, and a `randomState` gives the same numbers.
 * `predict` gives the second class for scores above 0, as there; the lectures' neuron fires at 0 already.
 *
 *     const updates: LabelUpdate[] = []
 *     await new Perceptron({ shuffle: false }).fit(X, y, { onUpdate: (update) => updates.push(update) })
 */
export class Perceptron extends SgdLabels<typeof parameters> {
  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options?: OptionsOf<typeof parameters>) {
    super('Perceptron', parameters, options)
  }

  /**
   * Learns until the mean of what rows are wrong by improves no more, or for `maxIter` passes.
   *
   * @param X [rows, features]
   * @param y a label for each row, texts or whole numbers
   * @throws MyelinError `data` for NaN, Infinity or a single class; `shape` where rows do not fit together; `nan` where
   * weights overflow
   */
  override async fit(X: FeaturesLike, y: LabelsLike, { onUpdate, ...options }: PerceptronFitOptions = {}): Promise<this> {
    return this.learnRows('fit', X, y, options, undefined, (rows) => this.learnFrom(rows, { onUpdate }))
  }

  protected override settings() {
    return { ...this.params, loss: labelLosses.perceptron(), learningRate: 'constant', powerT: 0.5, average: 0 } as const
  }
}
