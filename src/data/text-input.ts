/** Columns of texts with several words: each text as the words that it holds. */

import { hostFunctions } from '../core/scalar/host.js'
import type { TextInput } from './contract.js'
import type { Destination, FittedInput } from './inputs.js'
import { count } from './names.js'
import type { Strangers } from './strangers.js'
import { cellText, type CategoricalColumn, type Column, type Table } from './table.js'
import { wordCounts, WordSurvey } from './words.js'

/** Words that are kept of a column where nothing else is said. */
export const usualVocabulary = 1000

/** Words on average from which on a text is more than a name. */
const severalWords = 3

/** Whether texts have several words each, on average. */
export function haveWords(texts: Iterable<string>): boolean {
  let [words, all] = [0, 0]
  for (const text of texts) {
    words += text.trim().split(/\s+/).length
    all++
  }
  return words >= severalWords * all
}

/**
 * Learns the words of a column from the training rows.
 *
 * @param counts how often each of the column's texts occurs in the rows
 * @param rows how many training rows there are, those without a text included
 */
export function fitText(
  { source }: Pick<Table, 'source'>, { name }: Pick<CategoricalColumn, 'name'>, counts: ReadonlyMap<string, number>, rows: number,
  { text, vocabulary: most = usualVocabulary }: { text: 'bagOfWords' | 'tfIdf', vocabulary?: number },
): FittedInput {
  const survey = new WordSurvey(`${source}: column "${name}"`)
  for (const [text, often] of counts) survey.add(text, often)
  const vocabulary = survey.vocabulary(most)
  if (vocabulary.length === 0) return { setAside: 'its texts hold no words of two or more letters' }
  if (text === 'bagOfWords') return { input: { name, kind: 'text', vocabulary } }
  const idf = vocabulary.map((word) => hostFunctions.log((1 + rows) / (1 + survey.words.get(word)!.texts)) + 1)
  return { input: { name, kind: 'text', vocabulary, idf } }
}

/** `review:good`: one feature for each word. */
export const textFeatures = ({ name, vocabulary }: TextInput): string[] => vocabulary.map((word) => `${name}:${word}`)

/**
 * Writes how often each word occurs, or with `idf` its weight in the text; other words than those of the vocabulary do
 * not count, and a text of them alone is gathered.
 */
export function writeText(
  column: Column, { vocabulary, idf }: TextInput, rows: Int32Array, to: Destination, strangers: Strangers,
): void {
  const places = new Map(vocabulary.map((word, i) => [word, i]))
  rows.forEach((row, i) => {
    const start = i * to.width + to.first
    const text = cellText(column, row)
    const found: number[] = []
    let squares = 0
    for (const [word, often] of wordCounts(text ?? '')) {
      const place = places.get(word)
      if (place === undefined) continue
      const weight = often * (idf?.[place] ?? 1)
      to.data[start + place] = weight
      squares += weight * weight
      found.push(start + place)
    }
    if (text !== null && found.length === 0) strangers.texts++
    if (idf) for (const place of found) to.data[place]! /= Math.sqrt(squares)
  })
}

/** @param at where, for the start of each notice */
export const textNotices = (at: string, { vocabulary }: TextInput, { texts }: Strangers): string[] =>
  texts === 0 ? []
    : [`${at} ${count(texts, 'text')} without any of the ${count(vocabulary.length, 'word')} of training`]
