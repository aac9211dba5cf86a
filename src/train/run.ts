/** The training loop: epochs in slices of steps, with turns for the event loop, callbacks, and a watch for NaN. */
import type { Backend } from '../core/index.js'
import { MyelinError } from '../core/index.js'
import { isFullBatch } from '../nn/index.js'
import type { Callback, Logs, TrainingControl } from './callback.js'
import { requireSettable } from './learning-rate.js'
import { describeNode } from './diagnose.js'
import { now, SliceSize, Turns } from './event-loop.js'
import { namedValues } from './graph.js'
import type { History } from './history.js'
import { appendEpoch, emptyHistory, validationName } from './history.js'
import type { Model } from './model.js'
import type { Compiled } from './step.js'
import { historyLength } from './step.js'
import type { Training } from './training.js'
import type { TrainingState } from './training-state.js'
import { callbackStates, historyArrays, identityOf, requireSame, restoreCallbacks, restoreHistory } from './training-state.js'
import type { Validation } from './validation.js'
import { validatesAfter } from './validation.js'

export interface RunOptions {
  /** The first epoch to train, from 0. */
  readonly initialEpoch: number
  /** The number of the last epoch, from 1. */
  readonly epochs: number
  readonly callbacks: readonly Callback[]
  readonly signal: AbortSignal | undefined
  readonly backend: Backend
  /** When `fit` was called. */
  readonly begun: number
  readonly validationFreq: number | readonly number[]
}

/** One call of `fit`, from its first step to its history. */
export class Run {
  private readonly turns = new Turns()
  private readonly slice = new SliceSize()
  private readonly history: History
  private readonly control: TrainingControl
  /** Those that come last behind the others. */
  private readonly callbacks: readonly Callback[]
  private stopping: string | undefined
  /** The next epoch to train or, where batches of it are done, to train on. */
  private next: number
  private midEpoch = false
  private begun: number
  private identified: TrainingState['training'] | undefined

  constructor(
    model: Model<unknown>,
    private readonly compiled: Compiled,
    private readonly trainer: Training,
    private readonly validation: Validation | null,
    private readonly options: RunOptions,
  ) {
    this.history = emptyHistory(compiled, validation !== null, 'completed')
    this.control = this.controlOf(model as Model)
    const { callbacks } = options
    this.callbacks = [...callbacks.filter((c) => !c.last), ...callbacks.filter((c) => c.last)]
    this.next = options.initialEpoch
    this.begun = options.begun
  }

  async train(): Promise<History> {
    const {
      trainer,
      callbacks,
      options: { epochs, signal },
    } = this
    if (this.setsRate) this.history.history.learningRate = []
    if (signal?.aborted) this.stopping = 'aborted'
    try {
      for (const callback of callbacks) await callback.onTrainBegin?.(this.control)
      trainer.uploadChangedWeights()
      const watched = this.setsRate || callbacks.some((c) => c.onEpochBegin ?? c.onEpochEnd ?? c.batchInterval)
      if (trainer.whole && !this.validation && !watched && !this.midEpoch) await this.fewReturns()
      else while (this.next < epochs && !this.ended()) await this.epoch(this.next)
      if (this.stopping === 'aborted') await this.tellAbort()
      if (!trainer.finite()) this.explainNonFinite()
      trainer.averages.take()
    } catch (error) {
      trainer.averages.use(false)
      this.finish('failed')
      for (const callback of callbacks) {
        try {
          await callback.onTrainEnd?.(this.history, this.control)
        } catch {
          // the error that ended the training is the one to hear of
        }
      }
      throw error
    }
    this.finish(this.stopping ?? 'completed')
    for (const callback of callbacks) await callback.onTrainEnd?.(this.history, this.control)
    return this.history
  }

  /** Whether a callback, a signal or the optimiser itself ends training. */
  private ended(): boolean {
    return (this.stopping ??= this.trainer.ending ?? undefined) !== undefined
  }

  /** Whether callbacks set the learning rate, which is then a value of every epoch. */
  private get setsRate(): boolean {
    return this.options.callbacks.some(({ setsLearningRate }) => setsLearningRate)
  }

  private controlOf(model: Model): TrainingControl {
    const { trainer } = this
    const { optimizer } = this.compiled
    const seconds = (): number => this.seconds
    return {
      model,
      epochs: this.options.epochs,
      names: Object.keys(this.history.history),
      backend: this.options.backend,
      averagesWeights: trainer.averages.exist,
      get learningRate() {
        return trainer.learningRate
      },
      set learningRate(rate) {
        requireSettable(optimizer, rate)
        trainer.learningRate = rate
      },
      useAverages: (on) => {
        trainer.averages.use(on)
        trainer.downloadWeights()
      },
      stop: (reason) => {
        this.stopping ??= reason
      },
      get seconds() {
        return seconds()
      },
      saveState: () => this.saveState(),
      restoreState: (state) => this.restoreState(state),
    }
  }

  /** Completes the weights and the history. */
  private finish(stopped: string): void {
    this.trainer.uploadChangedWeights()
    this.trainer.download()
    this.history.stopped = stopped
    this.history.seconds = this.seconds
    this.history.samplesPerSecond = this.trainer.samples / Math.max(this.history.seconds, 1e-9)
  }

  private get seconds(): number {
    return (now() - this.begun) / 1000
  }

  /** See `TrainingControl.saveState`. */
  private saveState(): TrainingState {
    const { trainer, history, midEpoch } = this
    const { callbacks, arrays } = callbackStates(this.callbacks)
    return {
      training: this.identity(),
      progress: {
        epoch: this.next,
        batch: midEpoch ? trainer.batch : 0,
        earlier: trainer.earlierPasses,
        // what was aborted goes on
        stopping: this.stopping === undefined || this.stopping === 'aborted' ? null : this.stopping,
        seconds: this.seconds,
      },
      callbacks,
      arrays: [...trainer.saveArrays(), ...historyArrays(history), ...arrays],
    }
  }

  /** See `TrainingControl.restoreState`. */
  private restoreState(state: TrainingState): void {
    const { trainer, history } = this
    const { training, progress, arrays } = state
    requireSame(training, this.identity())
    if (progress.epoch > this.options.epochs) {
      throw new MyelinError(
        'data',
        `${progress.epoch} epochs are trained, more than epochs = ${this.options.epochs}; ask for at least as many`,
      )
    }
    restoreCallbacks(this.callbacks, state)
    trainer.restoreArrays(arrays, progress)
    restoreHistory(history, arrays)
    this.next = progress.epoch
    this.midEpoch = progress.batch > 0
    this.stopping ??= progress.stopping ?? undefined
    this.begun -= progress.seconds * 1000
  }

  private identity(): TrainingState['training'] {
    this.identified ??= identityOf({
      model: this.control.model,
      compiled: this.compiled,
      callbacks: this.callbacks,
      validation: this.validation?.data ?? null,
      ...this.trainer.identity,
      numbers: { ...this.trainer.identity.numbers, initialEpoch: this.options.initialEpoch },
    })
    return this.identified
  }

  private async epoch(epoch: number): Promise<void> {
    const {
      trainer,
      validation,
      callbacks,
      options: { signal, validationFreq },
    } = this
    if (!this.midEpoch) {
      for (const callback of callbacks) await callback.onEpochBegin?.(epoch, this.control)
      trainer.uploadChangedWeights()
      trainer.startEpoch(epoch)
      this.midEpoch = true
    }
    for (;;) {
      const waiting = trainer.ready()
      const ready = typeof waiting === 'number' ? waiting : await waiting
      if (ready === 0) break
      if (signal?.aborted) this.stopping ??= 'aborted'
      if (this.ended()) return
      trainer.keep(now())
      const steps = this.slice.steps(Math.min(ready, this.untilInterval()))
      const before = now()
      trainer.run(steps)
      const time = now()
      this.slice.took(steps, time - before)
      if (!Number.isFinite(trainer.loss())) this.explainNonFinite()
      if (this.mustBreathe(time)) await this.breathe()
      await this.intervals()
    }
    const logs = namedValues(this.compiled.metrics, trainer.values())
    const validates = validation !== null && validatesAfter(epoch, validationFreq)
    const validated = validates ? await this.validate(validation, epoch) : null
    for (const [name, value] of Object.entries(validated ?? {})) logs[validationName(name)] = value
    if (this.setsRate) logs.learningRate = trainer.learningRate
    appendEpoch(this.history, epoch, logs, validated !== null)
    this.next = epoch + 1
    this.midEpoch = false
    await this.announce(epoch, logs)
  }

  /** @returns null where a signal ended the waiting for a batch */
  private async validate(validation: Validation, epoch: number): Promise<Logs | null> {
    const { trainer, callbacks } = this
    for (const callback of callbacks) await callback.onTestBegin?.(this.control)
    trainer.uploadChangedWeights()
    const values = await validation.run(this.turns, epoch)
    if (values) for (const callback of callbacks) await callback.onTestEnd?.(values, this.control)
    else this.stopping ??= 'aborted'
    return values
  }

  private async tellAbort(): Promise<void> {
    const interested = this.callbacks.filter((c) => c.onAbort)
    if (interested.length > 0) this.trainer.downloadWeights()
    for (const callback of interested) await callback.onAbort!(this.control)
  }

  private async announce(epoch: number, logs: Logs): Promise<void> {
    const interested = this.callbacks.filter((c) => c.onEpochEnd)
    if (interested.length === 0) return
    this.trainer.downloadWeights()
    for (const callback of interested) {
      const waiting = callback.onEpochEnd!(epoch, logs, this.control)
      if (waiting) await waiting
    }
    this.trainer.uploadChangedWeights()
  }

  /** Where an epoch is one step and nobody looks at each, many are run at once and their losses read afterwards. */
  private async fewReturns(): Promise<void> {
    const {
      trainer,
      history,
      options: { epochs },
    } = this
    const columns = Object.values(history.history)
    let time = now()
    while (trainer.epoch < epochs && !this.stopping) {
      trainer.keep(time)
      const steps = this.slice.steps(Math.min(historyLength, epochs - trainer.epoch))
      const values = trainer.runEpochs(steps)
      const before = time
      time = now()
      this.slice.took(steps, time - before)
      if (!values[0]!.every(Number.isFinite)) this.explainNonFinite()
      columns.forEach((column, k) => column.push(...values[k]!))
      if (this.mustBreathe(time)) {
        await this.breathe()
        time = now()
      }
    }
    for (let { next } = this; next < trainer.epoch; next++) history.epoch.push(next)
  }

  private mustBreathe(time: number): boolean {
    return this.options.signal?.aborted === true || this.turns.due(time)
  }

  /** After a slice: a turn for the event loop, then progress and abort. */
  private async breathe(): Promise<void> {
    const { signal } = this.options
    await this.turns.take()
    const interested = this.callbacks.filter((c) => c.onBatchEnd && c.batchInterval === undefined)
    if (interested.length > 0) await this.tellBatch(interested)
    this.trainer.uploadChangedWeights()
    if (signal?.aborted) this.stopping ??= 'aborted'
  }

  /** Batches from here to the next after which a callback is to be told. */
  private untilInterval(): number {
    return this.callbacks.reduce(
      (least, { batchInterval }) =>
        batchInterval === undefined ? least : Math.min(least, batchInterval - (this.trainer.batchNumber % batchInterval)),
      Infinity,
    )
  }

  /** Tells those callbacks that ask for it after so many batches. */
  private async intervals(): Promise<void> {
    const due = this.callbacks.filter((c) => c.batchInterval !== undefined && this.trainer.batchNumber % c.batchInterval === 0)
    if (due.length === 0) return
    this.trainer.downloadWeights()
    await this.tellBatch(due)
    this.trainer.uploadChangedWeights()
  }

  private async tellBatch(callbacks: readonly Callback[]): Promise<void> {
    const { trainer, seconds } = this
    const progress = {
      epoch: trainer.epoch,
      epochs: this.options.epochs,
      batch: trainer.batch,
      batches: trainer.batches,
      batchNumber: trainer.batchNumber,
      loss: trainer.loss(),
      seconds,
      samplesPerSecond: trainer.samples / seconds,
    }
    for (const callback of callbacks) await callback.onBatchEnd!(progress, this.control)
  }

  /** Trains again from the last copy, step by step, up to the first step that goes wrong, and says what did. */
  private explainNonFinite(): never {
    const {
      trainer,
      options: { epochs },
    } = this
    trainer.rewind()
    const rate = Number(trainer.learningRate.toPrecision(7))
    const advice =
      `${isFullBatch(this.compiled.optimizer) ? '' : `try a lower learning rate (now ${rate}), or `}scale the inputs; ` +
      'the model keeps its weights from before that step'
    while (trainer.replay(epochs)) {
      const before = trainer.save()
      trainer.run(1)
      const loss = trainer.loss()
      if (Number.isFinite(loss) && trainer.finite()) continue
      const place = `epoch ${before.epoch + 1}, step ${before.batch + 1}`
      const node = trainer.diagnose(before)
      const what = Number.isFinite(loss) ? 'a weight became NaN or infinite' : `the loss became ${loss}`
      const cause = node
        ? `the first value that is not finite came from ${describeNode(node)}`
        : 'a sum over the epoch overflowed'
      throw new MyelinError('nan', `fit: ${what} at ${place}: ${cause}; ${advice}`)
    }
    throw new MyelinError('nan', `fit: the mean loss of an epoch is not finite although each step's is; ${advice}`)
  }
}
