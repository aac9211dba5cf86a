/** Words of texts, counted. */

import { MyelinError } from '../core/errors.js'

/** Two or more letters, digits and underscores, as in scikit-learn's CountVectorizer; signs on letters belong to them. */
export const wordPattern = /[\p{L}\p{M}\p{N}_]{2,}/gu

/** Different words of a column that are counted, at most. */
const mostWords = 5_000_000

/** The words of a text, in small letters (Unicode's form NFC), and how often each occurs. */
export function wordCounts(text: string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const [word] of text.normalize('NFC').toLowerCase().matchAll(wordPattern)) {
    counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  return counts
}

/** How often words occur, and in how many texts. */
export class WordSurvey {
  readonly words = new Map<string, { total: number, texts: number }>()
  texts = 0

  /** @param what the column, for the message */
  constructor(private readonly what: string) {}

  /**
   * @param often how often the text occurs
   * @throws MyelinError `memory` for more than 5,000,000 different words
   */
  add(text: string, often = 1): void {
    this.texts += often
    for (const [word, count] of wordCounts(text)) {
      let seen = this.words.get(word)
      if (!seen) {
        if (this.words.size >= mostWords) {
          throw new MyelinError('memory', `${this.what}: more than ${mostWords} different words, the most that are `
            + 'counted; set the column aside')
        }
        this.words.set(word, seen = { total: 0, texts: 0 })
      }
      seen.total += count * often
      seen.texts += often
    }
  }

  /** The words that occur most often, at most `most`, by their characters; of equally frequent ones the first. */
  vocabulary(most: number): string[] {
    const byCharacters = (a: string, b: string): number => a < b ? -1 : a > b ? 1 : 0
    return [...this.words]
      .sort(([a, { total: often }], [b, { total: seldom }]) => seldom - often || byCharacters(a, b))
      .slice(0, most).map(([word]) => word).sort(byCharacters)
  }
}
