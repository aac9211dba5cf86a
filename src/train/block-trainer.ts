/** A training run on rows that come in blocks: those of one block are in the backend's memory. */
import { MyelinError, typedArray } from '../core/index.js'
import type { Block, BlockRoom, RowBlocks } from './row-blocks.js'
import type { RowTrainerOptions } from './row-trainer.js'
import { RowTrainer } from './row-trainer.js'
import type { Snapshot } from './training.js'

export interface BlockTrainerOptions extends Omit<RowTrainerOptions, 'data' | 'rows' | 'shuffle' | 'stepsPerEpoch'> {
  readonly blocks: RowBlocks
  readonly room: BlockRoom
}

export class BlockTrainer extends RowTrainer {
  private coming: AsyncGenerator<Block> | undefined
  /** The number of the batch in this epoch behind the last whose rows are at hand. */
  private loaded = 0
  /** The first batch of the block. */
  private first = 0
  /** Sums over the blocks before this one: float32 would lose the small beside the large. */
  private totals: number[] = []

  constructor(private readonly from: BlockTrainerOptions) {
    super({ ...from, data: from.room.data, rows: from.blocks.rows, shuffle: false, stepsPerEpoch: undefined })
  }

  override startEpoch(epoch: number): void {
    super.startEpoch(epoch)
    this.coming = this.from.blocks.shuffled(this.options.seed, this.earlier + epoch, this.size)
    this.loaded = 0
    this.totals = this.sums().map(() => 0)
  }

  protected override left(): number {
    return this.loaded - this.batch
  }

  override ready(): number | Promise<number> {
    return this.left() > 0 || this.batch === this.batches ? this.left() : this.load()
  }

  private async load(): Promise<number> {
    const { session, state, from: { room, blocks } } = this
    const { value, done } = await this.coming!.next()
    if (done) throw new Error(`the blocks have fewer than ${blocks.rows} rows`)
    const sums = this.sums()
    this.totals = this.totals.map((total, i) => total + sums[i]!)
    for (const sum of [state.sums.loss, ...state.sums.measured]) session.write(sum, typedArray(sum.dtype, 1))
    session.write(state.start, new Int32Array(1))
    this.first = this.batch
    this.loaded += Math.ceil(room.load(session, value) / this.size)
    this.saveSoon() // what was before cannot be done again
    return this.left()
  }

  /** Of this block. */
  private sums(): number[] {
    const { session, state } = this
    return [state.sums.loss, ...state.sums.measured].map((sum) => session.read(sum)[0]!)
  }

  override values(): number[] {
    const [loss, ...measured] = this.sums().map((sum, i) => this.totals[i]! + sum)
    return [loss! / this.rowsDone, ...this.means(measured, this.rowsDone)]
  }

  override loss(): number {
    return this.values()[0]!
  }

  override replay(): boolean {
    return this.left() > 0
  }

  override restore(snapshot: Snapshot): void {
    if (snapshot.epoch !== this.epoch || snapshot.batch < this.first)
      throw new Error('the state is of rows that are gone')
    super.restore(snapshot)
  }

  /** @throws MyelinError `unsupported`: what decides how training goes on is not in memory */
  override get identity(): never {
    throw new MyelinError('unsupported', 'fit: a training on rows from the disk cannot be saved and gone on with; '
      + 'save the model instead')
  }

  /** Lets the blocks go. */
  async close(): Promise<void> {
    await this.coming?.return(undefined)
  }
}
