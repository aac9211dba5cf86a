/** Time, and giving the event loop a turn. */

export const now = (): number => performance.now()

/** Milliseconds that a slice of steps may take, and after which a turn is due: together they stay below 50. */
export const sliceMilliseconds = 20

/** Node's own macrotask: for a message between ports it would first load its client for HTTP. */
const { setImmediate: immediately } = globalThis as { readonly setImmediate?: (then: () => void) => unknown }

/** A macrotask turn without the 4 ms that browsers add to nested timers. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    if (immediately) {
      immediately(resolve)
      return
    }
    const { port1, port2 } = new MessageChannel()
    port1.addEventListener(
      'message',
      () => {
        port1.close()
        resolve()
      },
      { once: true },
    )
    port1.start()
    port2.postMessage(null)
  })
}

/** How many of many short steps fit into one slice: one at first, then four times as many until the time is used. */
export class SliceSize {
  private perStep = 0
  private largest = 1

  steps(remaining: number): number {
    const affordable = this.perStep > 0 ? Math.max(1, Math.floor(sliceMilliseconds / this.perStep)) : Infinity
    return Math.min(remaining, affordable, this.largest)
  }

  /** To be told what a slice took, in milliseconds. */
  took(steps: number, milliseconds: number): void {
    this.perStep = milliseconds / steps
    this.largest = steps * 4
  }
}

/** Gives the event loop its turns. */
export class Turns {
  private last = now()

  due(time: number): boolean {
    return time - this.last >= sliceMilliseconds
  }

  async take(): Promise<void> {
    await turn()
    this.last = now()
  }
}
