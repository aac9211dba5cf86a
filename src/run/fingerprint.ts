/** The fingerprint of a run: a hash of what decides the weights, and of nothing else. */

import type { ImageSet, Table } from '../data/index.js'
import { sha256 } from '../formats/sha256.js'
import type { RunData } from './execute.js'
import { canonicalNetwork } from './network-document.js'
import type { SettledRun } from './settle.js'

/** Changes when other things enter the hash. */
const version = 'myelin run 1'

/** JSON with sorted keys: the same for the same contents. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member !== 'object' || member === null || Array.isArray(member) ? member
      : Object.fromEntries(Object.entries(member).sort(([a], [b]) => a < b ? -1 : 1)))
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Numbers as little-endian bytes; all kinds of NaN are one. */
function numberBytes(values: ArrayLike<number>): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 8))
  for (let i = 0; i < values.length; i++) view.setFloat64(i * 8, values[i]!, true)
  return new Uint8Array(view.buffer)
}

/** Names, kinds and cells; not the file's name, its line ends or the way numbers were written. */
function* tableChunks(table: Table): Generator<Uint8Array> {
  yield bytesOf(canonical(['table', table.rows, table.columns.map(({ name, kind }) => [name, kind])]))
  for (const column of table.columns) {
    if (column.kind === 'numeric') {
      yield numberBytes(column.values)
      continue
    }
    // By first appearance, so that the order of the dictionary does not count.
    const order = new Map<number, number>()
    const codes = Array.from(column.codes, (code) => {
      if (code < 0) return -1
      if (!order.has(code)) order.set(code, order.size)
      return order.get(code)!
    })
    yield bytesOf(canonical([...order.keys()].map((code) => column.categories[code])))
    yield numberBytes(codes)
  }
}

function* imageChunks(images: ImageSet | undefined): Generator<Uint8Array> {
  if (!images) return
  yield bytesOf(canonical(['images', images.count, images.rows, images.columns]))
  yield numberBytes(images.labels)
  yield images.images
}

/**
 * What of the run decides the weights: all but what the data are called and how they came to be these pixels. What
 * became possible later - dates, texts, callbacks, restarts - is left out where it is not used, so that older
 * fingerprints stay what they are.
 */
function decisive({ data, network, preprocess, train, ...run }: SettledRun): object {
  const { dates, text, vocabulary, pictures: _, ...columns } = preprocess
  const { callbacks, restarts, ...training } = train
  return {
    ...run, data: { ...data, source: undefined, stream: data.stream || undefined },
    network: canonicalNetwork(network),
    preprocess: {
      ...columns, ...(dates !== 'recognize' && { dates }), ...(text !== 'setAside' && { text, vocabulary }),
    },
    train: {
      ...training, ...(callbacks.length > 0 && { callbacks }), ...(restarts > 1 && { restarts }),
    },
  }
}

/**
 * A SHA-256, as 64 hexadecimal digits, of a settled run and of its data. Where training was not interrupted, the same
 * fingerprint means the same weights, to the bit, with one version of Myelin on its own engine. Of the data count the
 * names, kinds and cells of a table, or the pixels and labels of pictures, test set included; of the run everything
 * but `data.source` and `preprocess.pictures`. Layers may be written with their defaults or without.
 */
export function fingerprintOf(run: SettledRun, data: RunData): string {
  const chunks = 'table' in data ? [...tableChunks(data.table)]
    : [...imageChunks(data.images), ...imageChunks(data.testImages)]
  return sha256([bytesOf(`${version}\n${canonical(decisive(run))}\n`), ...chunks])
}

/** The same where the rows are read from the disk in every epoch, of the hash that `prepareStream` gives. */
export const fingerprintOfStream = (run: SettledRun, hash: string): string =>
  sha256([bytesOf(`${version}\n${canonical(decisive(run))}\nstream ${hash}\n`)])
