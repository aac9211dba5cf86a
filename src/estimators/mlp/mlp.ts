/** What MLPClassifier and MLPRegressor share: a network of this library, trained by scikit-learn's rules and draws. */
import type { FloatType } from '../../core/index.js'
import { dtypeOf, MyelinError, typedArray } from '../../core/index.js'
import type { NamedArray, OptionsOf, Parameters } from '../../nn/index.js'
import { adam, lbfgs, sgd } from '../../nn/index.js'
import type { Callback, Matrix, Model } from '../../train/index.js'
import type { FeatureMatrix, FeaturesLike } from '../check-array.js'
import { checkArray } from '../check-array.js'
import type { WeightOptions } from '../contract.js'
import type { DrawnRows } from '../draw-rows.js'
import { Estimator } from '../estimator.js'
import type { RandomState } from '../mt19937.js'
import { checkRandomState } from '../mt19937.js'
import { mlpLoss } from './loss.js'
import type { MlpShape, OutActivation } from './network.js'
import { buildMlp, coefsOf, initialWeights, interceptsOf } from './network.js'
import type { MlpValues } from './parameters.js'
import { MlpProgress } from './progress.js'
import type { SavedMlp } from './saved.js'
import { Shuffles } from './shuffles.js'

/** What `fit` of an MLP takes beside the rows. */
export interface MlpFitOptions extends WeightOptions {
  /** Those of the network's `fit`; an epoch of `lbfgs` is one iteration. */
  readonly callbacks?: readonly Callback[]
  /** Ends training at the end of a batch; the weights so far are kept. */
  readonly signal?: AbortSignal
}

/** Rows with what is to be learned of them. */
export interface MlpRows {
  readonly X: FeatureMatrix
  /** [rows, outputs] */
  readonly y: Matrix
  /** Null where all count alike. */
  readonly weights: Float64Array | null
}

interface MlpState {
  readonly shape: MlpShape
  readonly model: Model
  readonly progress: MlpProgress
  /** sgd's learning rate now; goes on in `partialFit`. */
  rate: number
  /** Whether the model has an optimiser with which `partialFit` goes on. */
  optimizing: boolean
  loss: number
  nIter: number
  best: readonly NamedArray[]
}

/** A fitted array that stands beside others: the weights of a layer, for example. */
export type MlpArray = Float32Array | Float64Array

/** The base of both MLPs. */
export abstract class Mlp<P extends Parameters> extends Estimator<P> {
  private state: MlpState | undefined

  protected constructor(kind: string, parameters: P, options?: OptionsOf<P>) {
    super(kind, parameters, options)
  }

  /** The matrices of weights, [inputs, outputs] each. @throws MyelinError `state` before `fit` */
  get coefs(): Matrix[] {
    return coefsOf(this.ready('coefs').model)
  }

  /** The bias of each layer but the first. @throws MyelinError `state` before `fit` */
  get intercepts(): MlpArray[] {
    return interceptsOf(this.ready('intercepts').model)
  }

  /** Layers, inputs and outputs included. @throws MyelinError `state` before `fit` */
  get nLayers(): number {
    return this.ready('nLayers').shape.sizes.length
  }

  /** The number of outputs. @throws MyelinError `state` before `fit` */
  get nOutputs(): number {
    return this.ready('nOutputs').shape.sizes.at(-1)!
  }

  /** The activation of the outputs, by scikit-learn's name. @throws MyelinError `state` before `fit` */
  get outActivation(): OutActivation {
    return this.ready('outActivation').shape.outActivation
  }

  /** Epochs of the last call of `fit`; of lbfgs iterations. @throws MyelinError `state` before `fit` */
  get nIter(): number {
    return this.ready('nIter').nIter
  }

  /** Rows seen, again and again; 0 with lbfgs. @throws MyelinError `state` before `fit` */
  get t(): number {
    return this.ready('t').progress.t
  }

  /** The loss of the last epoch; of lbfgs that of the weights. @throws MyelinError `state` before `fit` */
  get loss(): number {
    return this.ready('loss').loss
  }

  /** The loss of each epoch. @throws MyelinError `state` before `fit` */
  get lossCurve(): readonly number[] {
    return this.ready('lossCurve').progress.lossCurve
  }

  /** The least loss of an epoch; null with early stopping. @throws MyelinError `state` before `fit` */
  get bestLoss(): number | null {
    return this.ready('bestLoss').progress.bestLoss
  }

  /** The score of the validation part after each epoch; null without early stopping. @throws MyelinError `state` */
  get validationScores(): readonly number[] | null {
    return this.ready('validationScores').progress.validationScores
  }

  /** The greatest of them, whose weights are kept. @throws MyelinError `state` before `fit` */
  get bestValidationScore(): number | null {
    return this.ready('bestValidationScore').progress.bestValidationScore
  }

  /** What of it a file keeps; null before `fit`. */
  protected get saved(): SavedMlp | null {
    if (!this.state) return null
    const { shape, model, progress, loss, nIter } = this.state
    const { t, standing, bestLoss, bestValidationScore, validationScores } = progress
    return {
      shape, loss, nIter,
      weights: model.getWeights().map(({ shape: size, data }) => ({ shape: size, data })),
      progress: {
        t, standing, bestLoss, bestValidationScore, lossCurve: Float64Array.from(progress.lossCurve),
        validationScores: validationScores && Float64Array.from(validationScores),
      },
    }
  }

  /** Takes over what was saved; training that goes on has a new optimiser. */
  protected restore({ shape, weights, progress, loss, nIter }: SavedMlp): void {
    const model = buildMlp(shape)
    model.setWeights(model.getWeights().map(({ name }, i) => ({ name, ...weights[i]! })))
    const { lossCurve, validationScores, ...counts } = progress
    this.state = {
      shape, model, loss, nIter, rate: this.values.learningRateInit, optimizing: false, best: model.getWeights(),
      progress: Object.assign(new MlpProgress(validationScores !== null), {
        ...counts, lossCurve: Array.from(lossCurve), validationScores: validationScores && Array.from(validationScores),
      }),
    }
  }

  protected get values(): MlpValues {
    return this.params as unknown as MlpValues
  }

  /** Whether there is something to go on from. */
  protected get begun(): boolean {
    return this.state !== undefined
  }

  /** Whether this call begins anew. */
  protected starts(incremental: boolean): boolean {
    return !this.state || (!this.values.warmStart && !incremental)
  }

  /** The score of predictions on validation rows: NaN where they are not numbers. */
  protected abstract validate(outputs: Matrix, rows: MlpRows): number

  /** The two parts for early stopping. */
  protected abstract drawValidation(rows: MlpRows, train: number, test: number, random: RandomState): DrawnRows

  /** Checks rows for `fit` or `partialFit`. */
  protected rowsOf(method: string, X: FeaturesLike, incremental: boolean): FeatureMatrix {
    const { dtype } = this.values
    if (!this.starts(incremental)) return this.checkFeatures(method, X, { dtype: this.state!.shape.dtype })
    return checkArray(`${this.kind}.${method}: X`, X, { ...(dtype && { dtype }) })
  }

  /** The network's outputs for rows. */
  protected async outputs(method: string, X: FeaturesLike): Promise<Matrix> {
    const { model, shape: { dtype } } = this.ready(method)
    return model.predict(this.checkFeatures(method, X, { dtype }))
  }

  /** Trains; rows are checked already. */
  protected async train(
    rows: MlpRows, outActivation: OutActivation, { callbacks = [], signal }: MlpFitOptions, incremental: boolean,
  ): Promise<void> {
    const { values } = this
    const { solver, randomState, earlyStopping } = values
    if (incremental && solver === 'lbfgs') {
      throw new MyelinError('unsupported', `${this.kind}.partialFit: the solver lbfgs takes all rows at once; use adam or sgd`)
    }
    if (incremental && earlyStopping) {
      throw new MyelinError('unsupported', `${this.kind}.partialFit: there is no early stopping in partialFit; ` +
        'set earlyStopping to false')
    }
    const random = checkRandomState(randomState)
    if (this.starts(incremental)) this.begin(rows, outActivation, random)
    const state = this.state!
    state.nIter = 0
    this.notices = []
    if (!incremental || !state.optimizing) this.compile(state)
    if (solver === 'lbfgs') await this.minimize(state, rows, callbacks, signal)
    else await this.descend(state, rows, random, { callbacks, signal }, incremental)
  }

  private ready(what: string): MlpState {
    return this.fitted(this.state, what)
  }

  /** A new network with new weights. */
  private begin({ X, y }: MlpRows, outActivation: OutActivation, random: RandomState): void {
    const { hiddenLayerSizes, activation, dropout, solver, earlyStopping, learningRateInit, randomState } = this.values
    const dtype: FloatType = X.data instanceof Float32Array ? 'float32' : 'float64'
    const shape: MlpShape = {
      sizes: [X.shape[1], ...hiddenLayerSizes, y.shape[1]!], activation, outActivation, dropout, dtype,
      seed: typeof randomState === 'number' ? randomState : 0,
    }
    const model = buildMlp(shape)
    model.setWeights(initialWeights(shape, random))
    this.rememberFeatures(X)
    this.state = {
      shape, model, progress: new MlpProgress(earlyStopping && solver !== 'lbfgs'), rate: learningRateInit,
      optimizing: false, loss: NaN, nIter: 0, best: model.getWeights(),
    }
  }

  /** Gives the network a new optimiser. */
  private compile(state: MlpState): void {
    const { solver, alpha, learningRateInit, momentum, nesterovsMomentum, beta1, beta2, epsilon, tol, maxFun } = this.values
    const kernels = state.model.variables.filter(({ name }) => name.endsWith('/kernel')).map(({ variable }) => variable)
    state.model.compile({
      loss: mlpLoss(state.shape.outActivation, alpha > 0, kernels),
      optimizer: solver === 'adam' ? adam({ learningRate: learningRateInit, beta1, beta2, epsilon })
        : solver === 'sgd' ? sgd({ learningRate: learningRateInit, momentum, nesterov: nesterovsMomentum })
        : lbfgs({ gtol: tol, maxFun }),
    })
    state.rate = learningRateInit
    state.optimizing = solver !== 'lbfgs'
  }

  private async minimize(
    state: MlpState, rows: MlpRows, callbacks: readonly Callback[], signal: AbortSignal | undefined,
  ): Promise<void> {
    const { maxIter, verbose } = this.values
    const { model, progress } = state
    const own: Callback = {
      onEpochEnd: (epoch, logs) => {
        state.nIter = epoch + 1
        state.loss = logs.loss!
        progress.lossCurve.push(state.loss)
        if (verbose) verbose(`Iteration ${state.nIter}, loss = ${state.loss.toFixed(8)}`)
      },
    }
    const { x, y } = trainingData(rows, this.values.alpha)
    const { stopped } = await model.fit(x, y, { epochs: maxIter, callbacks: [own, ...callbacks], signal })
    if (state.nIter === 0) state.loss = (await model.evaluate(x, y)).loss!
    if (stopped === 'converged') return
    this.notices = [`${this.kind}: lbfgs ended after ${state.nIter} iterations without having converged: ${
      stopped === 'completed' ? 'maxIter is reached; raise it, or scale the features'
      : stopped === 'maxFun' ? 'maxFun evaluations of the loss are done; raise it, or scale the features'
      : stopped === 'lineSearchFailed' ? 'no lower point was found along the gradient; scale the features'
      : stopped}`]
  }

  private async descend(
    state: MlpState, all: MlpRows, random: RandomState, { callbacks, signal }: Pick<MlpFitOptions, 'callbacks' | 'signal'>,
    incremental: boolean,
  ): Promise<void> {
    const { values } = this
    const { maxIter, shuffle, earlyStopping, verbose, tol } = values
    const { model, progress } = state
    const parts = earlyStopping ? this.split(all, random) : undefined
    const rows = parts ? parts.train : all
    const count = rows.X.shape[0]
    const shuffles = new Shuffles(random, count)
    let ended: string | undefined
    const own: Callback = {
      onEpochEnd: async (epoch, logs, control) => {
        // where one batch holds all rows nobody asks for their order, which is drawn all the same
        if (shuffle) shuffles.at(epoch)
        const loss = logs.loss!
        state.nIter = epoch + 1
        state.loss = loss
        progress.t += count
        progress.lossCurve.push(loss)
        if (verbose) verbose(`Iteration ${state.nIter}, loss = ${loss.toFixed(8)}`)
        if (parts) {
          const score = this.validate(await model.predict(parts.validation.X), parts.validation)
          if (verbose) verbose(`Validation score: ${score.toFixed(6)}`)
          if (progress.addScore(score, values)) state.best = model.getWeights()
        } else progress.addLoss(loss, values)
        const { rate, ends } = progress.afterEpoch(state.rate, values)
        if (rate !== state.rate) {
          state.rate = rate
          control.learningRate = rate
        }
        if (!ends) return
        ended = parts
          ? `Validation score did not improve more than tol=${tol.toFixed(6)} for ${values.nIterNoChange} consecutive epochs.`
          : `Training loss did not improve more than tol=${tol.toFixed(6)} for ${values.nIterNoChange} consecutive epochs.`
        if (verbose) verbose(`${ended} Stopping.`)
        control.stop('converged')
      },
    }
    const { x, y } = trainingData(rows, this.values.alpha)
    try {
      const { stopped } = await model.fit(x, y, {
        epochs: incremental ? 1 : maxIter, batchSize: this.batchSize(count), shuffle: shuffle ? shuffles.orderOf : false,
        callbacks: [own, ...(callbacks ?? [])], signal,
      })
      if (stopped === 'aborted') this.notices = [...this.notices, `${this.kind}: training was aborted`]
      else if (ended === undefined && !incremental && stopped === 'completed') {
        this.notices = [...this.notices, `${this.kind}: ${maxIter} epochs (maxIter) are done and training has not converged ` +
          'yet; raise maxIter, or scale the features']
      }
    } catch (error) {
      // with early stopping there are weights that were good; what went wrong after them is no loss
      if (!parts || !(error instanceof MyelinError && error.code === 'nan')) throw error
      progress.addScore(NaN, values)
      this.notices = [...this.notices, `${this.kind}: training diverged: ${error.message}`]
    }
    if (parts) model.setWeights(state.best)
  }

  /** Rows in a step. */
  private batchSize(rows: number): number {
    const { batchSize } = this.values
    if (batchSize === 'auto') return Math.min(200, rows)
    if (batchSize > rows) {
      this.notices = [...this.notices, `${this.kind}: batchSize ${batchSize} is more than the ${rows} rows; all are taken`]
    }
    return Math.min(batchSize, rows)
  }

  private split(rows: MlpRows, random: RandomState): { readonly train: MlpRows, readonly validation: MlpRows } {
    const { validationFraction } = this.values
    const count = rows.X.shape[0]
    const test = Math.ceil(validationFraction * count)
    if (test < 2 || count - test < 1) {
      throw new MyelinError('data', `${this.kind}.fit: validationFraction ${validationFraction} of ${count} rows is ` +
        `${test} to validate, too few for early stopping; raise validationFraction or give more rows`)
    }
    const drawn = this.drawValidation(rows, count - test, test, random)
    return { train: takeRows(rows, drawn.train), validation: takeRows(rows, drawn.test) }
  }
}

/** Rows as the network's `fit` takes them: beside the targets columns with the weights and α, for the loss. */
function trainingData({ X, y, weights }: MlpRows, alpha: number): { readonly x: Matrix, readonly y: Matrix } {
  const [rows, outputs] = y.shape as readonly [number, number]
  const width = outputs + 2
  const data = typedArray(dtypeOf(X.data), rows * width)
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < outputs; k++) data[i * width + k] = y.data[i * outputs + k]!
    data[i * width + outputs] = weights ? weights[i]! : 1
    data[i * width + outputs + 1] = alpha
  }
  return { x: X, y: { data, shape: [rows, width] } }
}

const takeRows = ({ X, y, weights }: MlpRows, rows: Int32Array): MlpRows => ({
  X: { ...taken(X, rows), names: X.names } as FeatureMatrix,
  y: taken(y, rows),
  weights: weights && Float64Array.from(rows, (row) => weights[row]!),
})

function taken({ data, shape: [, columns] }: Matrix, rows: Int32Array): Matrix {
  const width = columns!
  const result = typedArray(data instanceof Float32Array ? 'float32' : 'float64', rows.length * width)
  rows.forEach((row, i) => {
    for (let k = 0; k < width; k++) result[i * width + k] = data[row * width + k]!
  })
  return { data: result, shape: [rows.length, width] }
}
