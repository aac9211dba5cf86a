/** The training loop. */
import type { Backend, Shape } from '../core/index.js'
import { bytesOf, defaultBackend, MyelinError, sameShape, shapeText, sizeOf } from '../core/index.js'
import type { SequentialNetwork } from '../nn/index.js'
import { readOptions, requireMemory } from '../nn/index.js'
import { boolean, integer, number } from '../nn/parameters.js'
import type { Callback, Logs, TrainingControl } from './callbacks.js'
import { describeNode, firstNonFinite } from './diagnose.js'
import { Evaluation, evaluationBatch } from './evaluation.js'
import { now, SliceSize, Turns } from './event-loop.js'
import { checkTargets, dataVariables, matrixBytes } from './graph.js'
import type { History } from './history.js'
import { appendEpoch, validationName } from './history.js'
import type { DataLike, Matrix } from './matrix.js'
import { inputRows, rowRange, rowsOf } from './matrix.js'
import type { Model } from './model.js'
import type { Compiled, OptimizerMemory } from './step.js'
import { historyLength } from './step.js'
import type { ClassWeight } from './targets.js'
import { rowWeights, targetRows } from './targets.js'
import type { Snapshot } from './trainer.js'
import { Trainer } from './trainer.js'

/** The numeric options of `fit`, as data. */
export const fitParameters = {
  epochs: integer({ default: 1, min: 0, help: 'how often all rows are trained on' }),
  batchSize: integer({ default: 32, min: 1, help: 'the number of rows in one step' }),
  shuffle: boolean({ default: true, help: 'whether the rows come in a new order in each epoch' }),
  validationSplit: number({ default: 0, min: 0, below: 1, help: 'the part of the rows, at the end, that is not trained on but evaluated' }),
  seed: integer({ default: undefined, help: 'where the order of the rows comes from; default: the model\'s seed' }),
}

export interface FitOptions {
  /** Default 1. */
  readonly epochs?: number
  /** Default 32. */
  readonly batchSize?: number
  /** A new order of the rows in each epoch; default true. Where one batch holds all rows, order has no meaning. */
  readonly shuffle?: boolean
  /** Where order and dropout masks come from; default: the model's seed. */
  readonly seed?: number
  /** The last part of the rows is kept for validation, as in Keras: before anything is shuffled. Default 0. */
  readonly validationSplit?: number
  readonly validationData?: readonly [x: DataLike, y: DataLike]
  /** The weight of each class in the loss. */
  readonly classWeight?: ClassWeight
  /** The weight of each row in the loss. */
  readonly sampleWeight?: DataLike
  readonly callbacks?: readonly Callback[]
  /** Stops at the end of a batch; the weights so far are kept, and the history says `aborted`. */
  readonly signal?: AbortSignal
  /** Default: the one that importing `myelin` sets. */
  readonly backend?: Backend
}

/** What the steps of a training depend on. */
export type StepOptions = Omit<FitOptions, 'callbacks' | 'signal'>

interface Part {
  readonly x: Matrix
  readonly y: Matrix
  readonly weights: Matrix | null
}

interface Prepared {
  readonly trainer: Trainer
  readonly evaluation: Evaluation | null
  readonly rows: number
  readonly epochs: number
}

/** Everything up to the first step: checks, memory, compiled programs. */
function prepare(
  model: Model, compiled: Compiled, memoryOf: () => OptimizerMemory, x: DataLike, y: DataLike, options: StepOptions,
): Prepared {
  const { backend = defaultBackend(), validationData, classWeight, sampleWeight, ...plain } = options
  const { epochs, batchSize, shuffle, validationSplit, seed = model.seed } = readOptions('fit', fitParameters, plain)
  const { train, validation } = split(model, compiled, x, y, { validationData, validationSplit, classWeight, sampleWeight })
  requireMemoryFor(model, compiled, train, validation, Math.min(batchSize, rowsOf(train.x)))
  model.build(train.x.shape.slice(1))
  const memory = memoryOf()
  const evaluation = validation && new Evaluation(model, compiled, dataVariables('validation', validation.x, validation.y, validation.weights),
    evaluationBatch)
  const trainer = new Trainer({
    network: model, compiled, memory, batchSize, shuffle, seed, backend,
    data: dataVariables('data', train.x, train.y, train.weights),
    extra: evaluation?.variables ?? [],
  })
  evaluation?.compile(trainer.session)
  return { trainer, evaluation, rows: rowsOf(train.x), epochs }
}

/** Trains a compiled model; see `Model.fit`. */
export async function fit(
  model: Model, compiled: Compiled, memoryOf: () => OptimizerMemory, x: DataLike, y: DataLike, options: FitOptions,
): Promise<History> {
  const begun = now()
  const { callbacks = [], signal, ...rest } = options
  const { trainer, evaluation, rows, epochs } = prepare(model, compiled, memoryOf, x, y, rest)
  try {
    return await new Run(model, compiled, trainer, evaluation, {
      epochs, callbacks, signal, begun, rows, rate: compiled.optimizer.learningRate,
    }).train()
  } finally {
    trainer.session.release()
  }
}

/** The compiled step of such a training; see `Model.explain`. */
export const explainFit = (...args: Parameters<typeof prepare>): string => prepare(...args).trainer.explain()

interface RunOptions {
  readonly epochs: number
  readonly callbacks: readonly Callback[]
  readonly signal: AbortSignal | undefined
  /** When `fit` was called. */
  readonly begun: number
  readonly rows: number
  readonly rate: number
}

class Run {
  private readonly turns = new Turns()
  private readonly slice = new SliceSize()
  private readonly history: History = { epoch: [], history: {}, stopped: 'completed', seconds: 0, samplesPerSecond: 0 }
  private readonly control: TrainingControl
  private stopping: string | undefined
  /** Batches trained. */
  private done = 0
  private saved: Snapshot
  private savedAt = -Infinity
  private saveCost = 0

  constructor(
    model: Model, private readonly compiled: Compiled, private readonly trainer: Trainer,
    private readonly evaluation: Evaluation | null, private readonly options: RunOptions,
  ) {
    this.control = { model, epochs: options.epochs, stop: (reason) => { this.stopping ??= reason } }
    this.saved = trainer.save()
  }

  async train(): Promise<History> {
    const { trainer, options: { epochs, callbacks } } = this
    try {
      for (const callback of callbacks) await callback.onTrainBegin?.(this.control)
      if (trainer.whole && !this.evaluation && !callbacks.some((c) => c.onEpochBegin ?? c.onEpochEnd)) await this.fewReturns()
      else for (let epoch = 0; epoch < epochs && !this.stopping; epoch++) await this.epoch(epoch)
    } finally {
      trainer.download()
    }
    this.history.stopped = this.stopping ?? 'completed'
    this.history.seconds = (now() - this.options.begun) / 1000
    this.history.samplesPerSecond = this.samples / Math.max(this.history.seconds, 1e-9)
    for (const callback of callbacks) await callback.onTrainEnd?.(this.history, this.control)
    return this.history
  }

  /** Rows trained on so far. */
  private get samples(): number {
    const { trainer, options: { rows } } = this
    const epochs = Math.floor(this.done / trainer.batches)
    return epochs * rows + (this.done % trainer.batches) * Math.ceil(rows / trainer.batches)
  }

  private async epoch(epoch: number): Promise<void> {
    const { trainer, evaluation, options: { callbacks } } = this
    for (const callback of callbacks) await callback.onEpochBegin?.(epoch, this.control)
    trainer.startEpoch(epoch)
    while (trainer.batch < trainer.batches) {
      this.keep()
      const steps = this.slice.steps(trainer.batches - trainer.batch)
      const before = now()
      trainer.run(steps)
      this.slice.took(steps, now() - before)
      this.done += steps
      if (!Number.isFinite(trainer.loss())) this.explainNonFinite()
      await this.breathe()
      if (this.stopping && trainer.batch < trainer.batches) return
    }
    if (epoch === this.options.epochs - 1 && !trainer.finite()) this.explainNonFinite()
    const [loss, ...metrics] = trainer.values()
    const logs: Record<string, number> = { loss: loss! }
    this.compiled.metrics.forEach(({ name }, i) => { logs[name] = metrics[i]! })
    if (evaluation) {
      const validation = await evaluation.run(this.turns)
      for (const [name, value] of Object.entries(validation)) logs[validationName(name)] = value
    }
    appendEpoch(this.history, epoch, logs)
    await this.announce(epoch, logs)
  }

  private async announce(epoch: number, logs: Logs): Promise<void> {
    const interested = this.options.callbacks.filter((c) => c.onEpochEnd)
    if (interested.length === 0) return
    this.trainer.downloadWeights()
    for (const callback of interested) {
      const waiting = callback.onEpochEnd!(epoch, logs, this.control)
      if (waiting) await waiting
    }
  }

  /** Where an epoch is one step and nobody looks at each, many are run at once and their losses read afterwards. */
  private async fewReturns(): Promise<void> {
    const { trainer, history, options: { epochs, rows } } = this
    const names = this.compiled.metrics.map(({ name }) => name)
    const columns = ['loss', ...names].map((name) => (history.history[name] = [] as number[]))
    while (trainer.epoch < epochs && !this.stopping) {
      this.keep()
      const steps = this.slice.steps(Math.min(historyLength, epochs - trainer.epoch))
      const first = trainer.epoch
      const before = now()
      const values = trainer.runEpochs(steps)
      this.slice.took(steps, now() - before)
      this.done += steps
      const losses = values[0]!
      for (let i = 0; i < steps; i++) {
        if (!Number.isFinite(losses[i])) this.explainNonFinite()
        history.epoch.push(first + i)
        columns[0]!.push(losses[i]!)
        for (let k = 1; k < columns.length; k++) columns[k]!.push(values[k]![i]! / rows)
      }
      await this.breathe()
    }
    if (!trainer.finite()) this.explainNonFinite()
  }

  /** Keeps a copy of the state from time to time: at most each 50 ms, and never for more than a hundredth of the time. */
  private keep(): void {
    const time = now()
    if (time - this.savedAt < Math.max(50, 100 * this.saveCost)) return
    this.saved = this.trainer.save()
    this.savedAt = now()
    this.saveCost = this.savedAt - time
  }

  /** After a slice: a turn for the event loop where it is due, then progress and abort. */
  private async breathe(): Promise<void> {
    const { trainer, options: { callbacks, signal, epochs } } = this
    if (this.turns.due) {
      await this.turns.take()
      if (callbacks.some((c) => c.onBatchEnd)) {
        const seconds = (now() - this.options.begun) / 1000
        const progress = {
          epoch: trainer.epoch, epochs, batch: trainer.batch, batches: trainer.batches, loss: trainer.loss(), seconds,
          samplesPerSecond: this.samples / seconds,
        }
        for (const callback of callbacks) await callback.onBatchEnd?.(progress, this.control)
      }
    }
    if (signal?.aborted) this.stopping ??= 'aborted'
  }

  /** Trains again from the last copy, step by step, up to the first step that goes wrong, and says what did. */
  private explainNonFinite(): never {
    const { trainer, options: { rate, epochs } } = this
    trainer.restore(this.saved)
    if (trainer.whole) trainer.startEpoch(trainer.epoch)
    const advice = `try a lower learning rate (now ${rate}), or scale the inputs; the model keeps its weights from before that step`
    for (;;) {
      if (trainer.batch === trainer.batches) {
        if (trainer.epoch + 1 >= epochs) break
        trainer.startEpoch(trainer.epoch + 1)
      }
      const before = trainer.save()
      trainer.run(1)
      const loss = trainer.loss()
      if (Number.isFinite(loss) && trainer.finite()) continue
      const place = `epoch ${before.epoch + 1}, step ${before.batch + 1}`
      trainer.restore(before)
      const node = firstNonFinite(trainer.session, trainer.nextGraph())
      throw new MyelinError('nan', `fit: ${Number.isFinite(loss) ? 'a weight became NaN or infinite' : `the loss became ${loss}`} at ${place}: ` +
        `${node ? `the first value that is not finite came from ${describeNode(node)}` : 'a sum over the epoch overflowed'}; ${advice}`)
    }
    throw new MyelinError('nan', `fit: the mean loss of an epoch is not finite although each step's is; ${advice}`)
  }
}

/** The rows to train on and those to evaluate, checked against model and loss. */
function split(
  model: Model, compiled: Compiled, x: DataLike, y: DataLike,
  { validationData, validationSplit, classWeight, sampleWeight }: Pick<FitOptions, 'validationData' | 'classWeight' | 'sampleWeight'> &
  { readonly validationSplit: number },
): { train: Part; validation: Part | null } {
  const all = labelledRows(model, compiled, 'fit', x, y)
  const rows = rowsOf(all.x)
  if (rows === 0) throw new MyelinError('data', 'fit: x has no rows')
  const bySample = rowWeights(all.y, model.dtype, sampleWeight, undefined)
  const weights = rowWeights(all.y, model.dtype, sampleWeight, classWeight)
  if (validationData !== undefined) {
    if (!Array.isArray(validationData) || validationData.length !== 2) {
      throw new MyelinError('argument', 'fit: validationData must be [x, y]')
    }
    const [vx, vy] = validationData
    const validation = labelledRows(model, compiled, 'validationData', vx, vy)
    if (rowsOf(validation.x) === 0) throw new MyelinError('data', 'fit: validationData has no rows')
    return { train: { ...all, weights }, validation: { ...validation, weights: null } }
  }
  if (validationSplit === 0) return { train: { ...all, weights }, validation: null }
  const at = Math.floor(rows * (1 - validationSplit))
  if (at === 0 || at === rows) {
    throw new MyelinError('argument', `fit: validationSplit ${validationSplit} of ${rows} rows leaves ${at} to train on and ${rows - at} to ` +
      'validate; give more rows or another part')
  }
  const part = (from: number, to: number, w: Matrix | null): Part =>
    ({ x: rowRange(all.x, from, to), y: rowRange(all.y, from, to), weights: w && rowRange(w, from, to) })
  return { train: part(0, at, weights), validation: part(at, rows, bySample) }
}

/** Checks x and y against each other, the model and the loss; nothing is built yet. */
export function labelledRows(
  network: SequentialNetwork, { loss, metrics }: Compiled, what: string, x: DataLike, y: DataLike,
): { x: Matrix; y: Matrix } {
  const inputs = networkRows(network, `${what}: x`, x)
  const outputShape = network.inputShape ? network.outputShape : network.plan(inputs.shape.slice(1)).outputs.at(-1)!
  const targets = targetRows(`${what}: y`, y, loss, outputShape, network.dtype)
  if (rowsOf(inputs) !== rowsOf(targets)) {
    throw new MyelinError('shape', `${what}: x has ${rowsOf(inputs)} rows and y has ${rowsOf(targets)}; each row of x needs its target`)
  }
  if (rowsOf(inputs) > 0) checkTargets(loss, metrics, outputShape, targets, network.dtype)
  return { x: inputs, y: targets }
}

/** Rows that fit a network; any do where it is not built yet. */
export function networkRows(network: SequentialNetwork, what: string, x: DataLike): Matrix {
  const rows = inputRows(what, x, network.dtype)
  const shape = rows.shape.slice(1)
  if (network.inputShape && !sameShape(network.inputShape, shape)) {
    throw new MyelinError('shape', `${what}: rows have shape ${shapeText(shape)}, but the model takes ${shapeText(network.inputShape)}`)
  }
  return rows
}

/** Adds up what training takes, from shapes alone. */
function requireMemoryFor(network: SequentialNetwork, { optimizer }: Compiled, train: Part, validation: Part | null, batch: number): void {
  const { dtype } = network
  const inputShape = train.x.shape.slice(1)
  const { weights, outputs } = network.plan(inputShape)
  const bytes = (shape: Shape): number => sizeOf(shape) * bytesOf(dtype)
  const total = (shapes: readonly Shape[]): number => shapes.reduce((sum, shape) => sum + bytes(shape), 0)
  const trainable = weights.filter((weight) => weight.trainable).map(({ shape }) => shape)
  const slots = trainable.flatMap((shape) => Object.values(optimizer.init({ shape, dtype })).map((slot) => slot.shape))
  // each layer's output and its gradient
  const perRow = 2 * total([inputShape, ...outputs])
  const smaller = 'make the layers smaller'
  requireMemory('fit', [
    { what: 'weights', bytes: total(weights.map(({ shape }) => shape)), advice: smaller },
    { what: 'gradients', bytes: total(trainable), advice: smaller },
    { what: 'optimiser memory', bytes: total(slots), advice: `${smaller}, or use an optimiser with less memory, such as sgd` },
    {
      what: 'data',
      bytes: matrixBytes(train.x, train.y, train.weights) + (validation ? matrixBytes(validation.x, validation.y, validation.weights) : 0),
      advice: 'train on fewer rows at a time, or keep pictures as bytes ({ data: Uint8Array, shape, scale: 1 / 255 })',
    },
    { what: `a batch of ${batch} rows`, bytes: perRow * batch, advice: `use a smaller batchSize; a row takes ${perRow} bytes` },
  ])
}
