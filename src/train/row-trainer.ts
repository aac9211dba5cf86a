/** Training on rows that are in the backend's memory as a whole. */
import type { Program, Session, TypedArray, Variable } from '../core/index.js'
import { MyelinError, RandomSource, typedArray } from '../core/index.js'
import type { NamedArray } from '../nn/index.js'
import { Averages } from './averages.js'
import type { RowOrder } from './fit-options.js'
import type { DataVariables } from './graph.js'
import { measuredNames, meansOf, variablesOf } from './graph.js'
import type { StepGraph } from './step.js'
import { lastingVariables, stepGraph, StepRandom, StepState } from './step.js'
import type { StepTrainerOptions } from './step-trainer.js'
import { StepTrainer } from './step-trainer.js'
import type { Position, Snapshot } from './training.js'
import type { Identity } from './training-state.js'

export interface RowTrainerOptions extends StepTrainerOptions {
  readonly data: DataVariables
  /** Rows of a pass, where the data hold a part of them at a time. Default: those of the data. */
  readonly rows?: number
  /** Whether the last batch is filled up with a row behind the data's, rather than having a program of its own. */
  readonly fillsLast?: boolean
  readonly batchSize: number
  readonly shuffle: boolean | RowOrder
}

export class RowTrainer extends StepTrainer {
  readonly batches: number
  readonly session: Session
  readonly averages: Averages
  protected readonly changing: readonly Variable[]
  protected readonly state: StepState
  protected readonly size: number
  private readonly rows: number
  /** Batches of one pass over all rows: an epoch, unless asked otherwise. */
  private readonly perPass: number
  private readonly full: Program
  private readonly last: Program | null
  protected earlier: number

  constructor(protected readonly options: RowTrainerOptions) {
    super(options)
    const { network, compiled, memory, initialEpoch, data, batchSize, seed, backend, stepsPerEpoch, extra, fillsLast } = options
    this.size = Math.min(batchSize, data.rows)
    this.rows = options.rows ?? data.rows
    this.perPass = Math.ceil(this.rows / this.size)
    this.batches = stepsPerEpoch ?? this.perPass
    const before = initialEpoch * this.batches
    this.earlier = Math.max(0, memory.epochs - Math.ceil(before / this.perPass))
    const names = measuredNames(network, compiled.metrics, data.weights !== null)
    this.state = new StepState(
      this.perPass === 1 && this.batches === 1 && options.rows === undefined,
      data.rows,
      fillsLast ? this.perPass * this.size : data.x[0]!.stored.shape[0]!,
      fillsLast ? this.size : null,
      new StepRandom(seed, before, memory),
      names,
      network.dtype,
    )
    this.session = backend.session([
      ...lastingVariables(network, memory),
      ...variablesOf(data),
      ...this.state.variables,
      ...extra,
    ])
    this.averages = new Averages(this.session, network, compiled, memory)
    const graph = this.graph(this.size)
    this.full = this.session.compile({ updates: graph.updates })
    this.changing = graph.updates.map(([variable]) => variable)
    const rest = this.rows % this.size
    this.last = rest > 0 && !fillsLast ? this.session.compile({ updates: this.graph(rest).updates }) : null
  }

  get whole(): boolean {
    return this.state.whole
  }

  get samples(): number {
    return this.rowsUpTo(this.batchNumber) - this.rowsUpTo(this.options.initialEpoch * this.batches)
  }

  get batchNumber(): number {
    return this.epoch * this.batches + this.batch
  }

  get identity(): Pick<Identity, 'data' | 'numbers'> {
    const { data, shuffle, seed, stepsPerEpoch } = this.options
    return { data, numbers: { batchSize: this.size, shuffle: shuffle !== false, seed, stepsPerEpoch: stepsPerEpoch ?? false } }
  }

  protected nextGraph(): StepGraph {
    return this.graph(this.passBatch === this.perPass - 1 && this.last ? this.rows % this.size : this.size)
  }

  /** The compiled step on a full batch, as text. */
  explain(): string {
    return this.full.explain()
  }

  startEpoch(epoch: number): void {
    this.epoch = epoch
    this.batch = 0
    const { session, state } = this
    this.startPass()
    if (this.whole) return
    for (const total of [state.sums.loss, ...state.sums.measured]) session.write(total, typedArray(total.dtype, 1))
  }

  ready(): number | Promise<number> {
    return this.left()
  }

  /** Batches whose rows are at hand. */
  protected left(): number {
    if (this.batch === this.batches) return 0
    // where epochs are no passes, the rows may have been used up
    if (this.batch > 0 && this.passBatch === 0) this.startPass()
    return Math.min(this.batches - this.batch, this.perPass - this.passBatch)
  }

  run(steps: number): void {
    const short = (this.last ?? this.state.count) && this.passBatch + steps === this.perPass ? 1 : 0
    if (steps > short) this.full.run([], steps - short)
    if (short) this.runLast()
    this.batch += steps
  }

  private runLast(): void {
    const {
      session,
      state: { count },
    } = this
    if (!count) return this.last!.run()
    session.write(count, typedArray(count.dtype, [this.rows % this.size]))
    this.full.run()
    session.write(count, typedArray(count.dtype, [this.size]))
  }

  values(): number[] {
    const { session, state } = this
    const read = (variable: Variable): number => session.read(variable)[0]!
    const sums = (this.whole ? state.measuredValues : state.sums.measured).map(read)
    return [this.loss(), ...this.means(sums, this.rowsDone)]
  }

  /** The values of metrics from the sums over so many rows. */
  protected means(sums: readonly number[], rows: number): number[] {
    const { network, compiled, data } = this.options
    return meansOf(network, compiled.metrics, sums, rows, data.weights !== null)
  }

  loss(): number {
    const { session, state } = this
    if (this.whole) return session.read(state.losses)[0]!
    return session.read(state.sums.loss)[0]! / this.rowsDone
  }

  runEpochs(epochs: number): Float64Array[] {
    const {
      session,
      state,
      options: { memory, compiled, data },
    } = this
    session.write(state.start, new Int32Array(1))
    this.full.run([], epochs)
    this.epoch += epochs
    memory.epochs = this.earlier + this.epoch
    const [losses, ...sums] = [state.losses, ...state.measuredValues].map((record) => session.read(record)) as [
      TypedArray,
      ...TypedArray[],
    ]
    const metrics = compiled.metrics.map(() => new Float64Array(epochs))
    for (let i = 0; i < epochs; i++) {
      this.means(sums.map((values) => values[i]!), data.rows).forEach((value, k) => {
        metrics[k]![i] = value
      })
    }
    return [Float64Array.from(losses.subarray(0, epochs)), ...metrics]
  }

  override restore(snapshot: Snapshot): void {
    super.restore(snapshot)
    if (!this.whole) this.writeOrder()
  }

  override rewind(): void {
    super.rewind()
    if (this.whole) this.startEpoch(this.epoch)
  }

  replay(epochs: number): boolean {
    if (this.batch === this.batches) {
      if (this.epoch + 1 >= epochs) return false
      this.startEpoch(this.epoch + 1)
    }
    return this.left() > 0
  }

  override restoreArrays(arrays: readonly NamedArray[], position: Position): void {
    super.restoreArrays(arrays, position)
    if (!this.whole) this.writeOrder()
  }

  protected get lastingState(): readonly Variable[] {
    return this.state.lasting
  }

  protected get passes(): number {
    return Math.ceil(this.batchNumber / this.perPass)
  }

  /** Batches done in this pass. */
  private get passBatch(): number {
    return this.batchNumber % this.perPass
  }

  /** Rows trained on in this epoch. */
  protected get rowsDone(): number {
    return this.rowsUpTo(this.batchNumber) - this.rowsUpTo(this.epoch * this.batches)
  }

  private rowsUpTo(step: number): number {
    return Math.floor(step / this.perPass) * this.rows + (step % this.perPass) * this.size
  }

  /** Begins a pass, or goes on with one. */
  private startPass(): void {
    this.options.memory.epochs = this.earlier + this.pass + 1
    this.session.write(this.state.start, Int32Array.of(this.passBatch * this.size))
    if (!this.whole) this.writeOrder()
  }

  private get pass(): number {
    return Math.floor(this.batchNumber / this.perPass)
  }

  /** The order of a pass follows from seed and pass alone, so that any can be trained again. */
  private writeOrder(): void {
    const {
      shuffle,
      seed,
      data: { rows },
    } = this.options
    if (!shuffle || this.perPass === 1) return
    const pass = this.earlier + this.pass
    const order = typeof shuffle === 'function'
      ? requireOrder(shuffle(pass, rows), rows)
      : new RandomSource(seed, 'shuffle', pass).permutation(rows)
    const { state } = this
    const room = state.order!.data as Int32Array
    room.set(order)
    this.session.write(state.order!, room)
  }

  private graph(size: number): StepGraph {
    const { network, compiled, memory, data } = this.options
    return stepGraph(network, compiled, memory, data, this.state, size)
  }
}

/** @throws MyelinError `argument` for what is no order of the rows */
function requireOrder(order: unknown, rows: number): Int32Array {
  if (order instanceof Int32Array && order.length === rows) {
    const seen = new Uint8Array(rows)
    let different = 0
    for (let i = 0; i < rows; i++) {
      const row = order[i]!
      if (seen[row] !== 0) break
      seen[row] = 1
      different++
    }
    if (different === rows) return order
  }
  throw new MyelinError(
    'argument',
    `fit: shuffle must return an Int32Array with each of the rows 0 to ${rows - 1} once; ` +
      `what it returned ${order instanceof Int32Array ? `holds ${order.length} numbers, but not these` : 'is no Int32Array'}`,
  )
}
