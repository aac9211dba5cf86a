/** A network that can be trained: the public face of layers, losses, optimisers and the training loop. */
import type { Backend } from '../core/index.js'
import { defaultBackend, MyelinError } from '../core/index.js'
import type { Layer, NetworkOptions, Optimizer, Registry } from '../nn/index.js'
import {
  Network,
  optimizers,
  readNetworkJson,
  readOptions,
  resolve,
  SymbolicTensor,
  topologyOf,
} from '../nn/index.js'
import { integer } from '../nn/parameters.js'
import type { BatchSource, InputSource } from './batch.js'
import { isSource } from './batch.js'
import type { FitOptions, FitSourceOptions, StepOptions } from './fit-options.js'
import { evaluationBatch, prefetchParameter } from './fit-options.js'
import type { History } from './history.js'
import { Inspection } from './inspection.js'
import type { DataLike, Matrix, ModelData } from './matrix.js'
import { rowsOf } from './matrix.js'
import type { Named, ObjectiveOptions } from './objective.js'
import { objectiveOf } from './objective.js'
import { Predictor } from './predictor.js'
import { labelledRows, networkRows, rowShapes } from './rows.js'
import { decodeNetwork, encodeNetwork } from './saved-model.js'
import type { Compiled, OptimizerMemory } from './step.js'

/** What `compile` takes. */
export interface CompileOptions extends ObjectiveOptions {
  /** Default `rmsprop`, as in Keras. */
  readonly optimizer?: Named | Optimizer
}

/** What `predict` takes beside the rows. */
export interface PredictOptions {
  /** Rows computed at once; default 1024. */
  readonly batchSize?: number
  /** Default: the one that importing `myelin` sets. */
  readonly backend?: Backend
}
interface SourceOptions {
  /** How many batches are read; default: all. */
  readonly steps?: number
  /** How many batches are asked for while the one before them is computed; default 2. */
  readonly prefetch?: number
}
/** What `evaluate` takes beside a source of batches. */
export type EvaluateSourceOptions = SourceOptions & Pick<PredictOptions, 'backend'>
/** What `predict` takes beside a source. */
export type PredictSourceOptions = SourceOptions & PredictOptions
/** What `layerOutputs` and `gradients` take beside the rows. */
export interface InspectOptions {
  /** Default: the one that importing `myelin` sets. */
  readonly backend?: Backend
}
/** What `evaluate` takes beside the rows. */
export interface EvaluateModelOptions extends PredictOptions {
  /** The weight of each row in the loss. */
  readonly sampleWeight?: DataLike
}

/** Where layers of one's own are named, as Keras's `custom_objects`. */
export interface CustomObjects {
  /** What `defineLayer` gave, by any names: `{ layerScale }`. */
  readonly customObjects?: Registry
}

/** Loaded when it is first needed. */
const onDemand = (): Promise<typeof import('./on-demand.js')> => import('./on-demand.js')

const batchParameters = {
  batchSize: integer({ default: evaluationBatch, min: 1, help: 'the number of rows computed at once' }),
}
const sourceParameters = {
  steps: integer({ default: undefined, min: 1, help: 'the number of batches that are read; default: all' }),
  prefetch: prefetchParameter,
}

/** `Prediction` is what `predict` gives: a matrix, or a list of them where there are several outputs. */
export class Model<Prediction = Matrix> extends Network {
  private compiled: Compiled | undefined
  private memory: OptimizerMemory | undefined
  private predictor: Predictor | undefined
  private training = false

  /**
   * Says how to train: `model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy', metrics: ['accuracy'] })`.
   * What an optimiser remembers of earlier training is forgotten. With several outputs `loss`, `lossWeights` and
   * `metrics` are lists, or objects with the outputs' names.
   *
   * @throws MyelinError `argument` for unknown names (the nearest is suggested) and wrong options
   */
  compile(options: CompileOptions): this {
    const { optimizer = 'rmsprop', loss, lossWeights, metrics, weightedMetrics, ...unknown } = options
    readOptions('compile', {}, unknown)
    this.compiled = {
      optimizer: resolve('optimizer', optimizers, optimizer) as Optimizer,
      ...objectiveOf(this.outputNames, {
        loss,
        ...(lossWeights && { lossWeights }),
        ...(metrics && { metrics }),
        ...(weightedMetrics && { weightedMetrics }),
      }),
    }
    this.memory = undefined
    return this
  }

  /**
   * Trains on rows of x and their targets y. Called again it goes on from where it was: weights, optimiser, order of rows
   * and dropout masks, so that two calls of 2 epochs are one of 4 to the bit; epochs are numbered from 0 in each call,
   * as in Keras, or from `initialEpoch`. It yields to the event loop at least every 50 ms; x and y have to stay as they are
   * until it ends.
   *
   * Data larger than memory come as batches: `fit(source, options)`, where a source is an iterable or async iterable of
   * `{ x, y, sampleWeight? }`, or a function that makes one for each epoch. Batches may differ in size. They are asked
   * for while the step before them runs, `prefetch` at most, and the source's `return()` is called when training ends
   * before it does. The same batches as those of rows that are not shuffled give the same weights to
   * the bit, where there is more than one.
   *
   * @param x [rows, ...inputShape]: lists, or `{ data, shape, scale? }`, where bytes stay bytes in memory
   * With several inputs, a list of these or an object with their names.
   * @param y values of the output's shape (a list of numbers for one output), or class numbers for sparse losses
   * @returns loss and metrics per epoch
   * @throws MyelinError `state` before `compile` or while it is training; `data` for NaN, Infinity or wrong classes,
   * with row and column, and for a source that ends too early or fails, with the number of the batch; `shape` for what
   * does not fit; `memory` for what cannot be held; `nan` when the loss becomes NaN or infinite, naming the operation:
   * the model then has the weights from before that step
   */
  fit(source: BatchSource, options?: FitSourceOptions): Promise<History>
  fit(x: ModelData, y: ModelData, options?: FitOptions): Promise<History>
  async fit(
    x: ModelData | BatchSource,
    y: ModelData | FitSourceOptions = {},
    options: FitOptions = {},
  ): Promise<History> {
    return this.whileTraining(async (compiled, memory) => {
      const { fit, fitSource } = await onDemand()
      return isSource(x, this.inputNames)
        ? fitSource(this, compiled, memory, x, y as FitSourceOptions)
        : fit(this, compiled, memory, x as ModelData, y as ModelData, options)
    })
  }

  /** @throws MyelinError `state` before `compile` or while it is training */
  private async whileTraining(
    train: (compiled: Compiled, memory: () => OptimizerMemory) => Promise<History>,
  ): Promise<History> {
    const compiled = this.requireCompiled('fit')
    if (this.training)
      throw new MyelinError('state', `fit: model "${this.name}" is being trained already; wait for that to end`)
    this.training = true
    try {
      const { optimizerMemory } = await onDemand()
      return await train(compiled, () => (this.memory ??= optimizerMemory(this, compiled.optimizer)))
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
  async explain(x: ModelData, y: ModelData, options: StepOptions = {}): Promise<string> {
    const compiled = this.requireCompiled('explain')
    const { explainFit, optimizerMemory } = await onDemand()
    return explainFit(this, compiled, () => this.memory ?? optimizerMemory(this, compiled.optimizer), x, y, options)
  }

  /**
   * Loss and metrics of rows, or of the batches of a source, by name: `{ loss, accuracy }`.
   *
   * @throws MyelinError as `fit`
   */
  evaluate(source: BatchSource, options?: EvaluateSourceOptions): Promise<Record<string, number>>
  evaluate(x: ModelData, y: ModelData, options?: EvaluateModelOptions): Promise<Record<string, number>>
  async evaluate(
    x: ModelData | BatchSource,
    y: ModelData | EvaluateSourceOptions = {},
    options: EvaluateModelOptions = {},
  ): Promise<Record<string, number>> {
    const compiled = this.requireCompiled('evaluate')
    if (isSource(x, this.inputNames)) {
      const { backend = defaultBackend(), ...plain } = y as EvaluateSourceOptions
      const values = readOptions('evaluate', sourceParameters, plain)
      return (await onDemand()).evaluateSource(this, compiled, x, backend, values)
    }
    const { backend = defaultBackend(), sampleWeight, ...plain } = options
    const { batchSize } = readOptions('evaluate', batchParameters, plain)
    const setting = { backend, sampleWeight, batchSize }
    return (await onDemand()).evaluateRows(this, compiled, x as ModelData, y as ModelData, setting)
  }

  /**
   * The outputs for rows of x, or for all rows of a source of these or of batches. Compiled programs are kept, so that a second call of the same size is fast.
   *
   * @param x [rows, ...inputShape]; with several inputs, a list of these or an object with their names
   * @returns [rows, ...outputShape], row-major; no rows give no rows; with several outputs, a list of these
   * @throws MyelinError `data` for NaN or Infinity, `shape` for rows of another shape
   */
  predict(source: InputSource, options?: PredictSourceOptions): Promise<Prediction>
  predict(x: ModelData, options?: PredictOptions): Promise<Prediction>
  async predict(x: ModelData | InputSource, options: PredictSourceOptions = {}): Promise<Prediction> {
    const { backend = this.predictor?.backend ?? defaultBackend(), ...plain } = options
    const matrices = async (outputs: Promise<Matrix[]>): Promise<Prediction> => {
      const all = await outputs
      return (all.length === 1 ? all[0] : all) as Prediction
    }
    const compute = (rows: readonly Matrix[], batchSize: number): Promise<Matrix[]> => {
      this.build(...rowShapes(rows))
      if (this.predictor?.backend !== backend) this.predictor = new Predictor(this, backend)
      return this.predictor.predict(rows, batchSize)
    }
    if (isSource(x, this.inputNames)) {
      const values = readOptions('predict', { ...batchParameters, ...sourceParameters }, plain)
      const { predictSource } = await onDemand()
      return matrices(predictSource(this, x, values, (rows) => compute(rows, values.batchSize)))
    }
    const { batchSize } = readOptions('predict', batchParameters, plain)
    return matrices(compute(networkRows(this, 'predict: x', x as ModelData), batchSize))
  }

  /**
   * What each layer gives for rows of x when it predicts, by the layer's name (`dense_1:2` where a shared layer is used
   * for the second time), and the inputs themselves.
   *
   * @throws MyelinError as `predict`
   */
  layerOutputs(x: ModelData, options: InspectOptions = {}): Record<string, Matrix> {
    const { backend = defaultBackend(), ...unknown } = options
    readOptions('layerOutputs', {}, unknown)
    const rows = networkRows(this, 'layerOutputs: x', x)
    this.build(...rowShapes(rows))
    return new Inspection(this, backend, rows).outputs()
  }

  /**
   * The gradients of the loss of rows, when predicting, by every input (`input`), layer output (`dense_1`) and
   * trainable weight (`dense_1/kernel`), of their shapes. What the loss does not depend on has gradients of 0.
   *
   * @throws MyelinError as `fit`
   */
  gradients(x: ModelData, y: ModelData, options: InspectOptions = {}): Record<string, Matrix> {
    const compiled = this.requireCompiled('gradients')
    const { backend = defaultBackend(), ...unknown } = options
    readOptions('gradients', {}, unknown)
    const rows = labelledRows(this, compiled, 'gradients', x, y)
    if (rowsOf(rows.x[0]!) === 0) throw new MyelinError('data', 'gradients: x has no rows')
    this.build(...rowShapes(rows.x))
    return new Inspection(this, backend, rows.x).gradients(compiled, rows.y)
  }

  /**
   * A new, untrained model from what `toJSON` wrote; nothing in it is executed.
   *
   * @throws MyelinError `argument` for anything but known layers with known options
   */
  static fromJSON<Prediction = Matrix>(json: unknown, { customObjects }: CustomObjects = {}): Model<Prediction> {
    const { layers, options } = readNetworkJson(json, customObjects)
    return new Model<Prediction>(layers, options)
  }

  /**
   * The model as the bytes of a safetensors file: architecture and weights, without what `compile` was given and what the
   * optimiser remembers. The same model gives the same bytes.
   *
   * @throws MyelinError `state` before the model has weights, `unsupported` where an option is a function of one's own
   */
  save(): Uint8Array {
    return encodeNetwork(this)
  }

  /**
   * The model that `save` wrote, ready to predict; to train it further, compile it. Nothing in the file is executed, and
   * checksum, architecture, names and shapes are checked before memory is taken.
   *
   * @param options.source what the file is called in messages; default "model file"
   * @param options.customObjects layers of one's own that are in the file
   * @throws MyelinError `file` naming what is wrong
   */
  static load<Prediction = Matrix>(
    bytes: Uint8Array,
    { source = 'model file', customObjects = {} }: CustomObjects & { readonly source?: string } = {},
  ): Model<Prediction> {
    return decodeNetwork(bytes, source, customObjects, (layers, options) => new Model<Prediction>(layers, options))
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

/** What a model of these outputs predicts. */
export type PredictionOf<Outputs> = Outputs extends readonly [SymbolicTensor] | SymbolicTensor
  ? Matrix
  : readonly Matrix[]

/** What `model` takes. */
export interface ModelOptions<Outputs> extends Omit<NetworkOptions, 'inputShape'> {
  /** What `input` made. */
  readonly inputs: SymbolicTensor | readonly SymbolicTensor[]
  /** What layers' `apply` made. */
  readonly outputs: Outputs
}

/**
 * A model that branches, with any number of inputs and outputs:
 *
 *     const a = input({ shape: [4] }), b = input({ shape: [3] })
 *     const joined = concatenate().apply([dense({ units: 8 }).apply(a), b])
 *     const network = model({ inputs: [a, b], outputs: dense({ units: 1 }).apply(joined) })
 *
 * A layer that is applied twice shares its weights; the same layer in another model has weights of its own.
 *
 * @throws MyelinError `argument` for outputs that need other inputs, or inputs that nothing needs; `shape` where layers
 * do not fit together
 */
export function model<const Outputs extends SymbolicTensor | readonly SymbolicTensor[]>(
  options: ModelOptions<Outputs>,
): Model<PredictionOf<Outputs>> {
  const { inputs, outputs, ...rest } = options
  const list = (given: SymbolicTensor | readonly SymbolicTensor[]): readonly SymbolicTensor[] =>
    given instanceof SymbolicTensor ? [given] : Array.isArray(given) ? (given as SymbolicTensor[]) : []
  return new Model(topologyOf(list(inputs), list(outputs)), { name: 'functional', ...rest })
}
