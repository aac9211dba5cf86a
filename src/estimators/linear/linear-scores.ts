/** Scores that are linear in the features, and what classifiers make of them. */
import { hostFunctions } from '../../core/scalar/host.js'
import type { Parameters } from '../../nn/index.js'
import type { Matrix } from '../../train/index.js'
import type { FeaturesLike } from '../check-array.js'
import type { Features } from '../supervised/classifier.js'
import { LabelClassifier, largestColumns } from '../supervised/classifier.js'
import type { FloatMatrix } from '../supervised/forms.js'
import { floatMatrix } from '../supervised/forms.js'
import { floats } from '../state.js'

/** Weights and biases of linear scores. */
export interface LinearWeights {
  /** [outputs, features] */
  readonly coef: FloatMatrix
  /** One for each output. */
  readonly intercept: Float64Array
}

/** The forms of both. */
export const linearForms = { coef: floatMatrix({ perFeature: true }), intercept: floats() }

/** x · w + b for each row and output, [rows, outputs]; the bias is added last. */
export function linearScores({ data, shape: [rows, features] }: Features, { coef, intercept }: LinearWeights): Float64Array {
  const outputs = intercept.length
  const scores = new Float64Array(rows * outputs)
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < outputs; k++) {
      let sum = 0
      for (let j = 0; j < features; j++) sum += data[i * features + j]! * coef.data[k * features + j]!
      scores[i * outputs + k] = sum + intercept[k]!
    }
  }
  return scores
}

/**
 * The base of classifiers with linear scores: one for two classes, positive for the second, otherwise one for each class,
 * of which the greatest decides.
 */
export abstract class LinearClassifier<P extends Parameters, S extends LinearWeights> extends LabelClassifier<P, S> {
  /** The weights of the features, [1, features] for two classes, otherwise [classes, features]. @throws MyelinError `state` */
  get coef(): Matrix {
    return this.stateFor('coef').coef
  }

  /** The biases, one for each row of `coef`. @throws MyelinError `state` before `fit` */
  get intercept(): Float64Array {
    return this.stateFor('intercept').intercept
  }

  /**
   * The scores of rows: for two classes [rows], positive for the second class; otherwise [rows, classes].
   *
   * @throws MyelinError as `predict`
   */
  async decisionFunction(X: FeaturesLike): Promise<Matrix> {
    const state = this.stateFor('decisionFunction')
    const features = this.featuresOf('decisionFunction', X)
    const [rows] = features.shape, outputs = state.intercept.length
    return { data: linearScores(features, state), shape: outputs === 1 ? [rows] : [rows, outputs] }
  }

  protected override fits({ coef, intercept }: S, classes: number): boolean {
    const outputs = classes === 2 ? 1 : classes
    return coef.shape[0] === outputs && intercept.length === outputs
  }

  protected override decide(state: S, X: Features): Int32Array {
    const scores = linearScores(X, state), outputs = state.intercept.length
    if (outputs === 1) return Int32Array.from(scores, (score) => (score > 0 ? 1 : 0))
    return largestColumns({ data: scores, shape: [X.shape[0], outputs] })
  }
}

/** 1 / (1 + exp(-z)) */
export const logistic = (z: number): number => {
  if (z >= 0) return 1 / (1 + hostFunctions.exp(-z))
  const e = hostFunctions.exp(z)
  return e / (1 + e)
}

/** [1 - p, p] for each p. */
export function bothColumns(positive: Float64Array): Matrix {
  const data = new Float64Array(2 * positive.length)
  positive.forEach((p, i) => {
    data[2 * i] = 1 - p
    data[2 * i + 1] = p
  })
  return { data, shape: [positive.length, 2] }
}
