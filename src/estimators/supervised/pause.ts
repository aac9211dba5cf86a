/** Turns for the event loop in long computations, which can be stopped there. */
import { now, Turns } from '../../train/event-loop.js'

export class Pause {
  private readonly turns = new Turns()

  constructor(private readonly signal?: AbortSignal) {}

  /** Whether it is time for `take`. */
  get due(): boolean {
    return this.turns.due(now())
  }

  /** Gives the event loop a turn. @throws the signal's reason where it says stop */
  async take(): Promise<void> {
    this.signal?.throwIfAborted()
    await this.turns.take()
    this.signal?.throwIfAborted()
  }
}
