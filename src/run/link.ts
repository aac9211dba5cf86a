/** A run as a short text that fits in a URL, and back. */

import { MyelinError } from '../core/index.js'
import { parseStrictJson, quoted, writeStrictJson } from '../formats/strict-json.js'
import { readRun } from './read-run.js'
import type { Run, RunOptions } from './run.js'

/** Says what follows: version 1 is JSON in UTF-8, compressed by DEFLATE (RFC 1951), in base64url (RFC 4648). */
const prefix = 'myelin1.'

/** Bytes of JSON: a network of a thousand layers is smaller. More is refused, in both directions. */
const mostBytes = 65_536

/** Characters: as many as bytes that do not compress at all take. */
const mostCharacters = 90_000

/** Whether a text says that it is a run in this form, of any version. */
export const isRunLink = (text: string): boolean => /^myelin\d+\./.test(text)

async function throughStream(bytes: Uint8Array<ArrayBuffer>, stream: CompressionStream | DecompressionStream):
Promise<Uint8Array<ArrayBuffer>> {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader()
  const chunks: Uint8Array<ArrayBuffer>[] = []
  let length = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return new Uint8Array(await new Blob(chunks).arrayBuffer())
    length += value.length
    if (length > mostBytes) {
      await reader.cancel()
      throw new MyelinError('argument', `run link: more than ${mostBytes} bytes of JSON; `
        + 'save the run to a file instead')
    }
    chunks.push(value)
  }
}

/**
 * A run as text of the characters A-Z a-z 0-9 - _ and one point, some hundred of them.
 *
 * @throws MyelinError `argument` for a run that is wrong, or larger than 64 KiB as JSON
 */
export async function encodeRun(run: Run | RunOptions): Promise<string> {
  const json = new TextEncoder().encode(writeStrictJson(readRun(run), 'run'))
  if (json.length > mostBytes) {
    throw new MyelinError('argument', `run link: the run has ${json.length} bytes of JSON, a link holds ${mostBytes}; `
      + 'save it to a file instead')
  }
  const compressed = await throughStream(json, new CompressionStream('deflate-raw'))
  const binary = Array.from(compressed, (byte) => String.fromCharCode(byte)).join('')
  return prefix + btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/**
 * The run of a text that `encodeRun` made. Nothing is believed: size, encoding, JSON and every entry are checked.
 *
 * @throws MyelinError `argument` for anything else, and what `readRun` throws
 */
export async function decodeRun(text: string): Promise<Run> {
  if (!text.startsWith(prefix)) {
    throw new MyelinError('argument', `run link: expected a text that starts with "${prefix}", received ${quoted(text)}`
      + (isRunLink(text) ? '; use the Myelin that wrote it' : ''))
  }
  if (text.length > mostCharacters) {
    throw new MyelinError('argument', `run link: ${text.length} characters, at most ${mostCharacters} are read`)
  }
  const packed = text.slice(prefix.length)
  if (!/^[\w-]+$/.test(packed) || packed.length % 4 === 1) {
    throw new MyelinError('argument', 'run link: expected only letters, digits, "-" and "_" after the point; '
      + 'was it cut off or wrapped when it was copied?')
  }
  const binary = atob(packed.replaceAll('-', '+').replaceAll('_', '/'))
  const json = await inflate(Uint8Array.from(binary, (character) => character.charCodeAt(0)))
  try {
    return readRun(parseStrictJson(new TextDecoder('utf-8', { fatal: true }).decode(json), 'run link'))
  } catch (error) {
    if (error instanceof MyelinError && error.code === 'argument') throw error
    throw damaged(error)
  }
}

async function inflate(compressed: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  try {
    return await throughStream(compressed, new DecompressionStream('deflate-raw'))
  } catch (error) {
    if (error instanceof MyelinError) throw error
    throw damaged(error)
  }
}

const damaged = (cause: unknown): MyelinError => new MyelinError('argument',
  'run link: the text is damaged or incomplete; copy it again, whole', { cause })
