/** MNIST: from `$MYELIN_DATA`, from the cache, or downloaded from a public mirror and checked. */

import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { MyelinError } from '../core/errors.js'
import { isGzip, parseIdx } from '../data/idx.js'
import { imageSet, type ImageSet } from '../data/images.js'
import { cacheFolder, dataFolder } from './folders.js'
import { readFileChecked, writeFileAtomic } from './write-file.js'

interface OfficialFile {
  readonly name: string
  /** Size and SHA-256 of the unpacked file. */
  readonly bytes: number
  readonly sha256: string
}

const files = {
  trainImages: {
    name: 'train-images-idx3-ubyte', bytes: 47_040_016,
    sha256: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
  },
  trainLabels: {
    name: 'train-labels-idx1-ubyte', bytes: 60_008,
    sha256: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
  },
  testImages: {
    name: 't10k-images-idx3-ubyte', bytes: 7_840_016,
    sha256: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
  },
  testLabels: {
    name: 't10k-labels-idx1-ubyte', bytes: 10_008,
    sha256: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
  },
} as const satisfies Record<string, OfficialFile>

/** Folders on the web that hold the four gzipped files. */
export const mnistMirrors: readonly string[] = [
  'https://storage.googleapis.com/cvdf-datasets/mnist/',
  'https://ossci-datasets.s3.amazonaws.com/mnist/',
]

/** Where `loadMnist` looks for its files. */
export interface MnistOptions {
  /** Folder that holds `mnist/train-images-idx3-ubyte.gz` and the others. Default `$MYELIN_DATA`. */
  data?: string
  /** Folder that downloads are kept in, laid out alike. Default: the user's cache. */
  cache?: string
  /** Tried in this order. Default {@link mnistMirrors}. */
  mirrors?: readonly string[]
  /** Called while a file is downloaded, with bytes; `total` where the mirror tells it. */
  onProgress?: (progress: { file: string, received: number, total?: number }) => void
  /** Stops a download; the promise is then rejected with the signal's reason. */
  signal?: AbortSignal
}

/** The official training set of 60,000 pictures and test set of 10,000: 28 x 28, 0 the background, 255 ink. */
export interface Mnist {
  readonly train: ImageSet
  readonly test: ImageSet
}

/**
 * Loads MNIST. Every file, also one from a folder, is compared with its official SHA-256.
 *
 * @throws MyelinError `file` for a wrong file in the data folder, `network` when a download fails (the message says
 *   which files to put where instead)
 */
export async function loadMnist(options: MnistOptions = {}): Promise<Mnist> {
  const idx = async (file: OfficialFile) => parseIdx(await load(file, options), file.name)
  return {
    train: imageSet(await idx(files.trainImages), await idx(files.trainLabels), 'mnist'),
    test: imageSet(await idx(files.testImages), await idx(files.testLabels), 'mnist'),
  }
}

async function load(file: OfficialFile, options: MnistOptions): Promise<Uint8Array> {
  const data = options.data ?? dataFolder()
  if (data !== undefined) {
    const path = pathIn(data, file)
    if (path !== undefined) {
      const unpacked = await unpack(await readFileChecked(path), file)
      if (unpacked) return unpacked
      throw new MyelinError('file', `${path}: not the official file of MNIST (its SHA-256 differs); `
        + 'remove it, then it is downloaded')
    }
  }
  const cache = options.cache ?? cacheFolder()
  const path = pathIn(cache, file)
  const cached = path === undefined ? undefined : await unpack(await readFileChecked(path), file)
  return cached ?? download(file, cache, options)
}

/** The file in a folder, gzipped or not. */
function pathIn(folder: string, file: OfficialFile): string | undefined {
  return [`${file.name}.gz`, file.name].map((name) => join(folder, 'mnist', name)).find((path) => existsSync(path))
}

const gunzipped = promisify(gunzip) as (bytes: Uint8Array, options: { maxOutputLength: number }) => Promise<Uint8Array>

/** The unpacked file, or undefined when it is not the official one. */
async function unpack(bytes: Uint8Array, file: OfficialFile): Promise<Uint8Array | undefined> {
  const plain = isGzip(bytes)
    ? await gunzipped(bytes, { maxOutputLength: file.bytes }).catch(() => undefined) // damaged, or longer
    : bytes
  return plain && createHash('sha256').update(plain).digest('hex') === file.sha256 ? plain : undefined
}

/** Downloads a file from the first mirror that has it, and keeps it in the cache. */
async function download(file: OfficialFile, cache: string, options: MnistOptions): Promise<Uint8Array> {
  const failures: string[] = []
  for (const mirror of options.mirrors ?? mnistMirrors) {
    const url = new URL(`${file.name}.gz`, mirror)
    try {
      const packed = await fetchBytes(url, file, options)
      const plain = await unpack(packed, file)
      if (!plain) {
        failures.push(`${url.host}: not the official file (its SHA-256 differs)`)
        continue
      }
      await keep(join(cache, 'mnist'), `${file.name}.gz`, packed)
      return plain
    } catch (error) {
      options.signal?.throwIfAborted()
      if (error instanceof MyelinError) throw error
      failures.push(`${url.host}: ${reasonOf(error)}`)
    }
  }
  const names = Object.values(files).map(({ name }) => `${name}.gz`).join(', ')
  throw new MyelinError('network', `mnist: could not download ${file.name}.gz (${failures.join('; ')}); check the `
    + `network, or put ${names} into ${join(cache, 'mnist')}, or into a `
    + 'folder "mnist" of the folder that MYELIN_DATA names')
}

async function keep(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
  } catch (cause) {
    throw new MyelinError('file', `cannot make the cache folder ${folder}: ${reasonOf(cause)}; `
      + 'set XDG_CACHE_HOME to a folder that can be written', { cause })
  }
  await writeFileAtomic(join(folder, name), bytes)
}

async function fetchBytes(url: URL, file: OfficialFile, { onProgress, signal }: MnistOptions): Promise<Uint8Array> {
  signal?.throwIfAborted()
  const response = await fetch(url, { signal: signal ?? null })
  if (!response.ok || !response.body) throw new Error(`HTTP status ${response.status}`)
  const declared = Number(response.headers.get('content-length'))
  const total = declared > 0 ? declared : undefined
  const pieces: Uint8Array[] = []
  let received = 0
  for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) {
    received += piece.length
    if (received > file.bytes) throw new Error('sends more than the file has') // leaving the loop ends the transfer
    pieces.push(piece)
    onProgress?.({ file: `${file.name}.gz`, received, total })
  }
  return Buffer.concat(pieces)
}

/** What `fetch` hides in its error's cause, such as `getaddrinfo ENOTFOUND host`. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error
  if (cause instanceof Error) return cause.message || String((cause as NodeJS.ErrnoException).code ?? message)
  return message
}
