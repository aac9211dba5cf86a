/** The lecture's scikit-learn script for XOR, transliterated line by line: it prints what the lecture prints. */
import { expect, it } from 'vitest'
import '../../src/index.js'
import { MLPClassifier } from '../../src/estimators/index.js'

it.each([
  ['logistic', ['score: 0.5', 'predictions: 1 1 1 1', 'expected: 0 1 1 0']],
  ['relu', ['score: 1', 'predictions: 0 1 1 0', 'expected: 0 1 1 0']],
])('trains XOR with %s', async (activation, expected) => {
  const printed: string[] = []
  const print = (name: string, ...values: unknown[]): void => {
    printed.push(`${name}: ${values.flat().join(' ')}`)
  }

  const X = [[0, 0], [0, 1], [1, 0], [1, 1]]
  const y = [0, 1, 1, 0]
  const classifier = new MLPClassifier({ activation, maxIter: 10000, hiddenLayerSizes: [2], randomState: 20 })
  await classifier.fit(X, y)
  print('score', await classifier.score(X, y))
  print('predictions', await classifier.predict(X))
  print('expected', y)

  expect(printed).toEqual(expected)
})
