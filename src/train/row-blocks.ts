/** Rows that come in blocks, for training on more than memory holds. */
import { sizeOf, typedArray, dtypeOf } from '../core/index.js'
import type { Session, TypedArray, Variable } from '../core/index.js'
import type { DataVariables } from './graph.js'
import { dataVariables, variablesOf } from './graph.js'
import type { Matrix, ModelData } from './matrix.js'
import type { Model } from './model.js'
import type { Part } from './rows.js'
import { labelledRows } from './rows.js'
import type { Compiled } from './step.js'

/** Some rows with their targets. */
export interface Block {
  readonly x: Matrix
  readonly y: ModelData
}

/** Where blocks come from. Every block but the last has a multiple of `multiple` rows. */
export interface RowBlocks {
  readonly rows: number
  /** The most rows of a block. */
  capacity(multiple: number): number
  /** All rows, in an order that follows from seed and epoch. */
  shuffled(seed: number, epoch: number, multiple: number): AsyncGenerator<Block>
  inOrder(multiple: number): AsyncGenerator<Block>
  /** Rows of zeros. */
  blank(rows: number): Block
}

/** Room for one block in a session. */
export class BlockRoom {
  readonly data: DataVariables

  /** @param what for messages: `fit` */
  constructor(
    private readonly model: Model<unknown>,
    private readonly compiled: Compiled,
    private readonly what: string,
    blocks: RowBlocks,
    multiple: number,
  ) {
    this.data = dataVariables(what, this.checked(blocks.blank(blocks.capacity(multiple))))
  }

  /** Takes a block's rows in. @returns how many they are */
  load(session: Session, block: Block): number {
    const part = this.checked(block)
    const matrices = [...part.x, ...part.y]
    variablesOf<Variable>(this.data).forEach((variable, i) => session.write(variable, padded(matrices[i]!.data, variable)))
    return part.x[0]!.shape[0]!
  }

  /** @throws MyelinError as `fit` for rows in memory */
  private checked({ x, y }: Block): Part {
    return { ...labelledRows(this.model, this.compiled, this.what, x, y), weights: null }
  }
}

/** As long as the variable: rows behind the last are not looked at. */
function padded(data: TypedArray, { shape, dtype }: Variable): TypedArray {
  if (data.length === sizeOf(shape) && dtypeOf(data) === dtype) return data
  const longer = typedArray(dtype, sizeOf(shape))
  longer.set(data as Float64Array)
  return longer
}
