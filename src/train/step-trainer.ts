/** A training run in a backend's memory: its position, running steps from there, and saving and restoring all of it. */
import type { Backend, Node, Session, Variable } from '../core/index.js'
import { MyelinError, typedArray } from '../core/index.js'
import type { NamedArray, Network, StepOptimizer } from '../nn/index.js'
import { firstNotFinite } from '../nn/index.js'
import type { Averages } from './averages.js'
import { firstNonFinite } from './diagnose.js'
import type { Compiled, OptimizerMemory, StepGraph } from './step.js'
import { memoryVariables } from './step.js'
import { Savepoint } from './savepoint.js'
import type { Position, Snapshot, Training } from './training.js'
import type { Identity } from './training-state.js'
import { arrayOf } from './training-state.js'

export interface StepTrainerOptions {
  readonly network: Network
  readonly compiled: Compiled<StepOptimizer>
  readonly memory: OptimizerMemory
  /** The epoch at which this call begins, from 0. */
  readonly initialEpoch: number
  readonly seed: number
  readonly backend: Backend
  /** Batches in an epoch; default: those of all the data. */
  readonly stepsPerEpoch: number | undefined
  /** More variables that the session is to hold. */
  readonly extra: readonly Variable[]
}

/** What all trainings by steps share, whichever way their batches come. */
export abstract class StepTrainer implements Training {
  readonly ending = null
  /** The epoch being trained, from 0. */
  epoch: number
  /** Batches done in it. */
  batch = 0
  abstract readonly batches: number | undefined
  abstract readonly batchNumber: number
  abstract readonly whole: boolean
  abstract readonly session: Session
  abstract readonly averages: Averages
  abstract readonly samples: number
  abstract readonly identity: Pick<Identity, 'data' | 'numbers'>
  /** What a step changes. */
  protected abstract readonly changing: readonly Variable[]
  /** Variables of steps that do not follow from seed and epoch. */
  protected abstract readonly lastingState: readonly Variable[]
  /** Passes over the rows in earlier calls, beyond those that `initialEpoch` counts: this one goes on where they ended. */
  protected abstract earlier: number
  /** Passes begun since epoch 0. */
  protected abstract readonly passes: number
  protected readonly savepoint = new Savepoint()
  /** The network's count of changes at which its weights and the session's were the same. */
  private version: number

  constructor(private readonly common: StepTrainerOptions) {
    this.epoch = common.initialEpoch
    this.version = common.network.weightsVersion
  }

  abstract startEpoch(epoch: number): void
  abstract ready(): number | Promise<number>
  abstract run(steps: number): void
  abstract loss(): number
  abstract values(): number[]
  abstract runEpochs(epochs: number): Float64Array[]
  abstract replay(epochs: number): boolean
  /** The graph of the step that comes next. */
  protected abstract nextGraph(): StepGraph

  keep(time: number): void {
    this.savepoint.keep(time, () => this.save())
  }

  saveSoon(): void {
    this.savepoint.stale = true
  }

  rewind(): void {
    if (this.savepoint.snapshot) this.restore(this.savepoint.snapshot)
  }

  diagnose(before: Snapshot): Node | undefined {
    this.restore(before)
    return firstNonFinite(this.session, this.nextGraph())
  }

  save(): Snapshot {
    return {
      epoch: this.epoch,
      batch: this.batch,
      values: this.changing.map((variable) => this.session.read(variable)),
    }
  }

  /** Goes back to what was saved. */
  restore({ epoch, batch, values }: Snapshot): void {
    this.epoch = epoch
    this.batch = batch
    this.changing.forEach((variable, i) => this.session.write(variable, values[i]!))
    this.averages.forget()
  }

  saveArrays(): NamedArray[] {
    return this.lasting.map(([name, variable]) => ({
      name,
      shape: variable.shape,
      data: this.averages.behind(variable) ?? this.session.read(variable),
    }))
  }

  restoreArrays(arrays: readonly NamedArray[], { epoch, batch, earlier }: Position): void {
    const values = this.lasting.map(([name, variable]) => arrayOf(arrays, name, variable).data)
    if (batch > (this.batches ?? Infinity))
      throw new MyelinError('data', `the state is at batch ${batch} of ${this.batches}`)
    this.lasting.forEach(([, variable], i) => this.session.write(variable, values[i]!))
    this.averages.forget()
    this.epoch = epoch
    this.batch = batch
    this.earlier = earlier
    this.common.memory.epochs = earlier + this.passes
    this.downloadWeights()
    this.saveSoon()
  }

  get earlierPasses(): number {
    return this.earlier
  }

  private get lasting(): (readonly [string, Variable])[] {
    const { network, memory } = this.common
    return [
      ...network.variables.map(({ variable }) => [`weights/${variable.name}`, variable] as const),
      ...memoryVariables(memory).map((variable) => [`optimizer/${variable.name}`, variable] as const),
      ...this.lastingState.map((variable) => [`epoch/${variable.name}`, variable] as const),
    ]
  }

  finite(): boolean {
    return this.common.network.variables.every(({ variable }) => firstNotFinite(this.session.read(variable)) < 0)
  }

  /** The learning rate; where a schedule gives it, that of the last step. */
  get learningRate(): number {
    return this.session.read(this.common.memory.learningRate)[0]!
  }

  set learningRate(rate: number) {
    const { learningRate } = this.common.memory
    this.session.write(learningRate, typedArray(learningRate.dtype, [rate]))
    this.saveSoon()
  }

  download(): void {
    const { network, memory } = this.common
    for (const variable of [...network.variables.map((v) => v.variable), ...memoryVariables(memory)]) {
      this.session.read(variable, variable.data)
    }
    network.weightsChanged()
    this.version = network.weightsVersion
  }

  downloadWeights(): void {
    const { network } = this.common
    for (const { variable } of network.variables) this.session.read(variable, variable.data)
    network.weightsChanged()
    this.version = network.weightsVersion
  }

  uploadChangedWeights(): void {
    const { network } = this.common
    if (this.version === network.weightsVersion) return
    for (const { variable } of network.variables) this.session.write(variable, variable.data)
    this.version = network.weightsVersion
    this.saveSoon()
  }
}
