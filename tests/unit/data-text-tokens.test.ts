/** Texts as numbers of tokens: Keras's TextVectorization and pad_sequences, and the byte-pair encoding of Hugging Face. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bytePairEncoderFromJSON, bytePairEncoding, padSequences, textVectorization, textVectorizerFromJSON,
  type PadSequencesOptions, type TextVectorizationOptions,
} from '../../src/data/index.js'

const golden = <T>(name: string): T => JSON.parse(readFileSync(`tests/golden/${name}.json`, 'utf8')) as T
const again = <T>(value: T): unknown => JSON.parse(JSON.stringify(value))

interface KerasCase {
  readonly options: Readonly<Record<string, unknown>>
  readonly vocabulary: readonly string[]
  readonly training: readonly (readonly number[])[]
  readonly new: readonly (readonly number[])[]
}
const keras = golden<{
  readonly texts: readonly string[], readonly newTexts: readonly string[], readonly cases: readonly KerasCase[]
  readonly sequences: readonly (readonly number[])[], readonly padded: readonly { readonly options: object, readonly rows: readonly number[][] }[]
}>('text-vectorization')

/** Keras's options by the names that they have here. */
function named(options: KerasCase['options']): TextVectorizationOptions {
  const camel = (word: string): string => word.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
  return Object.fromEntries(Object.entries(options).map(([name, value]) =>
    [camel(name), name === 'standardize' ? camel((value ?? 'none') as string) : typeof value === 'string' ? camel(value) : value]))
}

describe('textVectorization', () => {
  for (const { options, vocabulary, training, new: others } of keras.cases) {
    it(`gives Keras's vocabulary and numbers: ${JSON.stringify(options)}`, () => {
      const vectorizer = textVectorization(named(options)).adapt(keras.texts)
      expect(vectorizer.vocabulary).toEqual(vocabulary)
      for (const [texts, rows] of [[keras.texts, training], [keras.newTexts, others]] as const) {
        const { data, shape } = vectorizer.transform(texts)
        expect(shape).toEqual([rows.length, rows[0]!.length])
        rows.flat().forEach((value, i) => expect(data[i]).toBeCloseTo(value, 6))
      }
      const read = textVectorizerFromJSON(again(vectorizer))
      expect(read.transform(keras.newTexts)).toEqual(vectorizer.transform(keras.newTexts))
      expect(again(read)).toEqual(again(vectorizer))
    })
  }

  it('takes words as CountVectorizer does, and runs of them', () => {
    const { trainingTexts, bagOfWords } = golden<{ readonly trainingTexts: string[], readonly bagOfWords: { vocabulary: string[], training: number[][] } }>('bag-of-words')
    const vectorizer = textVectorization({ split: 'words', standardize: 'lower', outputMode: 'count' }).adapt(trainingTexts)
    expect(vectorizer.vocabulary.slice(1).toSorted()).toEqual(bagOfWords.vocabulary)
    const { data, shape } = vectorizer.transform(trainingTexts)
    const places = bagOfWords.vocabulary.map((word) => vectorizer.vocabulary.indexOf(word))
    expect(trainingTexts.map((_, row) => places.map((place) => data[row * shape[1] + place]))).toEqual(bagOfWords.training)
    const pairs = textVectorization({ split: 'words', ngrams: [2] }).adapt(['a good film', 'good film'])
    expect(pairs.vocabulary).toEqual(['', '[UNK]', 'good film'])
  })

  it('gives texts back', () => {
    const characters = textVectorization({ split: 'character', standardize: 'none' }).adapt(['Größe 🙂\n[UNK]'])
    expect(characters.decode(characters.encode('🙂 Größe\n'))).toBe('🙂 Größe\n')
    expect(characters.encode('x')).toEqual([1])
    const words = textVectorization().adapt(['To be, or not to be'])
    expect(words.decode([...words.encode('Be not!'), 0, 0])).toBe('be not')
    expect(() => words.decode([2, 6])).toThrow('no token has the number 6; there are 0 to 5')
  })

  it('counts a text that is the name of what is unknown as unknown', () => {
    expect(textVectorization({ split: 'none', standardize: 'none' }).adapt(['[UNK]', '', 'a']).encode('[UNK]')).toEqual([1])
    expect(textVectorization({ split: 'none', standardize: 'none' }).adapt(['[UNK]', '', 'a']).encode('')).toEqual([1])
  })

  it.each([
    [{ maxToken: 3 }, 'unknown option "maxToken"; did you mean "maxTokens"?'], [{ maxTokens: 0 }, 'maxTokens must be a whole number, at least 1'],
    [{ split: 'words ' }, 'split must be one of whitespace, words, character, none'], [{ ngrams: [] }, 'ngrams must be a whole number'],
    [{ ngrams: 1.5 }, 'ngrams must be a whole number'], [{ outputSequenceLength: -1 }, 'outputSequenceLength must be a whole number'],
    [{ outputMode: 'count', outputSequenceLength: 3 }, 'outputSequenceLength is for outputMode "int"'],
  ])('refuses %j', (options, message) => {
    expect(() => textVectorization(options as TextVectorizationOptions)).toThrow(message)
  })

  it('refuses what is no text, and JSON of something else', () => {
    const vectorizer = textVectorization().adapt(['a'])
    expect(() => textVectorization().adapt([7 as unknown as string])).toThrow('adapt: expected texts, received number (7)')
    expect(() => vectorizer.transform('a' as unknown as string[])).toThrow('transform: expected texts, received string (a)')
    const json = again(vectorizer) as Record<string, unknown>
    for (const wrong of [null, {}, { ...json, vocabulary: ['', 'a'] }, { ...json, vocabulary: ['', '[UNK]', ''] }, { ...json, idf: [1, 1, 1] }, { ...json, version: 2 }]) {
      expect(() => textVectorizerFromJSON(wrong)).toThrow('expected what toJSON of a TextVectorizer gave')
    }
  })
})

describe('padSequences', () => {
  for (const { options, rows } of keras.padded) {
    it(`gives Keras's rows: ${JSON.stringify(options)}`, () => {
      const { data, shape } = padSequences(keras.sequences, options)
      expect(shape).toEqual([4, rows[0]!.length])
      expect([...data]).toEqual(rows.flat())
    })
  }

  it('keeps fractions where asked, and takes typed arrays', () => {
    expect(padSequences([Float32Array.of(0.5), [1, 2]], { dtype: 'float32', value: -1 })).toEqual({ data: Float32Array.of(-1, 0.5, 1, 2), shape: [2, 2] })
    expect(padSequences([])).toEqual({ data: new Int32Array(0), shape: [0, 0] })
  })

  it.each([
    [[[0.5]], {}, 'padSequences: 0.5 is no int32; say dtype: "float32" for fractions'], [[[NaN]], { dtype: 'float64' }, 'NaN is no finite number'],
    [[[2 ** 31]], {}, '2147483648 is no int32'], [[5], {}, 'sequence 1 is no list of numbers'], [7, {}, 'expected a list of sequences'],
    [[[1]], { maxLen: 3 }, 'unknown option "maxLen"'], [[[1]], { maxlen: 0 }, 'maxlen must be a whole number, at least 1'],
    [[[1]], { padding: 'left' }, 'padding must be "pre" or "post", received left'], [[[1]], { dtype: 'uint8' }, 'dtype must be int32'],
  ])('refuses %j with %j', (sequences, options, message) => {
    expect(() => padSequences(sequences as number[][], options as PadSequencesOptions)).toThrow(message)
  })
})

describe('bytePairEncoding', () => {
  const { texts, newTexts, cases } = golden<{
    readonly texts: string[], readonly newTexts: string[]
    readonly cases: readonly { vocabularySize: number, specialTokens: string[], merges: number[][], encoded: number[][] }[]
  }>('byte-pair-encoding')

  for (const { merges, encoded, ...options } of cases) {
    it(`learns and encodes as tokenizers does: ${JSON.stringify(options)}`, () => {
      const encoder = bytePairEncoding(options).adapt(texts)
      expect(encoder.merges).toEqual(merges)
      expect(encoder.vocabularySize).toBe(256 + options.specialTokens.length + merges.length)
      expect([...texts, ...newTexts].map((text) => encoder.encode(text))).toEqual(encoded)
      expect(encoded.map((numbers) => encoder.decode(numbers))).toEqual([...texts, ...newTexts])
      const read = bytePairEncoderFromJSON(again(encoder))
      expect(newTexts.map((text) => read.encode(text))).toEqual(encoded.slice(texts.length))
    })
  }

  it('gives every text back', () => {
    const encoder = bytePairEncoding({ vocabularySize: 320, specialTokens: ['<pad>'] }).adapt(texts)
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => encoder.decode(encoder.encode(text)) === text))
    fc.assert(fc.property(fc.string(), (text) => encoder.decode(encoder.encode(text)) === text))
    expect(encoder.decode(encoder.encode('\ufeffa'))).toBe('\ufeffa')
  })

  it('joins runs of one letter from the left, again and again', () => {
    const encoder = bytePairEncoding({ vocabularySize: 259 }).adapt(['aaaaaaa aaa', 'aaaaaaa'])
    const a = encoder.encode('a')[0]!
    expect(encoder.merges).toEqual([[a, a], [256, 256], [256, a]])
    expect(encoder.encode('aaaaaaaaa')).toEqual([257, 257, a])
    expect(encoder.encode('aaa')).toEqual([258])
  })

  it('knows its special tokens, which no text gives', () => {
    const encoder = bytePairEncoding({ vocabularySize: 300, specialTokens: ['<pad>', '<end>'] }).adapt(texts)
    expect(encoder.specialToken('<end>')).toBe(1)
    expect(encoder.decode([...encoder.encode('low'), 1])).toBe('low<end>')
    expect(encoder.encode('<end>')).not.toContain(1)
    expect(() => encoder.specialToken('<start>')).toThrow('there is no "<start>"; there are <pad>, <end>')
    expect(encoder.decode([2 + 256 - 1 - 127])).toBe('\ufffd')
  })

  it.each([
    [{ vocabularySize: 255 }, 'vocabularySize must be a whole number from 256 (the bytes) to'], [{}, 'vocabularySize must be'],
    [{ vocabularySize: 256, specialTokens: ['a'] }, 'from 257 (the bytes and special tokens)'], [{ vocabularySize: 300, size: 1 }, 'unknown option "size"'],
    [{ vocabularySize: 300, specialTokens: ['a', 'a'] }, 'a list of different names'],
  ])('refuses %j', (options, message) => {
    expect(() => bytePairEncoding(options as { vocabularySize: number })).toThrow(message)
  })

  it('refuses what is no text, numbers of no token, and JSON of something else', () => {
    const encoder = bytePairEncoding({ vocabularySize: 257 }).adapt(['aa aa'])
    expect(() => bytePairEncoding({ vocabularySize: 300 }).adapt([null as unknown as string])).toThrow('expected texts, received null')
    expect(() => encoder.decode([257])).toThrow('no token has the number 257; there are 0 to 256')
    const json = again(encoder) as Record<string, unknown>
    for (const wrong of [null, {}, { ...json, merges: undefined }, { ...json, version: 2 }]) {
      expect(() => bytePairEncoderFromJSON(wrong)).toThrow('expected what toJSON of a BytePairEncoder gave')
    }
    for (const merge of [[1], [1, 256], [-1, 3], [1, 0.5], 'ab']) {
      expect(() => bytePairEncoderFromJSON({ ...json, merges: [merge] })).toThrow('expected two numbers from 0 to 255')
    }
  })
})
