/** Asks for what comes next while the present is being worked on. */

export class Prefetch<T> {
  private readonly queue: Promise<T | 'end'>[] = []
  private last: Promise<T | 'end' | undefined> = Promise.resolve(undefined)
  private unsettled = 0

  /**
   * @param pull makes the next item; never called again before it is done, and not after the end or an error
   * @param ahead how many items are asked for beyond the one taken
   */
  constructor(
    private readonly pull: () => Promise<T | 'end'>,
    private readonly ahead: number,
  ) {}

  /** Whether an item has been asked for that has not come yet. */
  get waiting(): boolean {
    return this.unsettled > 0
  }

  /** The next item, or the error in its place. */
  take(): Promise<T | 'end'> {
    if (this.queue.length === 0) this.ask()
    const first = this.queue.shift()!
    while (this.queue.length < this.ahead) this.ask()
    return first
  }

  private ask(): void {
    this.unsettled++
    const settled = (): void => {
      this.unsettled--
    }
    const item = this.last.then((before) => (before === 'end' ? 'end' : this.pull()))
    item.then(settled, settled) // an error is heard of when its item is taken
    this.last = item
    this.queue.push(item)
  }
}
