/** Texts as numbers of tokens: the words, characters or runs of these that occur most often in texts that were read. */

import { MyelinError } from '../core/errors.js'
import { hostFunctions } from '../core/scalar/host.js'
import { clip, nearestName } from './names.js'
import { padSequences, type PaddedSequences } from './pad-sequences.js'
import { ngramsOf, splitters, standardizers, type Split, type Standardize } from './text-tokens.js'

/** What `textVectorization` takes. */
export interface TextVectorizationOptions {
  /** The size of the vocabulary at most, with what stands for padding and for unknown tokens; default: all. */
  readonly maxTokens?: number
  /**
   * What is done first: small letters (`lower`), the punctuation of ASCII left out (`stripPunctuation`), both
   * (`lowerAndStripPunctuation`, the default) or nothing (`none`).
   */
  readonly standardize?: Standardize
  /**
   * What tokens are: what white space separates (`whitespace`, the default), two or more letters, digits and underscores in a
   * row (`words`, as scikit-learn's CountVectorizer), each character (`character`), or whole texts (`none`).
   */
  readonly split?: Split
  /** Runs of so many tokens are tokens as well: 2 means single ones and pairs, [2] pairs alone. Default: single ones. */
  readonly ngrams?: number | readonly number[]
  /**
   * What a text becomes: the numbers of its tokens one after another (`int`, the default), or for each token of the vocabulary
   * whether it occurs (`multiHot`), how often (`count`), or how often times its weight (`tfIdf`).
   */
  readonly outputMode?: 'int' | 'multiHot' | 'count' | 'tfIdf'
  /** With `int` the number of tokens of each text: others are cut, or filled up with 0. Default: that of the longest. */
  readonly outputSequenceLength?: number
}

/** What a `TextVectorizer` is, as JSON. */
export interface TextVectorizerJson {
  readonly version: 1
  readonly kind: 'textVectorizer'
  readonly options: TextVectorizationOptions
  readonly vocabulary: readonly string[]
  /** The weights of the tokens, with `tfIdf`. */
  readonly idf?: readonly number[]
}

/** A matrix of a row for each text. */
export type TextMatrix = PaddedSequences | { readonly data: Float32Array; readonly shape: readonly [texts: number, tokens: number] }

/** Different tokens that are counted, at most. */
const mostTokens = 5_000_000
const padding = ''
const unknown = '[UNK]'

const choices = {
  standardize: Object.keys(standardizers), split: Object.keys(splitters), outputMode: ['int', 'multiHot', 'count', 'tfIdf'],
}
const defaults = { standardize: 'lowerAndStripPunctuation', split: 'whitespace', outputMode: 'int' } as const
const names = ['maxTokens', 'ngrams', 'outputSequenceLength', ...Object.keys(choices)]

/**
 * How texts become numbers, as Keras's TextVectorization: `textVectorization({ maxTokens: 1000 }).adapt(texts)` reads texts and
 * gives what turns these and others into numbers. Names and defaults are Keras's; letters become small by the rules of Unicode,
 * where Keras knows those of ASCII alone.
 *
 * @throws MyelinError `argument` for wrong options
 */
export function textVectorization(options: TextVectorizationOptions = {}): { adapt(texts: Iterable<string>): TextVectorizer } {
  requireOptions(options)
  return { adapt: (texts) => adapted(options, texts) }
}

/** Turns texts into numbers and back; made by `textVectorization(options).adapt(texts)` or from JSON. */
export class TextVectorizer {
  /** All of them, with their defaults. */
  readonly options: Readonly<TextVectorizationOptions>
  /** The tokens by their numbers; with `int` 0 is '' for padding and 1 '[UNK]' for all that is not there, else 0 is that. */
  readonly vocabulary: readonly string[]
  /** The weights of the tokens, with `tfIdf`: log(1 + texts / (1 + texts with the token)), and for unknown ones their mean. */
  readonly idf: readonly number[] | undefined
  private readonly numbers: ReadonlyMap<string, number>

  constructor(options: TextVectorizationOptions, vocabulary: readonly string[], idf?: readonly number[]) {
    this.options = { ...defaults, ...options }
    this.vocabulary = vocabulary
    this.idf = idf
    this.numbers = new Map(vocabulary.map((token, number) => [token, number]))
  }

  /** The numbers of a text's tokens, as many as there are. */
  encode(text: string): number[] {
    const other = this.numbers.get(unknown)!
    return tokensOf(text, this.options).map((token) => (token === padding ? other : this.numbers.get(token) ?? other))
  }

  /**
   * The tokens of these numbers as a text, without padding: words with spaces between them, characters without. Where nothing is
   * standardised and each character is a token, this is the text that was encoded.
   *
   * @throws MyelinError `data` for a number that no token has
   */
  decode(numbers: ArrayLike<number>): string {
    const tokens = Array.from(numbers, (number) => {
      const token = this.vocabulary[number]
      if (token === undefined) {
        throw new MyelinError('data', `decode: no token has the number ${number}; there are 0 to ${this.vocabulary.length - 1}`)
      }
      return token
    })
    return tokens.filter((token) => token !== padding).join(this.options.split === 'character' ? '' : ' ')
  }

  /**
   * Texts as rows: [texts, tokens of the longest] of int32, or [texts, vocabulary] of float32 where tokens are counted.
   */
  transform(texts: readonly string[]): TextMatrix {
    const rows = requireTexts('transform', texts).map((text) => this.encode(text))
    const { outputMode, outputSequenceLength: maxlen } = this.options
    if (outputMode === 'int') {
      return padSequences(rows, { padding: 'post', truncating: 'post', ...(maxlen !== undefined && { maxlen }) })
    }
    const width = this.vocabulary.length
    const data = new Float32Array(rows.length * width)
    rows.forEach((numbers, row) => {
      for (const number of numbers) {
        const place = row * width + number
        data[place] = outputMode === 'multiHot' ? 1 : data[place]! + 1
      }
      if (this.idf) for (let i = 0; i < width; i++) data[row * width + i]! *= this.idf[i]!
    })
    return { data, shape: [rows.length, width] }
  }

  /** All that was learned; `textVectorizerFromJSON` restores it. */
  toJSON(): TextVectorizerJson {
    const { options, vocabulary, idf } = this
    return { version: 1, kind: 'textVectorizer', options, vocabulary, ...(idf && { idf }) }
  }
}

/**
 * Restores what `TextVectorizer.toJSON` gave.
 * @throws MyelinError `data` for what is no such JSON, `argument` for wrong options
 */
export function textVectorizerFromJSON(json: unknown): TextVectorizer {
  const { version, kind, options, vocabulary, idf } = (json ?? {}) as Partial<TextVectorizerJson>
  const isList = (list: unknown, type: string): list is unknown[] => Array.isArray(list) && list.every((item) => typeof item === type)
  if (kind !== 'textVectorizer' || version !== 1 || typeof options !== 'object' || !isList(vocabulary, 'string') ||
    !vocabulary.includes(unknown) || new Set(vocabulary).size !== vocabulary.length ||
    (options.outputMode === 'tfIdf' ? !isList(idf, 'number') || idf.length !== vocabulary.length : idf !== undefined)) {
    throw new MyelinError('data', 'textVectorizerFromJSON: expected what toJSON of a TextVectorizer gave, with options and vocabulary')
  }
  requireOptions(options)
  return new TextVectorizer(options, vocabulary, idf)
}

function adapted(options: TextVectorizationOptions, texts: Iterable<string>): TextVectorizer {
  const { outputMode = defaults.outputMode, maxTokens } = options
  const counts = new Map<string, { total: number, texts: number }>()
  let count = 0
  for (const text of texts) {
    requireTexts('adapt', [text])
    count++
    const tokens = tokensOf(text, options)
    for (const token of tokens) {
      const seen = counts.get(token)
      if (seen) seen.total++
      else if (counts.size < mostTokens) counts.set(token, { total: 1, texts: 0 })
      else throw new MyelinError('memory', `adapt: more than ${mostTokens} different tokens, the most that are counted; use fewer texts or shorter ngrams`)
    }
    for (const token of new Set(tokens)) counts.get(token)!.texts++
  }
  counts.delete(padding)
  counts.delete(unknown)
  const first = outputMode === 'int' ? [padding, unknown] : [unknown]
  // frequent ones first, of equally frequent ones the last by their characters, as Keras
  const ordered = [...counts].sort(([a, { total: often }], [b, { total: seldom }]) => seldom - often || (a < b ? 1 : -1))
  const kept = ordered.slice(0, maxTokens === undefined ? undefined : Math.max(0, maxTokens - first.length))
  const vocabulary = [...first, ...kept.map(([token]) => token)]
  if (outputMode !== 'tfIdf') return new TextVectorizer(options, vocabulary)
  const idf = kept.map(([, seen]) => hostFunctions.log(1 + count / (1 + seen.texts)))
  const mean = idf.length === 0 ? 0 : idf.reduce((sum, weight) => sum + weight) / idf.length
  return new TextVectorizer(options, vocabulary, [mean, ...idf])
}

function tokensOf(text: string, { standardize, split, ngrams = 1 }: TextVectorizationOptions): string[] {
  const tokens = splitters[split ?? defaults.split](standardizers[standardize ?? defaults.standardize](text))
  return ngramsOf(tokens, typeof ngrams === 'number' ? Array.from({ length: ngrams }, (_, i) => i + 1) : ngrams)
}

/** @throws MyelinError `data` for what is no list of texts */
function requireTexts(what: string, texts: readonly string[]): readonly string[] {
  const wrong = Array.isArray(texts) ? texts.findIndex((text) => typeof text !== 'string') : 0
  if (wrong >= 0) {
    const given: unknown = Array.isArray(texts) ? texts[wrong] : texts
    throw new MyelinError('data', `${what}: expected texts, received ${given === null ? 'null' : typeof given} (${clip(String(given))})`)
  }
  return texts
}

function requireOptions(options: TextVectorizationOptions): void {
  const fail = (text: string): never => {
    throw new MyelinError('argument', `textVectorization: ${text}`)
  }
  for (const [name, value] of Object.entries(options)) {
    if (!names.includes(name)) {
      const near = nearestName(name, names)
      fail(`unknown option "${name}"${near ? `; did you mean "${near}"?` : ''}`)
    }
    const allowed = (choices as Readonly<Record<string, readonly string[]>>)[name]
    if (allowed && value !== undefined && !allowed.includes(value as string)) {
      fail(`${name} must be one of ${allowed.join(', ')}, received ${clip(String(value))}`)
    }
  }
  const { maxTokens, ngrams, outputSequenceLength, outputMode = defaults.outputMode } = options
  const wholeNumber = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 1
  if (maxTokens !== undefined && !wholeNumber(maxTokens)) fail(`maxTokens must be a whole number, at least 1, received ${clip(String(maxTokens))}`)
  if (ngrams !== undefined && !(Array.isArray(ngrams) ? ngrams.length > 0 && ngrams.every(wholeNumber) : wholeNumber(ngrams))) {
    fail(`ngrams must be a whole number, at least 1, or a list of such, received ${clip(String(ngrams))}`)
  }
  if (outputSequenceLength !== undefined) {
    if (!wholeNumber(outputSequenceLength)) fail(`outputSequenceLength must be a whole number, at least 1, received ${clip(String(outputSequenceLength))}`)
    if (outputMode !== 'int') fail(`outputSequenceLength is for outputMode "int", not "${outputMode}"`)
  }
}
