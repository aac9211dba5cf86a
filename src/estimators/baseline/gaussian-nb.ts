/** GaussianNB. */
import { MyelinError } from '../../core/index.js'
import { hostFunctions } from '../../core/scalar/host.js'
import type { OptionsOf } from '../../nn/index.js'
import { list, number } from '../../nn/parameters.js'
import { softmax, tensor } from '../../ops/index.js'
import type { Matrix } from '../../train/index.js'
import { floats, real, record } from '../state.js'
import type { ClassRows, Features } from '../supervised/classifier.js'
import { ProbabilityClassifier } from '../supervised/classifier.js'
import type { FloatMatrix } from '../supervised/forms.js'
import { floatMatrix } from '../supervised/forms.js'

const parameters = {
  priors: list({
    help: "the probability of each class before anything is seen; default: the classes' shares",
    allowed: 'a list of numbers from 0 up, one for each class', each: (value) => value >= 0,
  }),
  varSmoothing: number({
    default: 1e-9, min: 0, help: 'this part of the greatest variance of a feature is added to all variances',
  }),
}

interface State {
  readonly theta: FloatMatrix
  readonly var: FloatMatrix
  readonly classCount: Float64Array
  readonly classPrior: Float64Array
  readonly epsilon: number
}

/**
 * Naive Bayes with a normal distribution of each feature in each class, independent of the others (scikit-learn's
 * `GaussianNB`): p(class) Π N(x; mean, variance), made to add up to 1.
 */
export class GaussianNB extends ProbabilityClassifier<typeof parameters, State> {
  protected override readonly form = record<State>({
    theta: floatMatrix({ perFeature: true }), var: floatMatrix({ perFeature: true }), classCount: floats(),
    classPrior: floats(), epsilon: real,
  })

  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options?: OptionsOf<typeof parameters>) {
    super('GaussianNB', parameters, options)
  }

  /** The mean of each feature in each class, [classes, features]. @throws MyelinError `state` before `fit` */
  get theta(): Matrix {
    return this.stateFor('theta').theta
  }

  /** The variance of each feature in each class, [classes, features]. @throws MyelinError `state` before `fit` */
  get var(): Matrix {
    return this.stateFor('var').var
  }

  /** The weights of the rows of each class. @throws MyelinError `state` before `fit` */
  get classCount(): Float64Array {
    return this.stateFor('classCount').classCount
  }

  /** The probability of each class before anything is seen. @throws MyelinError `state` before `fit` */
  get classPrior(): Float64Array {
    return this.stateFor('classPrior').classPrior
  }

  /** What was added to the variances. @throws MyelinError `state` before `fit` */
  get epsilon(): number {
    return this.stateFor('epsilon').epsilon
  }

  protected override fits({ theta, var: variances, classCount, classPrior }: State, classes: number): boolean {
    return [theta.shape[0], variances.shape[0], classCount.length, classPrior.length].every((length) => length === classes)
  }

  protected override learn({ X: { data, shape: [rows, features] }, codes, classes, weights }: ClassRows): State {
    const { priors, varSmoothing } = this.params as { readonly priors?: readonly number[], readonly varSmoothing: number }
    const all = moments(data, features, () => 0, 1, null)
    const epsilon = varSmoothing * all.variances.reduce((a, b) => Math.max(a, b))
    if (epsilon === 0 && varSmoothing > 0) {
      throw new MyelinError('data', `GaussianNB.fit: X: all ${rows} rows are the same, so that features have no variance; give rows ` +
        'that differ')
    }
    const { sums, means, variances } = moments(data, features, (row) => codes[row]!, classes.length, weights)
    const total = sums.reduce((a, b) => a + b, 0)
    if (priors) checkPriors(priors, classes.length)
    const shape = [classes.length, features] as const
    const empty = sums.findIndex((sum) => sum === 0)
    if (empty >= 0) {
      throw new MyelinError('data', `GaussianNB.fit: the ${rows} rows of class ${JSON.stringify(classes[empty])} have weight 0`)
    }
    return {
      theta: { data: means, shape }, var: { data: variances.map((value) => value + epsilon), shape }, classCount: sums,
      classPrior: priors ? Float64Array.from(priors) : sums.map((sum) => sum / total), epsilon,
    }
  }

  protected override async probabilities({ theta, var: variances, classPrior }: State, X: Features): Promise<Matrix> {
    const [rows, features] = X.shape, classes = classPrior.length
    const { log } = hostFunctions
    // log p(class) - ½ Σ log 2 π variance, of which each row takes off its distances
    const constants = Float64Array.from(classPrior, (prior, k) => {
      let sum = 0
      for (let j = 0; j < features; j++) sum += log(2 * Math.PI * variances.data[k * features + j]!)
      return (prior === 0 ? -Infinity : log(prior)) - 0.5 * sum
    })
    const joint = new Float64Array(rows * classes)
    for (let i = 0; i < rows; i++) {
      for (let k = 0; k < classes; k++) {
        let sum = 0
        for (let j = 0; j < features; j++) {
          const distance = X.data[i * features + j]! - theta.data[k * features + j]!
          sum += distance * distance / variances.data[k * features + j]!
        }
        joint[i * classes + k] = constants[k]! - 0.5 * sum
      }
    }
    return { data: await softmax(tensor(joint, { shape: [rows, classes] })).data(), shape: [rows, classes] }
  }
}

/** @throws MyelinError `argument` for another number of priors, or such as do not add up to 1 */
function checkPriors(priors: readonly number[], classes: number): void {
  const sum = priors.reduce((a, b) => a + b, 0)
  if (priors.length === classes && Math.abs(sum - 1) <= 1e-8) return
  throw new MyelinError('argument', `GaussianNB: priors: expected ${classes} numbers that add up to 1, received ${
    priors.length} that add up to ${sum}`)
}

/** Sums of weights, weighted means and variances of each feature in each group. */
function moments(
  data: Float64Array, features: number, groupOf: (row: number) => number, groups: number, weights: Float64Array | null,
): { readonly sums: Float64Array, readonly means: Float64Array, readonly variances: Float64Array } {
  const rows = data.length / features
  const sums = new Float64Array(groups)
  const means = new Float64Array(groups * features), variances = new Float64Array(groups * features)
  const add = (target: Float64Array, value: (at: number, own: number) => number): void => {
    for (let i = 0; i < rows; i++) {
      const from = groupOf(i) * features, weight = weights ? weights[i]! : 1
      for (let j = 0; j < features; j++) target[from + j]! += weight * value(i * features + j, from + j)
    }
    for (let at = 0; at < target.length; at++) target[at]! /= sums[Math.floor(at / features)]!
  }
  for (let i = 0; i < rows; i++) sums[groupOf(i)]! += weights ? weights[i]! : 1
  add(means, (at) => data[at]!)
  add(variances, (at, own) => (data[at]! - means[own]!) * (data[at]! - means[own]!))
  return { sums, means, variances }
}
