/** SGDClassifier. */
import { MyelinError } from '../../core/index.js'
import type { OptionsOf } from '../../nn/index.js'
import { choice } from '../../nn/parameters.js'
import type { Matrix } from '../../train/index.js'
import type { FeaturesLike } from '../check-array.js'
import type { ProbabilisticClassifier } from '../contract.js'
import { classWeight } from '../supervised/class-weight.js'
import { logarithms } from '../supervised/classifier.js'
import { bothColumns, linearScores, logistic } from './linear-scores.js'
import { SgdLabels } from './sgd-classes.js'
import { labelLosses } from './sgd-losses.js'
import { checkSchedule, scheduleParameters, sgdParameters } from './sgd-parameters.js'

const parameters = {
  loss: choice({
    default: 'hinge',
    choices: [
      'hinge', 'logLoss', 'modifiedHuber', 'squaredHinge', 'perceptron', 'squaredError', 'huber', 'epsilonInsensitive',
      'squaredEpsilonInsensitive',
    ],
    help: 'what a row on the wrong side costs: hinge makes a linear support vector machine, logLoss logistic regression',
  }),
  ...sgdParameters,
  ...scheduleParameters,
  classWeight,
}

/**
 * A linear classifier that learns row by row, as scikit-learn's `SGDClassifier`: with the loss `hinge` a linear support
 * vector machine, with `logLoss` a logistic regression. Parameters, defaults and stopping are those, and a `randomState`
 * gives the same numbers. Left out, it is 0. Scale the features first.
 *
 * With early stopping, the validation part is judged by the weights as they are; scikit-learn 1.9 leaves out the factor by
 * which the penalty has shrunk them, and with `logLoss` takes rows of the first class for wrong, so the two may end at
 * different passes. With `average`, `partialFit` goes on from the bias before; scikit-learn 1.9 forgets it.
 */
export class SGDClassifier extends SgdLabels<typeof parameters> implements ProbabilisticClassifier<typeof parameters> {
  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options?: OptionsOf<typeof parameters>) {
    super('SGDClassifier', parameters, options)
  }

  /**
   * The probability of each class for each row, [rows, classes], with the losses `logLoss` and `modifiedHuber` (Zadrozny
   * and Elkan 2002; of several classes those of each against the others, made to add up to 1).
   *
   * @throws MyelinError `unsupported` for other losses; otherwise as `predict`
   */
  async predictProba(X: FeaturesLike): Promise<Matrix> {
    const { loss } = this.params
    if (loss !== 'logLoss' && loss !== 'modifiedHuber') {
      throw new MyelinError('unsupported', `SGDClassifier.predictProba: the loss "${loss}" has no probabilities; train with ` +
        '"logLoss" or "modifiedHuber"')
    }
    const state = this.stateFor('predictProba')
    const scores = linearScores(this.featuresOf('predictProba', X), state), outputs = state.intercept.length
    const each = scores.map(loss === 'logLoss' ? logistic : (score) => (Math.max(-1, Math.min(1, score)) + 1) / 2)
    if (outputs === 1) return bothColumns(each)
    for (let from = 0; from < each.length; from += outputs) {
      const row = each.subarray(from, from + outputs)
      const sum = row.reduce((a, b) => a + b, 0)
      row.forEach((p, k) => { row[k] = sum === 0 ? 1 / outputs : p / sum })
    }
    return { data: each, shape: [each.length / outputs, outputs] }
  }

  /** The logarithms of `predictProba`. @throws MyelinError as `predictProba` */
  async predictLogProba(X: FeaturesLike): Promise<Matrix> {
    return logarithms(await this.predictProba(X))
  }

  protected override settings() {
    const { loss, epsilon, average, ...values } = this.params
    const settings = { ...values, average: Number(average), loss: labelLosses[loss](epsilon) }
    checkSchedule('SGDClassifier', settings, loss, 'hinge')
    return settings
  }
}
