/** Training on batches that a source gives one after another. */
import type { Program, Session, Variable } from '../core/index.js'
import type { NamedArray } from '../nn/index.js'
import { Averages } from './averages.js'
import { feedsOf, fedTensors, formOf } from './fed-batch.js'
import { scalarVariable } from './graph.js'
import { KeptPrograms } from './kept-programs.js'
import { rowsOf } from './matrix.js'
import type { Part } from './rows.js'
import { partBytes } from './rows.js'
import type { SourceReader } from './source-reader.js'
import { SourceSums } from './source-sums.js'
import type { StepGraph } from './step.js'
import { lastingVariables, StepRandom, trainingGraph } from './step.js'
import type { StepTrainerOptions } from './step-trainer.js'
import { StepTrainer } from './step-trainer.js'
import type { Position, Snapshot } from './training.js'
import type { Identity } from './training-state.js'
import { arrayOf } from './training-state.js'

export interface SourceTrainerOptions extends StepTrainerOptions {
  readonly reader: SourceReader<Part>
  /** The first batch, which the reader will give. */
  readonly first: Part
}

/** Batches trained on since the last copy of the state are held until they take so much, or as much as the state. */
const heldBytes = 1 << 20

/** A batch that can be trained on again, and where it came. */
interface Trained {
  readonly batch: Part
  readonly epoch: number
  readonly number: number
}

interface Step {
  readonly program: Program
  readonly graph: Omit<StepGraph, 'feeds'>
}

export class SourceTrainer extends StepTrainer {
  readonly whole = false
  readonly session: Session
  readonly averages: Averages
  samples = 0
  protected readonly changing: readonly Variable[]
  private readonly random: StepRandom
  private readonly start = scalarVariable('start', 'int32')
  private readonly steps = new KeptPrograms<Step>()
  private readonly sums: SourceSums
  private next: Part | undefined
  private last: Part | undefined
  /** Trained on since the last copy of the state. */
  private held: Trained[] = []
  private replayed: Trained[] = []
  private bytes = 0
  private readonly stateBytes: number
  protected earlier: number
  /** Batches of this training. */
  private done = 0

  constructor(private readonly options: SourceTrainerOptions) {
    super(options)
    const { network, compiled, memory, initialEpoch, stepsPerEpoch = 0, seed, backend, extra, first } = options
    this.earlier = Math.max(0, memory.epochs - initialEpoch)
    this.random = new StepRandom(seed, initialEpoch * stepsPerEpoch, memory)
    this.sums = new SourceSums('epoch', network, compiled.metrics)
    this.session = backend.session([...lastingVariables(network, memory), this.random.key, ...this.random.lasting, this.start, ...this.sums.variables, ...extra])
    this.averages = new Averages(this.session, network, compiled, memory)
    this.changing = this.step(first).graph.updates.map(([variable]) => variable)
    this.stateBytes = this.changing.reduce((sum, { data }) => sum + data.byteLength, 0)
  }

  get batches(): number | undefined {
    return this.options.stepsPerEpoch
  }

  get batchNumber(): number {
    const { batches } = this
    return batches === undefined ? this.done : this.epoch * batches + this.batch
  }

  get identity(): Pick<Identity, 'data' | 'numbers'> {
    const { seed } = this.options
    return { data: 'batches of a source', numbers: { seed, stepsPerEpoch: this.batches ?? false } }
  }

  startEpoch(epoch: number): void {
    const { memory, reader } = this.options
    this.epoch = epoch
    this.batch = 0
    this.sums.reset(this.session)
    memory.epochs = this.earlier + epoch + 1
    reader.startEpoch(epoch)
  }

  async ready(): Promise<number> {
    if (this.batch === this.batches) return 0
    if (!this.next) {
      const taken = await this.options.reader.take()
      if (typeof taken === 'string') return taken === 'end' ? 0 : 1
      this.next = taken
    }
    return 1
  }

  run(): void {
    const batch = this.next!
    this.step(batch).program.run(feedsOf(batch))
    this.sums.add(batch)
    this.held.push({ batch, epoch: this.epoch, number: this.batch })
    this.bytes += partBytes(batch)
    this.last = batch
    this.next = undefined
    this.batch++
    this.done++
    this.samples += rowsOf(batch.x[0]!)
  }

  loss(): number {
    return this.sums.loss(this.session)
  }

  values(): number[] {
    return this.sums.values(this.session)
  }

  runEpochs(): never {
    throw new Error('a source has no epochs of one step')
  }

  /** What it takes to hold and to copy is at most what the batches take that are copied anyway. */
  override keep(): void {
    if (!this.savepoint.stale && this.bytes < Math.max(heldBytes, this.stateBytes)) return
    this.savepoint.take(this.save())
    this.held = []
    this.bytes = 0
  }

  override rewind(): void {
    super.rewind()
    this.replayed = this.held
    this.held = []
    this.sums.reset(this.session)
  }

  override restore(snapshot: Snapshot): void {
    super.restore(snapshot)
    this.next = this.last
  }

  override saveArrays(): NamedArray[] {
    const data = Float64Array.of(this.samples, this.done, ...this.sums.counts)
    return [...super.saveArrays(), { name: 'epoch/counts', shape: [data.length], data }]
  }

  override restoreArrays(arrays: readonly NamedArray[], position: Position): void {
    const { data } = arrayOf(arrays, 'epoch/counts', { shape: [4], dtype: 'float64' })
    super.restoreArrays(arrays, position)
    this.samples = data[0]!
    this.done = data[1]!
    this.sums.counts = [data[2]!, data[3]!]
    this.options.reader.seek(position.epoch, position.batch, this.options.initialEpoch)
    this.next = undefined
  }

  protected get lastingState(): readonly Variable[] {
    return [...this.random.lasting, ...this.sums.variables]
  }

  protected get passes(): number {
    return this.epoch + (this.batch > 0 ? 1 : 0)
  }

  replay(): boolean {
    const again = this.replayed.shift()
    if (!again) return false
    this.next = again.batch
    this.epoch = again.epoch
    this.batch = again.number
    return true
  }

  protected nextGraph(): StepGraph {
    const batch = this.next!
    return { ...this.step(batch).graph, feeds: feedsOf(batch) }
  }

  private step(batch: Part): Step {
    return this.steps.get(formOf(batch), () => {
      const { network, compiled, memory } = this.options
      const { inputs, tensors } = fedTensors(batch, this.start, network.dtype)
      const { loss, values, updates, counters } = trainingGraph(network, compiled, memory, tensors, this.random, true)
      const counted = this.sums.updates(loss, values, rowsOf(batch.x[0]!))
      const graph = { loss: loss.node, inputs, updates: [...updates, ...counted, ...counters] }
      return { program: this.session.compile({ inputs, updates: graph.updates }), graph }
    })
  }
}
