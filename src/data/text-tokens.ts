/** Texts as lists of tokens: what is made alike, where they are split, and runs of several tokens. */

import { wordPattern } from './words.js'

/** What is done with a text before it is split. */
export type Standardize = 'lowerAndStripPunctuation' | 'lower' | 'stripPunctuation' | 'none'
/** What tokens are. */
export type Split = 'whitespace' | 'words' | 'character' | 'none'

/** Keras's list of punctuation: that of ASCII. */
const punctuation = /[!"#$%&()*+,\-./:;<=>?@[\\\]^_`{|}~']/g

export const standardizers: Readonly<Record<Standardize, (text: string) => string>> = {
  lowerAndStripPunctuation: (text) => text.toLowerCase().replace(punctuation, ''),
  lower: (text) => text.toLowerCase(),
  stripPunctuation: (text) => text.replace(punctuation, ''),
  none: (text) => text,
}

export const splitters: Readonly<Record<Split, (text: string) => string[]>> = {
  whitespace: (text) => text.split(/\s+/).filter((token) => token !== ''),
  words: (text) => text.normalize('NFC').match(wordPattern) ?? [],
  character: (text) => Array.from(text),
  none: (text) => [text],
}

/** Runs of so many tokens, joined by spaces: all of the first size, then all of the next. */
export const ngramsOf = (tokens: readonly string[], sizes: readonly number[]): string[] =>
  sizes.flatMap((size) => (size === 1 ? tokens
    : Array.from({ length: Math.max(0, tokens.length - size + 1) }, (_, i) => tokens.slice(i, i + size).join(' '))))
