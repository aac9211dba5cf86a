/** A training run in a backend's memory: its position, running steps from there, and saving and restoring all of it. */
import type { Backend, Node, Program, Session, TypedArray, Variable } from '../core/index.js'
import { MyelinError, RandomSource, typedArray } from '../core/index.js'
import type { NamedArray, Network, StepOptimizer } from '../nn/index.js'
import { firstNonFinite } from './diagnose.js'
import { Averages } from './averages.js'
import type { DataVariables } from './graph.js'
import { copyInto } from './graph.js'
import type { Compiled, OptimizerMemory, StepGraph } from './step.js'
import { memoryVariables, sessionVariables, stepGraph, StepState } from './step.js'
import type { Position, Snapshot, Training } from './training.js'
import type { Identity } from './training-state.js'
import { arrayOf } from './training-state.js'

export interface TrainerOptions {
  readonly network: Network
  readonly compiled: Compiled<StepOptimizer>
  readonly memory: OptimizerMemory
  /** The epoch at which this call begins, from 0. */
  readonly initialEpoch: number
  readonly data: DataVariables
  readonly batchSize: number
  readonly shuffle: boolean
  readonly seed: number
  readonly backend: Backend
  /** More variables that the session is to hold. */
  readonly extra: readonly Variable[]
}

export class Trainer implements Training {
  readonly ending = null
  /** The epoch being trained, from 0. */
  epoch: number
  /** Batches done in it. */
  batch = 0
  readonly batches: number
  readonly session: Session
  readonly averages: Averages
  private readonly state: StepState
  private readonly size: number
  private readonly full: Program
  private readonly last: Program | null
  /** Epochs of earlier calls beyond those that `initialEpoch` counts: this one goes on where they ended. */
  private earlier: number
  /** What a step changes. */
  private readonly changing: readonly Variable[]
  /** The network's count of changes at which its weights and the session's were the same. */
  private version: number

  constructor(private readonly options: TrainerOptions) {
    const { network, compiled, memory, initialEpoch, data, batchSize, seed, backend, extra } = options
    this.epoch = initialEpoch
    this.earlier = Math.max(0, memory.epochs - initialEpoch)
    this.size = Math.min(batchSize, data.rows)
    this.batches = Math.ceil(data.rows / this.size)
    const unseen = Math.max(0, initialEpoch * this.batches + 1 - memory.step.data[0]!)
    this.state = new StepState(this.batches === 1, data.rows, seed, unseen, compiled.metrics, network.dtype)
    this.session = backend.session([...sessionVariables(network, memory, data, this.state), ...extra])
    this.averages = new Averages(this.session, network, compiled, memory)
    const graph = this.graph(this.size)
    this.full = this.session.compile({ updates: graph.updates })
    this.changing = graph.updates.map(([variable]) => variable)
    const rest = data.rows % this.size
    this.last = rest > 0 ? this.session.compile({ updates: this.graph(rest).updates }) : null
    this.version = network.weightsVersion
  }

  /** Whether one batch holds all rows. */
  get whole(): boolean {
    return this.state.whole
  }

  diagnose(before: Snapshot): Node | undefined {
    const { rows } = this.options.data
    this.restore(before)
    const size = this.batch === this.batches - 1 && this.last ? rows % this.size : this.size
    return firstNonFinite(this.session, this.graph(size))
  }

  /** The compiled step on a full batch, as text. */
  explain(): string {
    return this.full.explain()
  }

  startEpoch(epoch: number): void {
    this.epoch = epoch
    this.batch = 0
    this.options.memory.epochs = this.earlier + epoch + 1
    const { session, state } = this
    session.write(state.start, new Int32Array(1))
    if (this.whole) return
    this.writeOrder()
    for (const total of [state.sums.loss, ...state.sums.metrics]) session.write(total, typedArray(total.dtype, 1))
  }

  /** Runs batches of this epoch; at most as many as are left. */
  run(batches: number): void {
    const short = this.last && this.batch + batches === this.batches ? 1 : 0
    if (batches > short) this.full.run([], batches - short)
    if (short) this.last!.run()
    this.batch += batches
  }

  /** Mean loss and metrics over the batches of this epoch so far. */
  values(): number[] {
    const {
      session,
      state,
      options: {
        data: { rows },
      },
    } = this
    if (this.whole)
      return [session.read(state.losses)[0]!, ...state.metricValues.map((v) => session.read(v)[0]! / rows)]
    const done = Math.min(rows, this.batch * this.size)
    return [state.sums.loss, ...state.sums.metrics].map((total) => session.read(total)[0]! / done)
  }

  /** The mean loss of this epoch so far. */
  loss(): number {
    const { session, state } = this
    if (this.whole) return session.read(state.losses)[0]!
    return session.read(state.sums.loss)[0]! / Math.min(this.options.data.rows, this.batch * this.size)
  }

  /**
   * Where one batch is an epoch: trains so many epochs (at most 64) without coming back between them.
   * @returns the losses of the epochs, then each metric's sums over rows
   */
  runEpochs(epochs: number): TypedArray[] {
    const { session, state } = this
    session.write(state.start, new Int32Array(1))
    this.full.run([], epochs)
    this.epoch += epochs
    this.options.memory.epochs = this.earlier + this.epoch
    return [state.losses, ...state.metricValues].map((record) => session.read(record))
  }

  /** Copies of all that steps change, and the position. */
  save(): Snapshot {
    return {
      epoch: this.epoch,
      batch: this.batch,
      values: this.changing.map((variable) => this.session.read(variable)),
    }
  }

  restore({ epoch, batch, values }: Snapshot): void {
    this.epoch = epoch
    this.batch = batch
    this.changing.forEach((variable, i) => this.session.write(variable, values[i]!))
    this.averages.forget()
    if (!this.whole) this.writeOrder()
  }

  /** Copies of all that decides how training goes on, beside the position: what steps change, and what was set. */
  saveArrays(): NamedArray[] {
    return this.lasting.map(([name, variable]) => ({
      name,
      shape: variable.shape,
      data: this.averages.behind(variable) ?? this.session.read(variable),
    }))
  }

  /**
   * Takes over what `saveArrays` gave, and a position; the host has the weights then too.
   *
   * @param batch the batches done in this epoch; 0 where it is not begun
   * @throws MyelinError `data` for arrays that are missing or of another shape or type; nothing is taken over then
   */
  restoreArrays(arrays: readonly NamedArray[], { epoch, batch, earlier }: Position): void {
    const values = this.lasting.map(([name, variable]) => arrayOf(arrays, name, variable).data)
    if (batch > this.batches) throw new MyelinError('data', `the state is at batch ${batch} of ${this.batches}`)
    this.lasting.forEach(([, variable], i) => this.session.write(variable, values[i]!))
    this.averages.forget()
    this.epoch = epoch
    this.batch = batch
    this.earlier = earlier
    this.options.memory.epochs = earlier + epoch + (batch > 0 ? 1 : 0)
    if (!this.whole) this.writeOrder()
    this.downloadWeights()
  }

  /** What must be the same where a state is taken over. */
  get identity(): Pick<Identity, 'data' | 'numbers'> {
    const { data, shuffle, seed } = this.options
    return { data, numbers: { batchSize: this.size, shuffle, seed } }
  }

  /** Epochs before the first of this training. */
  get earlierEpochs(): number {
    return this.earlier
  }

  private get lasting(): (readonly [string, Variable])[] {
    const { network, memory } = this.options
    return [
      ...network.variables.map(({ variable }) => [`weights/${variable.name}`, variable] as const),
      ...memoryVariables(memory).map((variable) => [`optimizer/${variable.name}`, variable] as const),
      ...this.state.lasting.map((variable) => [`epoch/${variable.name}`, variable] as const),
    ]
  }

  /** Whether the weights are numbers. */
  finite(): boolean {
    return this.options.network.variables.every(({ variable }) =>
      (this.session.read(variable) as Float64Array).every((value) => Number.isFinite(value)),
    )
  }

  /** The learning rate; where a schedule gives it, that of the last step. */
  get learningRate(): number {
    return this.session.read(this.options.memory.learningRate)[0]!
  }

  set learningRate(rate: number) {
    const { learningRate } = this.options.memory
    this.session.write(learningRate, typedArray(learningRate.dtype, [rate]))
  }

  /** Copies weights and optimiser memory to the host. */
  download(): void {
    const { network, memory } = this.options
    for (const variable of [...network.variables.map((v) => v.variable), ...memoryVariables(memory)]) {
      copyInto(variable, this.session.read(variable))
    }
    network.weightsChanged()
    this.version = network.weightsVersion
  }

  /** Copies the weights alone to the host. */
  downloadWeights(): void {
    const { network } = this.options
    for (const { variable } of network.variables) copyInto(variable, this.session.read(variable))
    network.weightsChanged()
    this.version = network.weightsVersion
  }

  /** Takes over weights that were set on the host. @returns whether there were such */
  uploadChangedWeights(): boolean {
    const { network } = this.options
    if (this.version === network.weightsVersion) return false
    for (const { variable } of network.variables) this.session.write(variable, variable.data)
    this.version = network.weightsVersion
    return true
  }

  /** The order of an epoch follows from seed and epoch alone, so that any epoch can be trained again. */
  private writeOrder(): void {
    const {
      shuffle,
      seed,
      data: { rows },
    } = this.options
    if (!shuffle) return
    const random = new RandomSource(seed, 'shuffle', this.earlier + this.epoch)
    this.session.write(this.state.order!, random.permutation(rows))
  }

  private graph(size: number): StepGraph {
    const { network, compiled, memory, data } = this.options
    return stepGraph(network, compiled, memory, data, this.state, size)
  }
}
