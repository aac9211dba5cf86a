import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  accuracy, balancedAccuracy, confusionMatrix, logLoss, mae, mse, precisionRecallF1, r2, rmse, rocAuc, rocCurve,
} from '../../src/metrics/short.js'

interface Golden {
  classification: {
    name: string, classes: number, yTrue: number[], yPred: number[], accuracy: number, balancedAccuracy: number,
    confusionMatrix: number[][], perClass: number[][], macro: number[], weighted: number[],
  }[]
  probabilities: { name: string, dtype: string, yTrue: number[], probabilities: number[], logLoss: number }[]
  regression: {
    name: string, outputs: number, yTrue: number[], yPred: number[], mse: number, rmse: number, mae: number, r2: number,
  }[]
  roc: {
    name: string, yTrue: number[], scores: number[], falsePositiveRate: number[], truePositiveRate: number[],
    thresholds: (number | 'Infinity')[], rocAuc: number,
  }[]
}

const golden = JSON.parse(readFileSync(new URL('../golden/metrics.json', import.meta.url), 'utf8')) as Golden

function close(actual: number, expected: number, tolerance = 1e-12): void {
  expect(Math.abs(actual - expected), `${actual} against ${expected}`).toBeLessThanOrEqual(
    tolerance * Math.max(1, Math.abs(expected)))
}

describe('against scikit-learn', () => {
  it.each(golden.classification)('classes: $name', ({ classes, yTrue, yPred, ...expected }) => {
    const labels = Int32Array.from(yTrue)
    close(accuracy(labels, yPred), expected.accuracy)
    close(balancedAccuracy(labels, yPred), expected.balancedAccuracy)
    expect(confusionMatrix(labels, yPred, { classes })).toEqual(expected.confusionMatrix)
    const scores = precisionRecallF1(labels, yPred, { classes })
    close(scores.accuracy, expected.accuracy)
    expect(scores.macro.support).toBe(yTrue.length)
    expect(scores.perClass).toHaveLength(classes)
    for (const [index, key] of (['precision', 'recall', 'f1'] as const).entries()) {
      close(scores.macro[key], expected.macro[index]!)
      close(scores.weighted[key], expected.weighted[index]!)
      scores.perClass.forEach((entry, i) => close(entry[key], expected.perClass[index]![i]!))
    }
    expect(scores.perClass.map(entry => entry.support)).toEqual(expected.perClass[3])
  })

  it.each(golden.probabilities)('log loss: $name', ({ dtype, yTrue, probabilities, logLoss: expected }) => {
    if (dtype === 'float32') close(logLoss(yTrue, Float32Array.from(probabilities)), expected, 1e-6)
    else close(logLoss(yTrue, Float64Array.from(probabilities)), expected)
  })

  it.each(golden.regression)('numbers: $name', ({ outputs, yTrue, yPred, ...expected }) => {
    close(mse(yTrue, yPred), expected.mse)
    close(rmse(yTrue, yPred, { outputs }), expected.rmse)
    close(mae(yTrue, yPred), expected.mae)
    close(r2(yTrue, yPred, { outputs }), expected.r2)
  })

  it.each(golden.roc)('ROC: $name', ({ yTrue, scores, rocAuc: area, ...expected }) => {
    const curve = rocCurve(yTrue, scores)
    expect(curve.thresholds).toEqual(expected.thresholds.map(Number))
    curve.falsePositiveRate.forEach((rate, i) => close(rate, expected.falsePositiveRate[i]!))
    curve.truePositiveRate.forEach((rate, i) => close(rate, expected.truePositiveRate[i]!))
    close(rocAuc(yTrue, scores), area)
  })
})

it('finds the number of classes by itself', () => {
  expect(confusionMatrix([0, 2], [1, 2])).toEqual([[0, 1, 0], [0, 0, 0], [0, 0, 1]])
})

it('has no R² of a single row', () => {
  expect(r2([1], [1])).toBeNaN()
})

describe('wrong inputs', () => {
  const cases: [string, () => unknown, string, string][] = [
    ['lengths', () => accuracy([0, 1], [0]), 'shape', 'received 2 true values and 1 predictions'],
    ['nothing', () => mse([], []), 'argument', 'mse: expected at least one value, received none'],
    ['a fraction as a label', () => accuracy([0, 1], [0, 0.5]), 'argument',
      'yPred[1] is 0.5: expected class indices from 0'],
    ['a label beyond the classes', () => confusionMatrix([0, 2], [0, 1], { classes: 2 }), 'argument',
      'confusionMatrix: yTrue[1] is 2: expected class indices from 0 to 1'],
    ['a huge label', () => balancedAccuracy([4e9], [0]), 'argument', 'expected class indices from 0 to 4095'],
    ['too many classes', () => precisionRecallF1([0], [0], { classes: 1e9 }), 'argument', 'received 1000000000'],
    ['NaN predicted', () => r2([1, 2], [1, NaN]), 'nan', 'r2: yPred[1] is NaN: expected finite numbers'],
    ['rows of outputs', () => rmse([1, 2, 3], [1, 2, 3], { outputs: 2 }), 'shape',
      '3 values are no whole number of rows'],
    ['a probability above 1', () => logLoss([0, 1], [0.5, 1.1]), 'argument', 'logLoss: probabilities[1] is 1.1'],
    ['NaN as a probability', () => logLoss([0, 1], [0.5, NaN]), 'argument', 'logLoss: probabilities[1] is NaN'],
    ['uneven probabilities', () => logLoss([0, 1], [0.5, 0.5, 0.1]), 'shape', 'for each of the 2 rows, received 3'],
    ['no rows for log loss', () => logLoss([], []), 'argument', 'expected at least one row'],
    ['a label without probability', () => logLoss([2], [0.5, 0.5]), 'argument', 'class indices from 0 to 1'],
    ['ROC of one class', () => rocAuc([1, 1], [0.1, 0.2]), 'data', 'received only class 1'],
    ['ROC of three classes', () => rocCurve([0, 1, 2], [0.1, 0.2, 0.3]), 'argument',
      'expected labels 0 and 1 or -1 and 1, received 0, 1, 2; name the positive class as posLabel'],
  ]
  it.each(cases)('%s', (_, run, code, message) => {
    expect(run).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) as string }))
  })
})
