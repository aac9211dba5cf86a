/** How often pairs of tokens occur, and which occurs most often, while pairs are joined. */

/** How often a pair occurred when it was put into the heap. */
interface Entry { readonly key: number, readonly count: number }

/** More frequent ones first, of equally frequent ones those with the lower key. */
const before = (a: Entry, b: Entry): boolean => a.count > b.count || (a.count === b.count && a.key < b.key)

/** Counts that go up and down, over a heap in which old entries stay until they come to its top. */
export class PairCounts {
  private readonly pairs = new Map<number, { count: number, listed: number, readonly words: Set<number> }>()
  private readonly heap: Entry[] = []
  /** Pairs whose counts may have changed since they were put into the heap. */
  private readonly changed = new Set<number>()

  /** @param count what is added, or with a minus taken away @param word where the pair stands, or stood */
  add(key: number, count: number, word: number): void {
    let pair = this.pairs.get(key)
    if (!pair) this.pairs.set(key, (pair = { count: 0, listed: 0, words: new Set() }))
    pair.count += count
    if (count > 0) pair.words.add(word)
    this.changed.add(key)
  }

  /** The words in which a pair may stand, for the last time: it is to be joined there. */
  wordsWith(key: number): readonly number[] {
    return [...this.pairs.get(key)!.words]
  }

  /** The most frequent pair, of equally frequent ones that with the lowest key; undefined where none occurs twice. */
  mostFrequent(): number | undefined {
    for (const key of this.changed) {
      const pair = this.pairs.get(key)!
      if (pair.count === 0) this.pairs.delete(key)
      else if (pair.count !== pair.listed) this.push({ key, count: (pair.listed = pair.count) })
    }
    this.changed.clear()
    for (;;) {
      const top = this.heap[0]
      if (!top || top.count < 2) return undefined
      if (this.pairs.get(top.key)?.count === top.count) return top.key
      this.pop()
    }
  }

  private push(entry: Entry): void {
    const { heap } = this
    let at = heap.push(entry) - 1
    while (at > 0) {
      const above = (at - 1) >> 1
      if (!before(entry, heap[above]!)) break
      heap[at] = heap[above]!
      at = above
    }
    heap[at] = entry
  }

  private pop(): void {
    const { heap } = this
    const last = heap.pop()!
    if (heap.length === 0) return
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      if (below >= heap.length) break
      if (below + 1 < heap.length && before(heap[below + 1]!, heap[below]!)) below++
      if (!before(heap[below]!, last)) break
      heap[at] = heap[below]!
      at = below
    }
    heap[at] = last
  }
}
