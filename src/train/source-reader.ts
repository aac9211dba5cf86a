/** Reads a source item by item: over epochs, ahead of the work, with errors that say which item it was. */
import { MyelinError } from '../core/index.js'
import type { Source } from './batch.js'
import { now, turn } from './event-loop.js'
import { Prefetch } from './prefetch.js'

export interface ReaderOptions<T> {
  /** Who reads, for messages: `fit`. */
  readonly what: string
  readonly source: Source<unknown>
  /** Checks an item. @param place `fit: batch 3` */
  readonly read: (item: unknown, place: string) => T
  readonly prefetch: number
  /** Items of an epoch; default: all that there are. */
  readonly steps: number | undefined
  /** The option with which `steps` is given, for messages. */
  readonly stepsOption: string
  /** How many epochs there will be. */
  readonly epochs: number
  /** Whether, given `steps`, an epoch goes on where the one before ended; a generator does in any case. */
  readonly goesOn: boolean
  readonly signal: AbortSignal | undefined
}

type AnyIterator = Iterator<unknown, unknown, undefined> | AsyncIterator<unknown, unknown, undefined>

/** Milliseconds of work between turns for the event loop while items are on their way. */
const turnMilliseconds = 1

export class SourceReader<T> {
  /** The first iterator of a source that is no function; asked for once, as some sources allow no second. */
  private first: AnyIterator | undefined
  /** Whether the source is a generator, or anything else that can be read once. */
  private readonly once: boolean
  private readonly continuous: boolean
  private iterator: AnyIterator | undefined
  private items: Prefetch<T> | undefined
  private pass = 0
  /** Items of this pass. */
  private count = 0
  private peeked: T | 'end' | 'aborted' | undefined
  /** Items given in this epoch. */
  private given = 0
  /** Items that are read but not given. */
  private skipping = 0
  private closed = false
  private lastTurn = now()

  /** @throws MyelinError `argument` for a generator where there are several epochs of no given number of items */
  constructor(private readonly options: ReaderOptions<T>) {
    const { what, source, steps, stepsOption, epochs, goesOn } = options
    if (typeof source !== 'function') this.first = iteratorOf(what, source)
    this.once = this.first !== undefined && (this.first as unknown) === source
    this.continuous = steps !== undefined && (this.once || (goesOn && typeof source !== 'function'))
    if (this.once && steps === undefined && epochs > 1) {
      throw new MyelinError(
        'argument',
        `${what}: a generator can be read once, but there are ${epochs} epochs; give ${stepsOption}, the number of ` +
          'batches in each, or a function that makes a generator for each epoch',
      )
    }
  }

  /** Begins an epoch, counted from 0. */
  startEpoch(epoch: number): void {
    const { prefetch, steps = Infinity, epochs } = this.options
    this.given = 0
    if (this.peeked !== undefined || (this.continuous && this.items)) return
    let left = this.continuous ? steps * epochs : steps
    let opened = this.continuous && this.iterator !== undefined
    this.items = new Prefetch(async () => {
      if (left-- === 0) return 'end'
      if (!opened) await this.open(epoch)
      opened = true
      return this.pull(epoch)
    }, prefetch)
  }

  /** Goes on with the items behind so many of an epoch; `startEpoch` begins an epoch of which there are none yet. */
  seek(epoch: number, count: number, initialEpoch: number): void {
    if (this.continuous) this.skipping = (epoch - initialEpoch) * this.options.steps! + count
    else {
      this.skipping = count
      if (epoch !== initialEpoch) {
        this.peeked = undefined
        if (count > 0) this.startEpoch(epoch)
      }
    }
    this.given = count
  }

  /** Reads the first item, so that what is wrong with it is said before any work is done. */
  async check(): Promise<void> {
    if (this.options.epochs === 0) return
    this.startEpoch(0)
    await this.peek()
  }

  /** The next item, which is not taken yet. */
  async peek(): Promise<T | 'end' | 'aborted'> {
    return (this.peeked ??= await this.takeAny())
  }

  /** The next item; `end` after the last of the epoch. @throws MyelinError what the source threw, with its number */
  async take(): Promise<T | 'end' | 'aborted'> {
    for (; this.skipping > 0; this.skipping--) {
      const item = await this.takeAny()
      if (typeof item === 'string') return item as 'end' | 'aborted'
    }
    if (this.given === this.options.steps) return 'end'
    this.given++
    return this.takeAny()
  }

  private async takeAny(): Promise<T | 'end' | 'aborted'> {
    const { peeked } = this
    const { signal } = this.options
    this.peeked = undefined
    if (peeked !== undefined) return peeked
    if (this.items!.waiting && now() - this.lastTurn > turnMilliseconds) {
      // what the source waits for can only arrive in a turn
      await turn()
      this.lastTurn = now()
    }
    if (signal?.aborted) return 'aborted'
    const item = this.items!.take()
    if (!signal) return item
    return new Promise((resolve, reject) => {
      const abort = (): void => resolve('aborted')
      signal.addEventListener('abort', abort)
      item.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
    })
  }

  /** Lets the source clean up. After a signal it is not waited for: it may never answer. */
  async close(): Promise<void> {
    this.closed = true
    const leaving = this.leave()
    if (!this.options.signal?.aborted) return leaving
    leaving.catch(() => undefined)
  }

  private async leave(): Promise<void> {
    const iterator = this.iterator ?? this.first
    this.iterator = undefined
    this.first = undefined
    try {
      await iterator?.return?.()
    } catch (cause) {
      throw this.failure('when it was closed', cause)
    }
  }

  private async open(epoch: number): Promise<void> {
    const { what, source } = this.options
    this.pass++
    this.count = 0
    if (this.first) {
      this.iterator = this.first
      this.first = undefined
      return
    }
    await this.leave()
    this.iterator = await this.guarded(() => iteratorOf(what, typeof source === 'function' ? source(epoch) : source))
  }

  private async pull(epoch: number): Promise<T | 'end'> {
    for (;;) {
      const { iterator } = this
      if (this.closed || !iterator) return 'end'
      const { done, value } = await this.guarded(async () => {
        const result = await iterator.next()
        return { done: result.done === true, value: await result.value }
      })
      if (!done) {
        this.count++
        return this.options.read(value, `${this.options.what}: ${this.place(this.count)}`)
      }
      this.iterator = undefined
      if (this.closed) return 'end'
      this.requireMore()
      if (!this.continuous) return 'end'
      await this.open(epoch)
    }
  }

  /** @throws MyelinError `data` where the source ended too early */
  private requireMore(): void {
    const { what, steps, stepsOption } = this.options
    const ended = `${what}: the source ended after ${batchesText(this.count)}${this.pass > 1 ? ` of pass ${this.pass}` : ''}`
    if (this.count === 0) {
      throw new MyelinError(
        'data',
        this.pass === 1
          ? `${what}: the source gave no batches`
          : `${ended}; where it can be read once alone, give ${stepsOption}, or a function that opens it for each epoch`,
      )
    }
    if (this.once && this.continuous) {
      throw new MyelinError(
        'data',
        `${ended}, but ${stepsOption} ${steps} and ${this.options.epochs} epochs need ${steps! * this.options.epochs}; ` +
          'lower either, or give a function or an iterable that begins anew',
      )
    }
    if (!this.continuous && steps !== undefined) {
      throw new MyelinError('data', `${ended}, but ${stepsOption} is ${steps}; give more batches or lower it`)
    }
  }

  private place(count: number): string {
    return `batch ${count}${this.pass > 1 ? ` of pass ${this.pass}` : ''}`
  }

  /** @throws MyelinError what the source threw, saying where */
  private async guarded<R>(work: () => R | Promise<R>): Promise<R> {
    try {
      return await work()
    } catch (cause) {
      throw this.failure(`at ${this.place(this.count + 1)}`, cause)
    }
  }

  private failure(when: string, cause: unknown): MyelinError {
    const message = cause instanceof Error ? cause.message : String(cause)
    return new MyelinError(
      cause instanceof MyelinError ? cause.code : 'data',
      `${this.options.what}: the source failed ${when}: ${message}`,
      { cause },
    )
  }
}

/** Does work with a reader, and closes it whatever comes. */
export async function closing<T, R>(reader: SourceReader<T>, work: () => Promise<R>): Promise<R> {
  let result: R
  try {
    result = await work()
  } catch (error) {
    await reader.close().catch(() => undefined) // the first error is the one to hear of
    throw error
  }
  await reader.close()
  return result
}

const batchesText = (count: number): string => (count === 1 ? '1 batch' : `${count} batches`)

function iteratorOf(what: string, items: unknown): AnyIterator {
  if (typeof items === 'object' && items !== null) {
    if (Symbol.asyncIterator in items) return (items as AsyncIterable<unknown>)[Symbol.asyncIterator]()
    if (Symbol.iterator in items) return (items as Iterable<unknown>)[Symbol.iterator]()
  }
  throw new MyelinError(
    'argument',
    `${what}: expected a source of batches: an iterable or a function that returns one, such as async function* () ` +
      `{ yield { x, y } }, received ${items instanceof Promise ? 'a promise' : items === null ? 'null' : typeof items}`,
  )
}
