/** A network that can be trained: the public face of layers, losses, optimisers and the training loop. */
import type { Backend } from '../core/index.js'
import { defaultBackend, MyelinError } from '../core/index.js'
import type { Layer, Loss, LossFunction, NetworkOptions, Optimizer } from '../nn/index.js'
import {
  lossFromFunction,
  losses,
  optimizers,
  readNetworkJson,
  readOptions,
  resolve,
  resolveMetric,
  SequentialNetwork,
} from '../nn/index.js'
import { integer } from '../nn/parameters.js'
import { Evaluation, evaluationBatch } from './evaluation.js'
import { Turns } from './event-loop.js'
import type { FitOptions, StepOptions } from './fit.js'
import { explainFit, fit } from './fit.js'
import { dataVariables } from './graph.js'
import type { History } from './history.js'
import type { DataLike, Matrix } from './matrix.js'
import { rowsOf } from './matrix.js'
import { Predictor } from './predictor.js'
import { labelledRows, networkRows } from './rows.js'
import type { Compiled, OptimizerMemory } from './step.js'
import { optimizerMemory } from './step.js'
import { rowWeights } from './targets.js'

/** A component by its name, or by its name with options, as in JSON. */
type Named = string | ({ readonly name: string } & Readonly<Record<string, unknown>>)

export interface CompileOptions {
  /** Default `rmsprop`, as in Keras. */
  readonly optimizer?: Named | Optimizer
  readonly loss: Named | Loss | LossFunction
  /** `accuracy`, or losses by their names; default none. */
  readonly metrics?: readonly string[]
}

export interface PredictOptions {
  /** Rows computed at once; default 1024. */
  readonly batchSize?: number
  /** Default: the one that importing `myelin` sets. */
  readonly backend?: Backend
}
export interface EvaluateModelOptions extends PredictOptions {
  /** The weight of each row in the loss. */
  readonly sampleWeight?: DataLike
}

const batchParameters = {
  batchSize: integer({ default: evaluationBatch, min: 1, help: 'the number of rows computed at once' }),
}

export class Model extends SequentialNetwork {
  private compiled: Compiled | undefined
  private memory: OptimizerMemory | undefined
  private predictor: Predictor | undefined
  private training = false

  /**
   * Says how to train: `model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy', metrics: ['accuracy'] })`.
   * What an optimiser remembers of earlier training is forgotten.
   *
   * @throws MyelinError `argument` for unknown names (the nearest is suggested) and wrong options
   */
  compile(options: CompileOptions): this {
    const { optimizer = 'rmsprop', loss, metrics = [], ...unknown } = options
    readOptions('compile', {}, unknown)
    if (loss === undefined)
      throw new MyelinError('argument', 'compile: the option "loss" is missing, such as "meanSquaredError"')
    if (!Array.isArray(metrics))
      throw new MyelinError('argument', 'compile: metrics must be a list, such as ["accuracy"]')
    const isFunction = typeof loss === 'function' && !('kind' in loss)
    this.compiled = {
      optimizer: resolve('optimizer', optimizers, optimizer) as Optimizer,
      loss: isFunction ? lossFromFunction(loss) : (resolve('loss', losses, loss) as Loss),
      metrics: metrics.map(resolveMetric),
    }
    this.memory = undefined
    return this
  }

  /**
   * Trains on rows of x and their targets y. Called again it goes on from where it was. It yields to the event loop at
   * least every 50 ms.
   *
   * @param x [rows, ...inputShape]: lists, or `{ data, shape, scale? }`, where bytes stay bytes in memory
   * @param y values of the output's shape (a list of numbers for one output), or class numbers for sparse losses
   * @returns loss and metrics per epoch
   * @throws MyelinError `state` before `compile` or while it is training; `data` for NaN, Infinity or wrong classes,
   * with row and column; `shape` for what does not fit; `memory` for what cannot be held; `nan` when the loss becomes NaN or
   * infinite, naming the operation: the model then has the weights from before that step
   */
  async fit(x: DataLike, y: DataLike, options: FitOptions = {}): Promise<History> {
    const compiled = this.requireCompiled('fit')
    if (this.training)
      throw new MyelinError('state', `fit: model "${this.name}" is being trained already; wait for that to end`)
    this.training = true
    try {
      return await fit(this, compiled, () => (this.memory ??= optimizerMemory(this, compiled.optimizer)), x, y, options)
    } finally {
      this.training = false
    }
  }

  /**
   * What the compiler makes of one training step of `fit` with these arguments, as text: every loop and kernel in the
   * order in which they run, then the buffers that they use. Nothing is trained.
   *
   * @throws MyelinError as `fit`
   */
  explain(x: DataLike, y: DataLike, options: StepOptions = {}): string {
    const compiled = this.requireCompiled('explain')
    return explainFit(this, compiled, () => this.memory ?? optimizerMemory(this, compiled.optimizer), x, y, options)
  }

  /**
   * Loss and metrics of rows, by name: `{ loss, accuracy }`.
   *
   * @throws MyelinError as `fit`
   */
  async evaluate(x: DataLike, y: DataLike, options: EvaluateModelOptions = {}): Promise<Record<string, number>> {
    const compiled = this.requireCompiled('evaluate')
    const { backend = defaultBackend(), sampleWeight, ...plain } = options
    const { batchSize } = readOptions('evaluate', batchParameters, plain)
    const rows = labelledRows(this, compiled, 'evaluate', x, y)
    if (rowsOf(rows.x) === 0) throw new MyelinError('data', 'evaluate: x has no rows')
    const weights = rowWeights(rows.y, this.dtype, sampleWeight, undefined)
    this.build(rows.x.shape.slice(1))
    const evaluation = new Evaluation(this, compiled, dataVariables('data', rows.x, rows.y, weights), batchSize)
    const session = backend.session([...this.variables.map((v) => v.variable), ...evaluation.variables])
    try {
      evaluation.compile(session)
      return await evaluation.run(new Turns())
    } finally {
      session.release()
    }
  }

  /**
   * The outputs for rows of x. Compiled programs are kept, so that a second call of the same size is fast.
   *
   * @param x [rows, ...inputShape]
   * @returns [rows, ...outputShape], row-major; no rows give no rows
   * @throws MyelinError `data` for NaN or Infinity, `shape` for rows of another shape
   */
  async predict(x: DataLike, options: PredictOptions = {}): Promise<Matrix> {
    const { backend = this.predictor?.backend ?? defaultBackend(), ...plain } = options
    const { batchSize } = readOptions('predict', batchParameters, plain)
    const rows = networkRows(this, 'predict: x', x)
    this.build(rows.shape.slice(1))
    if (this.predictor?.backend !== backend) this.predictor = new Predictor(this, backend)
    return this.predictor.predict(rows, batchSize)
  }

  /** A new, untrained model from what `toJSON` wrote; nothing in it is executed. @throws MyelinError `argument` */
  static fromJSON(json: unknown): Model {
    const { layers, options } = readNetworkJson(json)
    return new Model(layers, options)
  }

  private requireCompiled(what: string): Compiled {
    if (!this.compiled) {
      throw new MyelinError(
        'state',
        `${what}: say how to train first: model.compile({ optimizer: "adam", loss: "meanSquaredError" })`,
      )
    }
    return this.compiled
  }
}

/**
 * A model of layers one after another: `sequential([dense({ units: 8, activation: 'relu' }), dense({ units: 1 })])`.
 *
 * @throws MyelinError `argument` for no layers, something that is no layer, or two of one name
 */
export const sequential = (layers: readonly Layer[], options: NetworkOptions = {}): Model => new Model(layers, options)
