/** SVC. */
import { MyelinError } from '../../core/index.js'
import type { OptionsOf } from '../../nn/index.js'
import { boolean, choice, integer, number } from '../../nn/parameters.js'
import type { Matrix } from '../../train/index.js'
import type { FeaturesLike } from '../check-array.js'
import { count, floats, listOf, real, record } from '../state.js'
import type { LabelWeights } from '../supervised/class-weight.js'
import { classWeight, weightsOfClasses } from '../supervised/class-weight.js'
import type { ClassRows, Features } from '../supervised/classifier.js'
import { LabelClassifier, largestColumns } from '../supervised/classifier.js'
import type { FloatMatrix } from '../supervised/forms.js'
import { floatMatrix, integers } from '../supervised/forms.js'
import { orNull } from '../supervised/parameters.js'
import { Pause } from '../supervised/pause.js'
import type { KernelValues } from './kernels.js'
import { gammaOf, kernelMatrix, kernelParameters } from './kernels.js'
import { smo } from './smo.js'

const parameters = {
  C: number({ default: 1, above: 0, help: 'how much a row on the wrong side of its margin costs' }),
  ...kernelParameters,
  tol: number({ default: 1e-3, above: 0, help: 'how far the conditions of the optimum may be missed' }),
  classWeight,
  maxIter: orNull(integer({ default: 1000, min: 1, help: 'the greatest number of steps for each pair of classes' }), null),
  decisionFunctionShape: choice({
    default: 'ovr', choices: ['ovr', 'ovo'], help: 'whether decisionFunction has a column for each class or for each pair',
  }),
  breakTies: boolean({ default: false, help: 'whether classes with as many votes are told apart by decisionFunction' }),
}

interface State {
  readonly support: Int32Array
  readonly supportVectors: FloatMatrix
  readonly nSupport: readonly number[]
  /** [classes - 1, support vectors], in LIBSVM's arrangement. */
  readonly dualCoef: FloatMatrix
  /** The bias of each pair of classes, which is positive for the first. */
  readonly bias: Float64Array
  readonly gamma: number
  readonly nIter: readonly number[]
}

/**
 * A support vector machine with a kernel (Cortes and Vapnik 1995), as scikit-learn's `SVC`: a machine for each pair of
 * classes, which vote. It is solved as LIBSVM does (Fan, Chen and Lin 2005), without shrinking, with the whole kernel in
 * float64 in memory: 8 bytes for each pair of rows. Scale the features first.
 */
export class SVC extends LabelClassifier<typeof parameters, State> {
  protected override readonly form = record<State>({
    support: integers(0, 2 ** 31), supportVectors: floatMatrix({ perFeature: true }), nSupport: listOf(count),
    dualCoef: floatMatrix(), bias: floats(), gamma: real, nIter: listOf(count),
  })

  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options?: OptionsOf<typeof parameters>) {
    super('SVC', parameters, options)
  }

  /** The numbers of the rows that are support vectors, class by class. @throws MyelinError `state` before `fit` */
  get support(): Int32Array {
    return this.stateFor('support').support
  }

  /** The support vectors, [support vectors, features]. @throws MyelinError `state` before `fit` */
  get supportVectors(): Matrix {
    return this.stateFor('supportVectors').supportVectors
  }

  /** How many of them each class has. @throws MyelinError `state` before `fit` */
  get nSupport(): readonly number[] {
    return this.stateFor('nSupport').nSupport
  }

  /**
   * What each support vector counts, [classes - 1, support vectors]: in the rows those of its pairs with the other classes
   * in their order; with the sign of the second class where there are two.
   *
   * @throws MyelinError `state` before `fit`
   */
  get dualCoef(): Matrix {
    const { dualCoef: { data, shape }, bias } = this.stateFor('dualCoef')
    return { data: bias.length === 1 ? data.map((value) => -value) : data, shape }
  }

  /** The bias of each pair of classes. @throws MyelinError `state` before `fit` */
  get intercept(): Float64Array {
    const { bias } = this.stateFor('intercept')
    return bias.length === 1 ? bias.map((value) => -value) : bias
  }

  /** The factor that `gamma` came to. @throws MyelinError `state` before `fit` */
  get gamma(): number {
    return this.stateFor('gamma').gamma
  }

  /** Steps for each pair of classes. @throws MyelinError `state` before `fit` */
  get nIter(): readonly number[] {
    return this.stateFor('nIter').nIter
  }

  /** The weights of the features, [pairs, features]. @throws MyelinError `unsupported` for kernels that are not linear */
  get coef(): Matrix {
    if (this.params.kernel !== 'linear') {
      throw new MyelinError('unsupported', `SVC: coef: the kernel "${this.params.kernel}" has no weights of features; the kernel ` +
        '"linear" has')
    }
    const state = this.stateFor('coef')
    const { data, shape: [vectors, features] } = state.supportVectors
    const pairs = pairsOf(state)
    const sums = new Float64Array(pairs.length * features)
    const sign = pairs.length === 1 ? -1 : 1
    pairs.forEach(({ coefs }, k) => {
      for (let v = 0; v < vectors; v++) {
        for (let j = 0; j < features; j++) sums[k * features + j]! += sign * coefs[v]! * data[v * features + j]!
      }
    })
    return { data: sums, shape: [pairs.length, features] }
  }

  /**
   * The scores of rows: for two classes [rows], positive for the second; of several [rows, classes], votes with a part for
   * how sure they are, or with `ovo` [rows, pairs], positive for the first of each.
   *
   * @throws MyelinError as `predict`
   */
  async decisionFunction(X: FeaturesLike): Promise<Matrix> {
    const state = this.stateFor('decisionFunction')
    const features = this.featuresOf('decisionFunction', X)
    const [rows] = features.shape, classes = this.classes.length
    const scores = await this.pairScores(state, features)
    if (classes === 2) return { data: scores.map((score) => -score), shape: [rows] }
    if (this.params.decisionFunctionShape === 'ovo') return { data: scores, shape: [rows, state.bias.length] }
    return { data: votesAndSureness(scores, rows, classes), shape: [rows, classes] }
  }

  protected override fits({ support, supportVectors, nSupport, dualCoef, bias }: State, classes: number): boolean {
    const vectors = supportVectors.shape[0]
    return support.length === vectors && nSupport.length === classes && nSupport.reduce((a, b) => a + b, 0) === vectors &&
      dualCoef.shape[0] === classes - 1 && dualCoef.shape[1] === vectors && bias.length === classes * (classes - 1) / 2
  }

  protected override async learn({ X, codes, classes, weights, signal, notice }: ClassRows): Promise<State> {
    const { C, tol, maxIter, classWeight: ofClasses, gamma: given, ...kernel } = this.params as typeof this.params & {
      readonly classWeight?: LabelWeights
    }
    const gamma = gammaOf(given, X)
    const perClass = weightsOfClasses('SVC', ofClasses, classes, codes)
    const costs = Float64Array.from(codes, (code, row) => C * perClass[code]! * (weights ? weights[row]! : 1))
    const [rows, features] = X.shape
    const rowsOf = classes.map((_, code) => [...codes.keys()].filter((row) => codes[row] === code && costs[row]! > 0))
    const empty = rowsOf.findIndex((own) => own.length === 0)
    if (empty >= 0) {
      throw new MyelinError('data', `SVC.fit: all rows of class ${JSON.stringify(classes[empty])} have weight 0`)
    }
    const all = await kernelMatrix('SVC.fit', X, X, kernel, gamma)
    const pause = new Pause(signal)
    const coefs: Float64Array[] = classes.slice(1).map(() => new Float64Array(rows))
    const bias: number[] = [], nIter: number[] = []
    for (let a = 0; a < classes.length; a++) {
      for (let b = a + 1; b < classes.length; b++) {
        const pair = Int32Array.from([...rowsOf[a]!, ...rowsOf[b]!]), first = rowsOf[a]!.length
        const found = await smo({
          kernel: all, stride: rows, rows: pair, y: Int8Array.from(pair, (_, i) => (i < first ? 1 : -1)),
          p: new Float64Array(pair.length).fill(-1), C: Float64Array.from(pair, (row) => costs[row]!), tol,
          maxIter: maxIter ?? Infinity,
        }, pause)
        found.alpha.forEach((alpha, i) => {
          if (i < first) coefs[b - 1]![pair[i]!] = alpha
          else coefs[a]![pair[i]!] = -alpha
        })
        bias.push(-found.rho)
        nIter.push(found.iterations)
        if (!found.converged) notice(`SVC: not converged after ${found.iterations} steps; raise maxIter, or scale the features`)
      }
    }
    const support = Int32Array.from(rowsOf.flat().filter((row) => coefs.some((own) => own[row] !== 0)))
    const vectors = new Float64Array(support.length * features), dual = new Float64Array(coefs.length * support.length)
    support.forEach((row, v) => {
      vectors.set(X.data.subarray(row * features, (row + 1) * features), v * features)
      coefs.forEach((own, k) => { dual[k * support.length + v] = own[row]! })
    })
    return {
      support, supportVectors: { data: vectors, shape: [support.length, features] },
      nSupport: classes.map((_, code) => support.filter((row) => codes[row] === code).length),
      dualCoef: { data: dual, shape: [coefs.length, support.length] }, bias: Float64Array.from(bias), gamma, nIter,
    }
  }

  protected override async decide(state: State, X: Features): Promise<Int32Array> {
    const scores = await this.pairScores(state, X)
    const [rows] = X.shape, classes = state.nSupport.length
    if (this.params.breakTies && classes > 2) {
      return largestColumns({ data: votesAndSureness(scores, rows, classes), shape: [rows, classes] })
    }
    const votes = new Float64Array(rows * classes)
    eachPair(scores, rows, classes, (row, a, b, score) => { votes[row * classes + (score > 0 ? a : b)]!++ })
    return largestColumns({ data: votes, shape: [rows, classes] })
  }

  /** [rows, pairs], positive for the first of each pair. */
  private async pairScores(state: State, X: Features): Promise<Float64Array> {
    const vectors = state.support.length, [rows] = X.shape
    const values = await kernelMatrix(this.kind, X, state.supportVectors, this.params as KernelValues, state.gamma)
    const pairs = pairsOf(state)
    const scores = new Float64Array(rows * pairs.length)
    for (let i = 0; i < rows; i++) {
      pairs.forEach(({ coefs, bias }, k) => {
        let sum = 0
        for (let v = 0; v < vectors; v++) sum += coefs[v]! * values[i * vectors + v]!
        scores[i * pairs.length + k] = sum + bias
      })
    }
    return scores
  }
}

/** What each support vector counts in each pair of classes; those of other classes count 0. */
function pairsOf({ nSupport, dualCoef, bias }: State): { readonly coefs: Float64Array, readonly bias: number }[] {
  const [, vectors] = dualCoef.shape
  const starts = nSupport.map((_, k) => nSupport.slice(0, k).reduce((a, b) => a + b, 0))
  const pairs: { readonly coefs: Float64Array, readonly bias: number }[] = []
  for (let a = 0; a < nSupport.length; a++) {
    for (let b = a + 1; b < nSupport.length; b++) {
      const coefs = new Float64Array(vectors)
      for (let v = starts[a]!; v < starts[a]! + nSupport[a]!; v++) coefs[v] = dualCoef.data[(b - 1) * vectors + v]!
      for (let v = starts[b]!; v < starts[b]! + nSupport[b]!; v++) coefs[v] = dualCoef.data[a * vectors + v]!
      pairs.push({ coefs, bias: bias[pairs.length]! })
    }
  }
  return pairs
}

function eachPair(
  scores: Float64Array, rows: number, classes: number, visit: (row: number, a: number, b: number, score: number) => void,
): void {
  let at = 0
  for (let row = 0; row < rows; row++) {
    for (let a = 0; a < classes; a++) for (let b = a + 1; b < classes; b++) visit(row, a, b, scores[at++]!)
  }
}

/** Votes, and below a third of a vote the sum of scores (scikit-learn's `_ovr_decision_function`). */
function votesAndSureness(scores: Float64Array, rows: number, classes: number): Float64Array {
  const votes = new Float64Array(rows * classes), sums = new Float64Array(rows * classes)
  eachPair(scores, rows, classes, (row, a, b, score) => {
    sums[row * classes + a]! += score
    sums[row * classes + b]! -= score
    votes[row * classes + (score < 0 ? b : a)]!++
  })
  return votes.map((vote, at) => vote + sums[at]! / (3 * (Math.abs(sums[at]!) + 1)))
}
