/** Loss and metrics of rows that come in blocks. */
import type { Turns } from './event-loop.js'
import { Evaluation } from './evaluation.js'
import { evaluationBatch } from './fit-options.js'
import type { Model } from './model.js'
import { BlockRoom, type RowBlocks } from './row-blocks.js'
import type { Compiled } from './step.js'

export class BlockEvaluation extends Evaluation {
  private readonly room: BlockRoom

  constructor(model: Model<unknown>, compiled: Compiled, private readonly blocks: RowBlocks) {
    const room = new BlockRoom(model, compiled, 'validation', blocks, evaluationBatch)
    super(model, compiled, room.data, evaluationBatch, blocks.rows)
    this.room = room
  }

  override async run(turns: Turns): Promise<Record<string, number>> {
    let totals: number[] = []
    for await (const block of this.blocks.inOrder(this.size)) {
      const sums = await this.sumsOf(this.room.load(this.session, block), turns)
      totals = sums.map((sum, i) => (totals[i] ?? 0) + sum)
    }
    return this.means(totals)
  }
}
