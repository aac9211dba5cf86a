/** The state of a training from which to search for the step that went wrong. */
import { now } from './event-loop.js'
import type { Snapshot } from './training.js'

export class Savepoint {
  snapshot: Snapshot | undefined
  /** Whether something was changed between steps: that is not done again in the search, which begins after it. */
  stale = true
  private savedAt = 0
  private cost = 0

  /** Keeps a copy of the state from time to time: at most each 50 ms, and for a hundredth of the time at most. */
  keep(time: number, save: () => Snapshot): void {
    if (!this.stale && time - this.savedAt < Math.max(50, 100 * this.cost)) return
    this.take(save())
    this.savedAt = now()
    this.cost = this.savedAt - time
  }

  take(snapshot: Snapshot): void {
    this.snapshot = snapshot
    this.stale = false
  }
}
