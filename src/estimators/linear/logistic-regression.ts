/** LogisticRegression. */
import type { OptionsOf, Parameter } from '../../nn/index.js'
import { dense, l2, lbfgs, sgd } from '../../nn/index.js'
import { boolean, choice, integer, number } from '../../nn/parameters.js'
import { sigmoid, softmax, tensor } from '../../ops/index.js'
import type { Callback, Matrix } from '../../train/index.js'
import { sequential } from '../../train/index.js'
import type { FeaturesLike } from '../check-array.js'
import type { ProbabilisticClassifier } from '../contract.js'
import { count, listOf, real, record } from '../state.js'
import { classWeight, rowsByClass } from '../supervised/class-weight.js'
import type { ClassRows } from '../supervised/classifier.js'
import { logarithms } from '../supervised/classifier.js'
import type { LinearWeights } from './linear-scores.js'
import { bothColumns, LinearClassifier, linearForms, linearScores } from './linear-scores.js'

const strength = number({ default: 1, above: 0, help: 'the inverse of the penalty: ½ Σ w² / C beside the sum of the losses' })

const parameters = {
  C: {
    ...strength,
    allowed: `${strength.allowed}, or Infinity for no penalty`,
    read: (value, what) => (value === Infinity || value === 'Infinity' ? Infinity : strength.read(value, what)),
    // JSON has no Infinity of its own
    write: (value) => (value === Infinity ? 'Infinity' : value),
  } satisfies Parameter<number, number, false>,
  tol: number({
    default: 1e-4, min: 0, help: 'training ends where no part of the gradient is larger; with gradientDescent where a step ' +
      'lowers the loss by less',
  }),
  fitIntercept: boolean({ default: true, help: 'whether there is a bias, which is not penalised' }),
  classWeight,
  solver: choice({
    default: 'lbfgs', choices: ['lbfgs', 'gradientDescent'], help: 'the optimiser; both take all rows at once',
  }),
  maxIter: integer({ default: 100, min: 1, help: 'the greatest number of iterations' }),
  warmStart: boolean({ default: false, help: 'whether fit goes on from the weights of the last fit' }),
  learningRate: number({ default: 0.1, above: 0, help: 'of gradientDescent' }),
}

interface State extends LinearWeights {
  readonly nIter: number
  readonly lossCurve: readonly number[]
}

/** What the relative decrease has to be at least, as scikit-learn asks of lbfgs. */
const leastDecrease = 64 * Number.EPSILON

/**
 * Logistic regression: one neuron with a sigmoid for two classes, a layer with a softmax for several, as scikit-learn's
 * `LogisticRegression` with an L2 penalty or, with C Infinity, none. It is a network of this library, begun with weights
 * of 0 and trained on all rows at once in float64; what is minimised is the mean loss + ½ Σ w² / (C n), where n is the
 * sum of the rows' weights. The solver `lbfgs` takes scikit-learn's iterations. For an L1 penalty see `SGDClassifier` with
 * the loss `logLoss`.
 *
 * Beyond scikit-learn: the solver `gradientDescent` (plain steps down the gradient), and `lossCurve`.
 */
export class LogisticRegression extends LinearClassifier<typeof parameters, State>
  implements ProbabilisticClassifier<typeof parameters> {
  protected override readonly form = record<State>({ ...linearForms, nIter: count, lossCurve: listOf(real) })

  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options?: OptionsOf<typeof parameters>) {
    super('LogisticRegression', parameters, options)
  }

  /** Iterations of the last fit. @throws MyelinError `state` before `fit` */
  get nIter(): number {
    return this.stateFor('nIter').nIter
  }

  /** The loss with its penalty after each iteration. @throws MyelinError `state` before `fit` */
  get lossCurve(): readonly number[] {
    return this.stateFor('lossCurve').lossCurve
  }

  /** The probability of each class for each row, [rows, classes]. @throws MyelinError as `predict` */
  async predictProba(X: FeaturesLike): Promise<Matrix> {
    const state = this.stateFor('predictProba')
    const scores = linearScores(this.featuresOf('predictProba', X), state), outputs = state.intercept.length
    if (outputs === 1) return bothColumns((await sigmoid(tensor(scores)).data()) as Float64Array)
    const shape = [scores.length / outputs, outputs]
    return { data: await softmax(tensor(scores, { shape })).data(), shape }
  }

  /** The logarithms of `predictProba`. @throws MyelinError as `predict` */
  async predictLogProba(X: FeaturesLike): Promise<Matrix> {
    return logarithms(await this.predictProba(X))
  }

  protected override async learn({ X, codes, classes, weights: given, signal, notice }: ClassRows): Promise<State> {
    const { C, tol, fitIntercept, maxIter, solver, learningRate, classWeight: ofClasses } = this.params as typeof this.params & {
      readonly classWeight?: Parameters<typeof rowsByClass>[1]
    }
    const [rows, features] = X.shape
    const outputs = classes.length === 2 ? 1 : classes.length
    const weights = rowsByClass(this.kind, ofClasses, classes, codes, given, true)
    const total = weights ? weights.reduce((a, b) => a + b, 0) : rows
    const model = sequential([dense({
      units: outputs, activation: outputs === 1 ? 'sigmoid' : 'softmax', useBias: fitIntercept, name: 'output',
      kernelInitializer: 'zeros', ...(C < Infinity && { kernelRegularizer: l2({ l2: 0.5 / (C * total) }) }),
    })], { dtype: 'float64', name: 'logisticRegression' })
    model.build([features])
    const before = this.params.warmStart ? this.before : undefined
    if (before && String(before.classes) === String(classes) && before.state.coef.shape[1] === features) {
      const { coef, intercept } = before.state
      model.setWeights([
        { name: 'output/kernel', shape: [features, outputs], data: transposed(coef.data, outputs, features) },
        ...(fitIntercept ? [{ name: 'output/bias', shape: [outputs], data: intercept }] : []),
      ])
    }
    model.compile({
      loss: outputs === 1 ? 'binaryCrossentropy' : 'sparseCategoricalCrossentropy',
      optimizer: solver === 'lbfgs' ? lbfgs({ gtol: tol, ftol: leastDecrease, maxLineSearchSteps: 50 }) : sgd({ learningRate }),
    })
    const lossCurve: number[] = []
    const watch: Callback = {
      onEpochEnd: (_epoch, { loss }, control) => {
        lossCurve.push(loss!)
        if (solver !== 'lbfgs' && lossCurve.length > 1 && lossCurve.at(-2)! - loss! < tol) control.stop('converged')
      },
    }
    const y: Matrix = outputs === 1 ? { data: Float64Array.from(codes), shape: [rows, 1] } : { data: codes, shape: [rows] }
    const { stopped } = await model.fit({ data: X.data, shape: X.shape }, y, {
      epochs: maxIter, batchSize: rows, shuffle: false, callbacks: [watch], signal,
      // losses are divided by the number of rows
      ...(weights && { sampleWeight: weights.map((weight) => weight * (rows / total)) }),
    })
    signal?.throwIfAborted()
    if (stopped !== 'converged') {
      notice(`LogisticRegression: not converged after ${lossCurve.length} iterations (${stopped}); raise maxIter, or scale ` +
        'the features')
    }
    const arrays = model.getWeights()
    const array = (end: string): Float64Array | undefined =>
      arrays.find(({ name }) => name.endsWith(end))?.data as Float64Array | undefined
    return {
      coef: { data: transposed(array('/kernel')!, features, outputs), shape: [outputs, features] },
      intercept: array('/bias') ?? new Float64Array(outputs),
      nIter: lossCurve.length, lossCurve,
    }
  }
}

/** [rows, columns] as [columns, rows]. */
function transposed(data: Float64Array, rows: number, columns: number): Float64Array {
  const result = new Float64Array(data.length)
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) result[j * rows + i] = data[i * columns + j]!
  return result
}
