/** Columns of texts with several words: set aside, or bags of words as scikit-learn makes them. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fitPreprocessor, makeTable, preprocessorFromJSON, type InputOptions } from '../../src/data/index.js'

interface Vectorized {
  readonly vocabulary: readonly string[]
  readonly training: readonly (readonly number[])[]
  readonly new: readonly (readonly number[])[]
}
const { trainingTexts, newTexts, ...golden } = JSON.parse(readFileSync('tests/golden/bag-of-words.json', 'utf8')) as {
  readonly trainingTexts: readonly string[], readonly newTexts: readonly string[]
  readonly bagOfWords: Vectorized, readonly tfIdf: Vectorized, readonly kept: Vectorized
}

const labels = (n: number): number[] => Array.from({ length: n }, (_, i) => i % 2)
const table = makeTable([['review', trainingTexts], ['y', labels(trainingTexts.length)]], { source: 'films' })
const fit = (options: InputOptions) => fitPreprocessor(table, { target: 'y', ...options })

describe('words', () => {
  it.each([
    ['bagOfWords', golden.bagOfWords, { text: 'bagOfWords' }], ['tfIdf', golden.tfIdf, { text: 'tfIdf' }],
    ['the most frequent', golden.kept, { text: 'bagOfWords', vocabulary: 5 }],
    ['where there is nothing else', golden.bagOfWords, {}],
  ] as const)('are those of scikit-learn: %s', (_, { vocabulary, training, new: others }, options) => {
    const { preprocessor, notices } = fit(options)
    expect(notices).toEqual([])
    expect(preprocessor.featureNames).toEqual(vocabulary.map((word) => `review:${word}`))
    const features = [
      ...preprocessor.transform(table).data, ...preprocessor.transform(makeTable([['review', newTexts]])).data,
    ]
    const expected = [...training, ...others].flat()
    expect(features).toHaveLength(expected.length)
    expected.forEach((value, i) => expect(features[i]).toBeCloseTo(value, 14))
  })

  it('come back from a file', () => {
    for (const text of ['bagOfWords', 'tfIdf'] as const) {
      const { preprocessor } = fit({ text })
      expect(preprocessorFromJSON(JSON.parse(JSON.stringify(preprocessor)))).toEqual(preprocessor)
      expect(preprocessor.kinds().get('review')).toBe('categorical')
    }
  })

  it('that training did not have count not, with a notice', () => {
    const { preprocessor } = fit({ text: 'bagOfWords', vocabulary: 5 })
    const { notices, data } = preprocessor.transform(makeTable([['review', ['no such thing', null, 'good']]], { source: 'new' }))
    expect(notices).toEqual(['new: column "review": 1 text without any of the 5 words of training'])
    expect([...data]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0])
  })

  it('with marks are one however they are composed', () => {
    const texts = ['die sch\u00f6ne M\u00fcllerin singt', 'eine scho\u0308ne Aussicht hier', 'alles sehr sch\u00f6n heute']
    const { preprocessor } = fitPreprocessor(makeTable([['t', texts], ['y', [0, 1, 0]]]), { target: 'y' })
    const { data } = preprocessor.transform(makeTable([['t', texts]]))
    const place = preprocessor.featureNames.indexOf('t:sch\u00f6ne')
    expect([0, 1, 2].map((row) => data[row * preprocessor.featureCount + place])).toEqual([1, 1, 0])
  })
})

describe('a column of texts', () => {
  const both = makeTable([
    ['review', trainingTexts], ['stars', trainingTexts.map((_, i) => i % 5)], ['y', labels(trainingTexts.length)],
  ], { source: 'films' })

  it.each([{}, { text: 'setAside' }] as const)('is set aside beside others, with a word how to use it: %j', (options) => {
    const { preprocessor, notices } = fitPreprocessor(both, { target: 'y', ...options })
    expect(preprocessor.featureNames).toEqual(['stars'])
    expect(notices).toEqual(['films: column "review" is set aside: it has 7 different texts of several words in 7 '
      + 'training rows; to learn from the words, say preprocess.text: "bagOfWords" or "tfIdf"'])
  })

  it('is used beside others where that is asked for', () => {
    const { preprocessor } = fitPreprocessor(both, { target: 'y', text: 'bagOfWords', vocabulary: 2 })
    expect(preprocessor.featureNames).toEqual(['review:film', 'review:good', 'stars'])
  })

  it('is no bag of words where its texts are names or have none', () => {
    const names = makeTable([
      ['name', Array.from({ length: 30 }, (_, i) => `guest ${i}`)], ['marks', Array.from({ length: 30 }, (_, i) => '! '.repeat(i + 3))],
      ['x', labels(30)], ['y', labels(30)],
    ])
    expect(fitPreprocessor(names, { target: 'y', text: 'bagOfWords' }).notices.map((notice) => notice.slice(14))).toEqual([
      '"name" is set aside: it has 30 different texts in 30 training rows',
      '"marks" is set aside: its texts hold no words of two or more letters',
    ])
  })
})
