/** Byte-pair encoding: texts as numbers of pieces of words, learned from texts, from which every text comes back. */

import { MyelinError } from '../core/errors.js'
import { PairCounts } from './pair-counts.js'

/** What `bytePairEncoding` takes. */
export interface BytePairEncodingOptions {
  /** The number of tokens at most: special ones, the 256 bytes, and what is joined of these. */
  readonly vocabularySize: number
  /** Tokens that no text gives, such as '<pad>' and '<end>', with the first numbers; default none. */
  readonly specialTokens?: readonly string[]
}

/** What a `BytePairEncoder` is, as JSON. */
export interface BytePairEncoderJson {
  readonly version: 1
  readonly kind: 'bytePairEncoder'
  readonly specialTokens: readonly string[]
  /** Of each token that was joined the numbers of its two parts, in the order in which they were learned. */
  readonly merges: readonly (readonly [first: number, second: number])[]
}

/** GPT-2's pieces of a text, within which bytes are joined: words, numbers, signs, each with the space before it. */
const piecePattern = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu

const bytes = 256
/** The bytes in the order in which GPT-2 numbers them: those that are signs of Latin-1 first. */
const byteOrder = ((): Uint8Array => {
  const isSign = (byte: number): boolean => (byte > 32 && byte < 127) || (byte > 160 && byte !== 173)
  const all = Array.from({ length: bytes }, (_, byte) => byte)
  return Uint8Array.from([...all.filter(isSign), ...all.filter((byte) => !isSign(byte))])
})()
const numberOfByte = Uint8Array.from({ length: bytes }, (_, byte) => byteOrder.indexOf(byte))

/** Pieces whose numbers are kept, so that a word is not taken apart each time; all are forgotten when there are more. */
const keptPieces = 100_000

/**
 * How texts become numbers of pieces of words: `bytePairEncoding({ vocabularySize: 1000 }).adapt(texts)` joins again and again
 * the two tokens that stand most often beside each other, beginning with single bytes (Sennrich, Haddow and Birch 2016; bytes and
 * pieces as in GPT-2, Radford et al. 2019). Of equally frequent pairs the one with the lower numbers is joined, so that the
 * same texts give the same tokens. It ends early where no pair occurs twice.
 *
 * @throws MyelinError `argument` for wrong options
 */
export function bytePairEncoding(options: BytePairEncodingOptions): { adapt(texts: Iterable<string>): BytePairEncoder } {
  const { vocabularySize, specialTokens = [], ...others } = options
  const [other] = Object.keys(others)
  if (other !== undefined) throw new MyelinError('argument', `bytePairEncoding: unknown option "${other}"; there are vocabularySize and specialTokens`)
  requireSpecialTokens(specialTokens)
  const least = bytes + specialTokens.length
  if (!Number.isSafeInteger(vocabularySize) || vocabularySize < least || vocabularySize > 2 ** 24) {
    throw new MyelinError('argument', `bytePairEncoding: vocabularySize must be a whole number from ${least} (the bytes${
      specialTokens.length > 0 ? ' and special tokens' : ''}) to 16777216, received ${String(vocabularySize)}`)
  }
  return { adapt: (texts) => adapted(texts, vocabularySize - least, specialTokens) }
}

/** Turns texts into numbers and back; made by `bytePairEncoding(options).adapt(texts)` or from JSON. */
export class BytePairEncoder {
  /** The number of tokens: their numbers go from 0 to one less. */
  readonly vocabularySize: number
  /** By the numbers of two tokens the one that they are joined to; lower ones were learned first. */
  private readonly joined = new Map<number, number>()
  /** The bytes of each token; of special ones those of their names. */
  private readonly bytesOf: Uint8Array[]
  private readonly known = new Map<string, readonly number[]>()

  constructor(readonly specialTokens: readonly string[], readonly merges: BytePairEncoderJson['merges']) {
    const utf8 = new TextEncoder()
    this.bytesOf = [...specialTokens.map((token) => utf8.encode(token)), ...Array.from(byteOrder, (byte) => Uint8Array.of(byte))]
    for (const [first, second] of merges) {
      this.joined.set(pairKey(first, second), this.bytesOf.length)
      this.bytesOf.push(Uint8Array.from([...this.bytesOf[first]!, ...this.bytesOf[second]!]))
    }
    this.vocabularySize = this.bytesOf.length
  }

  /** The numbers of a text's tokens. Special tokens are never among them: names of such are read as letters. */
  encode(text: string): number[] {
    const numbers: number[] = []
    for (const [piece] of requireText(text).matchAll(piecePattern)) {
      let known = this.known.get(piece)
      if (!known) {
        if (this.known.size >= keptPieces) this.known.clear()
        this.known.set(piece, (known = this.tokensOf(piece)))
      }
      for (const number of known) numbers.push(number)
    }
    return numbers
  }

  /**
   * The text of these numbers: `decode(encode(text))` is the text, but for halves of surrogate pairs, which UTF-8 cannot hold.
   * Bytes that are no UTF-8, as a network may write them, become U+FFFD; special tokens are written by their names.
   *
   * @throws MyelinError `data` for a number that no token has
   */
  decode(numbers: ArrayLike<number>): string {
    const parts = Array.from(numbers, (number) => {
      const part = this.bytesOf[number]
      if (!part) throw new MyelinError('data', `decode: no token has the number ${number}; there are 0 to ${this.vocabularySize - 1}`)
      return part
    })
    const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
    let at = 0
    for (const part of parts) {
      all.set(part, at)
      at += part.length
    }
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(all)
  }

  /** The number of a special token. @throws MyelinError `argument` for another */
  specialToken(name: string): number {
    const number = this.specialTokens.indexOf(name)
    if (number < 0) throw new MyelinError('argument', `specialToken: there is no "${name}"; there are ${this.specialTokens.join(', ') || 'none'}`)
    return number
  }

  /** All that was learned; `bytePairEncoderFromJSON` restores it. */
  toJSON(): BytePairEncoderJson {
    return { version: 1, kind: 'bytePairEncoder', specialTokens: this.specialTokens, merges: this.merges }
  }

  /** The tokens of a piece: of all pairs that were learned the earliest is joined, again and again. */
  private tokensOf(piece: string): readonly number[] {
    const tokens = bytesAsTokens(piece, this.specialTokens.length)
    while (tokens.length > 1) {
      let least = Infinity
      for (let i = 1; i < tokens.length; i++) least = Math.min(least, this.joined.get(pairKey(tokens[i - 1]!, tokens[i]!)) ?? Infinity)
      if (least === Infinity) break
      const [first, second] = this.merges[least - this.specialTokens.length - bytes]!
      joinPairs(tokens, first, second, least)
    }
    return tokens
  }
}

/**
 * Restores what `BytePairEncoder.toJSON` gave.
 * @throws MyelinError `data` for what is no such JSON
 */
export function bytePairEncoderFromJSON(json: unknown): BytePairEncoder {
  const { version, kind, specialTokens, merges } = (json ?? {}) as Partial<BytePairEncoderJson>
  if (kind !== 'bytePairEncoder' || version !== 1 || !Array.isArray(specialTokens) || !Array.isArray(merges)) {
    throw new MyelinError('data', 'bytePairEncoderFromJSON: expected what toJSON of a BytePairEncoder gave, with specialTokens and merges')
  }
  requireSpecialTokens(specialTokens)
  const first = specialTokens.length + bytes
  merges.forEach((merge: unknown, i) => {
    const isPart = (part: unknown): boolean => Number.isSafeInteger(part) && (part as number) >= specialTokens.length && (part as number) < first + i
    if (!Array.isArray(merge) || merge.length !== 2 || !merge.every(isPart)) {
      throw new MyelinError('data', `bytePairEncoderFromJSON: merge ${i + 1} is ${JSON.stringify(merge)}; expected two numbers from ${
        specialTokens.length} to ${first + i - 1}`)
    }
  })
  return new BytePairEncoder(specialTokens, merges as BytePairEncoderJson['merges'])
}

const pairKey = (first: number, second: number): number => first * 2 ** 24 + second

const bytesAsTokens = (piece: string, special: number): number[] =>
  Array.from(new TextEncoder().encode(piece), (byte) => special + numberOfByte[byte]!)

/** Puts the joined token in the place of each of its pairs, from left to right. */
function joinPairs(tokens: number[], first: number, second: number, joined: number): void {
  let to = 0
  for (let from = 0; from < tokens.length; from++) {
    const isPair = tokens[from] === first && tokens[from + 1] === second
    tokens[to++] = isPair ? joined : tokens[from]!
    if (isPair) from++
  }
  tokens.length = to
}

function adapted(texts: Iterable<string>, most: number, specialTokens: readonly string[]): BytePairEncoder {
  const often = new Map<string, number>()
  for (const text of texts) {
    for (const [piece] of requireText(text).matchAll(piecePattern)) often.set(piece, (often.get(piece) ?? 0) + 1)
  }
  const words = Array.from(often, ([piece, count]) => ({ tokens: bytesAsTokens(piece, specialTokens.length), count }))
  const pairs = new PairCounts()
  words.forEach(({ tokens, count }, word) => {
    for (let i = 1; i < tokens.length; i++) pairs.add(pairKey(tokens[i - 1]!, tokens[i]!), count, word)
  })
  const merges: [number, number][] = []
  while (merges.length < most) {
    const key = pairs.mostFrequent()
    if (key === undefined) break
    const [first, second] = [Math.floor(key / 2 ** 24), key % 2 ** 24]
    const joined = specialTokens.length + bytes + merges.push([first, second]) - 1
    for (const word of pairs.wordsWith(key)) {
      const { tokens, count } = words[word]!
      for (let i = 1; i < tokens.length; i++) pairs.add(pairKey(tokens[i - 1]!, tokens[i]!), -count, word)
      joinPairs(tokens, first, second, joined)
      for (let i = 1; i < tokens.length; i++) pairs.add(pairKey(tokens[i - 1]!, tokens[i]!), count, word)
    }
  }
  return new BytePairEncoder(specialTokens, merges)
}

/** @throws MyelinError `data` for what is no text */
function requireText(text: string): string {
  if (typeof text !== 'string') throw new MyelinError('data', `bytePairEncoding: expected texts, received ${text === null ? 'null' : typeof text}`)
  return text
}

/** @throws MyelinError `argument` unless these are different names */
function requireSpecialTokens(tokens: readonly string[]): void {
  if (!Array.isArray(tokens) || tokens.some((token) => typeof token !== 'string' || token === '') || new Set(tokens).size !== tokens.length) {
    throw new MyelinError('argument', 'bytePairEncoding: specialTokens must be a list of different names, such as ["<pad>", "<end>"]')
  }
}
