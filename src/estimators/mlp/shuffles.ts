/** The order of the rows in each epoch: every epoch permutes the order of the one before it, as scikit-learn does. */
import type { RowOrder } from '../../train/index.js'
import type { RandomState } from '../mt19937.js'

export class Shuffles {
  private order: Int32Array
  private epoch = -1
  private readonly start: RandomState
  /** The number that the first epoch has in the network's training, which counts on over calls of `fit`. */
  private first: number | undefined

  constructor(
    private random: RandomState,
    private readonly rows: number,
  ) {
    this.start = random.clone()
    this.order = this.unshuffled()
  }

  /** For `fit`. */
  readonly orderOf: RowOrder = (epoch) => this.at(epoch - (this.first ??= epoch))

  /** The order in an epoch, from 0. An epoch that was there before is drawn again from the start. */
  at(epoch: number): Int32Array {
    if (epoch < this.epoch) {
      this.random = this.start.clone()
      this.order = this.unshuffled()
      this.epoch = -1
    }
    for (; this.epoch < epoch; this.epoch++) {
      const { order } = this
      const next = this.random.permutation(this.rows)
      for (let i = 0; i < next.length; i++) next[i] = order[next[i]!]!
      this.order = next
    }
    return this.order
  }

  private unshuffled(): Int32Array {
    return Int32Array.from({ length: this.rows }, (_, i) => i)
  }
}
