import { describe, expect, it } from 'vitest'
import {
  classificationReport, confusionTable, displayWidth, formatCount, formatDuration, formatNumber, lossCurve, printable,
  progressBar, shorten, table,
} from '../../src/figures/index.js'
import { confusionMatrix, precisionRecallF1 } from '../../src/metrics/short.js'

const escapes = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g')
const widest = (text: string): number => Math.max(...text.split('\n').map(displayWidth))
const train = Array.from({ length: 60 }, (_, i) => 2.2 * 0.88 ** i + 0.02)
const validation = Array.from({ length: 60 }, (_, i) => 2.1 * 0.87 ** i + 0.15 + 0.004 * i)

describe('lossCurve', () => {
  it('draws training and validation', () => {
    expect(lossCurve({ train, validation })).toMatchInlineSnapshot(`
      " 2.25 ┤⢣
            │ ⢣
            │  ⠣⡀
       1.51 ┤   ⠑⣆
            │    ⠈⢧
            │      ⠑⢄⡀
       0.76 ┤        ⠙⠶⡀
            │          ⠈⠑⢕⡢  ⣀
            │             ⠈⠉⠒⠒⠭⣀⣀⡑⠒  ⠢⠤  ⠤⠤  ⠤⠤  ⠤⠤  ⠤⠤  ⠤⠤  ⠤⠤  ⠒⠒  ⠒⠒  ⠒⠒  ⠒
       0.02 ┤                    ⠈⠉⠉⠑⠒⠒⠒⠒⠤⠤⠤⠤⠤⠤⠤⠤⢄⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀
            └┬───────────────┬────────────────┬──────────────┬───────────────┬
      epoch  1               16               31             45             60
      ⠒⠒⠒ train: last 0.02117
      ⠒ ⠒ validation: last 0.3866, best 0.302 at epoch 32"
    `)
  })

  it('draws in ASCII', () => {
    expect(lossCurve({ train, validation }, { ascii: true, width: 50, height: 7 })).toMatchInlineSnapshot(`
      " 2.25 +o
            | o
            |  oo
       1.14 +    oo
            |     *oooo
            |        *oooooooooooooooooooooooooooooooooo
       0.02 +              *****************************
            ++----------+---------+---------+----------+
      epoch  1          16        31        45        60
      *** train: last 0.02117
      ooo validation: last 0.3866,
          best 0.302 at epoch 32"
    `)
  })

  it('draws a constant loss through the middle, and a value alone as a small block', () => {
    expect(lossCurve({ train: [0.5, 0.5, 0.5], validation: [0] }, { width: 40, height: 5 })).toMatchInlineSnapshot(`
      "0.500 ┤⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉
            │
      0.250 ┤
            │
      0.000 ┤⣤
            └┬───────────────┬───────────────┬
      epoch  1               2               3
      ⠒⠒⠒ train: last 0.5
      ⠒ ⠒ validation: last 0"
    `)
    expect(lossCurve({ train: [0.5, 0.5, 0.5] }, { width: 40, height: 5 })).toMatchInlineSnapshot(`
      "0.750 ┤
            │
      0.500 ┤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤
            │
      0.250 ┤
            └┬───────────────┬───────────────┬
      epoch  1               2               3
      ⠒⠒⠒ train: last 0.5"
    `)
  })

  it('keeps the legend inside of a narrow terminal', () => {
    const chart = lossCurve({ train, validation }, { width: 44, height: 5 })
    expect(widest(chart)).toBeLessThanOrEqual(44)
    expect(chart.split('\n').slice(-2)).toEqual(['⠒ ⠒ validation: last 0.3866,', '    best 0.302 at epoch 32'])
  })

  it('leaves gaps where the loss is not finite, and says so', () => {
    expect(lossCurve({ train: [3, 2, NaN, 1.5, Infinity] }, { width: 40, height: 5 })).toMatchInlineSnapshot(`
      " 3.00 ┤⠑⠤⡀
            │  ⠈⠢⣀
       2.25 ┤     ⠑⢄⡀
            │       ⠈⠂
       1.50 ┤                        ⣤
            └┬───────┬───────┬───────┬───────┬
      epoch  1       2       3       4       5
      ⠒⠒⠒ train: last Infinity,
          best 1.5 at epoch 4,
          NaN first at epoch 3"
    `)
    expect(lossCurve({ train: [NaN, NaN] })).toBe('no finite loss to draw\n⠒⠒⠒ train: last NaN, NaN first at epoch 1')
  })

  it('has no curve of less than two epochs', () => {
    expect(lossCurve({ train: [0.5], validation: [0.25] })).toBe('⠒⠒⠒ train: last 0.5\n⠒ ⠒ validation: last 0.25')
    expect(lossCurve({ train: [] })).toBe('no epoch was trained')
  })

  it('keeps to its width whatever the numbers', () => {
    const long = Array.from({ length: 54321 }, (_, i) => 1 / i)
    const curves = [train, [1e-12, 2e-12], [1e300, -1e300], [1e9, 1e9 + 1], long]
    for (const values of curves) {
      for (const width of [24, 40, 80, 81]) {
        const text = lossCurve({ train: values }, { width, height: 4 })
        expect(text.split('\n').length).toBeGreaterThanOrEqual(7)
        expect(widest(text)).toBeLessThanOrEqual(Math.max(width, 30)) // a fact of the legend is not broken
      }
    }
  })

  it('colours the same characters', () => {
    const coloured = lossCurve({ train, validation }, { color: true })
    expect(coloured).toContain('\u001b[36m')
    expect(coloured).toContain('\u001b[33m')
    expect(coloured.replace(escapes, '')).toBe(lossCurve({ train, validation }))
  })

  it('refuses a size without room', () => {
    expect(() => lossCurve({ train }, { width: 10 })).toThrow('expected a width of at least 24')
    expect(() => lossCurve({ train }, { height: NaN })).toThrow('received 72 and NaN')
  })
})

const yTrue = Array.from({ length: 2000 }, (_, i) => i * 7 % 10)
const yPred = yTrue.map((label, i) => i % 37 === 0 ? (label * 3 + 1) % 10 : label)
const clothes = [
  'T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat', 'Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot',
]

describe('confusionTable', () => {
  it('shows true classes in rows, predicted ones in columns, and zeros as dots', () => {
    expect(confusionTable([[10, 0, 0], [0, 8, 2], [0, 1, 1234]], ['setosa', 'versicolor', 'virginica']))
      .toMatchInlineSnapshot(`
        "           │  predicted
        true       │  setosa  versicolor  virginica
        ───────────┼───────────────────────────────
        setosa     │      10           ·          ·
        versicolor │       ·           8          2
        virginica  │       ·           1      1,234"
      `)
  })

  it('shows short labels', () => {
    expect(confusionTable([[1, 0], [1, 0]], ['0', '1'], { ascii: true })).toMatchInlineSnapshot(`
      "     |  predicted
      true |  0  1
      -----+-----------
      0    |  1  .
      1    |  1  ."
    `)
  })

  it('shortens columns, and numbers them where that is not enough', () => {
    const matrix = confusionMatrix(yTrue, yPred)
    expect(confusionTable(matrix, clothes)).toMatchInlineSnapshot(`
      "               │  predicted
      true           │    1    2    3    4    5    6    7    8    9   10
      ───────────────┼──────────────────────────────────────────────────
       1 T-shirt/top │  194    6    ·    ·    ·    ·    ·    ·    ·    ·
       2 Trouser     │    ·  195    ·    ·    5    ·    ·    ·    ·    ·
       3 Pullover    │    ·    ·  195    ·    ·    ·    ·    5    ·    ·
       4 Dress       │    5    ·    ·  195    ·    ·    ·    ·    ·    ·
       5 Coat        │    ·    ·    ·    5  195    ·    ·    ·    ·    ·
       6 Sandal      │    ·    ·    ·    ·    ·  195    5    ·    ·    ·
       7 Shirt       │    ·    ·    ·    ·    ·    ·  194    ·    ·    6
       8 Sneaker     │    ·    ·    6    ·    ·    ·    ·  194    ·    ·
       9 Bag         │    ·    ·    ·    ·    ·    6    ·    ·  194    ·
      10 Ankle boot  │    ·    ·    ·    ·    ·    ·    ·    ·    6  194"
    `)
    expect(confusionTable([[5, 1], [0, 6]], ['malignant tumour', 'benign tumour'], { maxWidth: 42 }))
      .toMatchInlineSnapshot(`
        "                 │  predicted
        true             │  malignant…  benign tu…
        ─────────────────┼────────────────────────
        malignant tumour │           5           1
        benign tumour    │           ·           6"
      `)
    expect(confusionTable([[5, 1], [0, 6]], ['category number one', 'category number two'], { maxWidth: 45 }))
      .toMatchInlineSnapshot(`
        "                      │  predicted
        true                  │  1  2
        ──────────────────────┼───────────
        1 category number one │  5  1
        2 category number two │  ·  6"
      `)
  })

  it('lists the most frequent confusions of many classes', () => {
    const classes = 40
    const matrix = Array.from({ length: classes }, (_, r) => Array.from({ length: classes }, (_, c) =>
      r === c ? 50 : c === r + 1 ? r : 0))
    const text = confusionTable(matrix, matrix.map((_, i) => `class ${i}`))
    expect(text.split('\n').slice(0, 4).join('\n')).toMatchInlineSnapshot(`
      "40 classes, more than fit in a table; the 15 most frequent of 38 kinds of confusion:
      true      predicted  rows
      ────────  ─────────  ────
      class 38  class 39     38"
    `)
    expect(text.split('\n')).toHaveLength(18)
    const diagonal = matrix.map((row, r) => row.map((value, c) => r === c ? value : 0))
    expect(confusionTable(diagonal, matrix.map((_, i) => `class ${i}`))).toBe(
      '40 classes, more than fit in a table; no row was predicted wrongly')
  })

  it('keeps to its width, also with wide characters', () => {
    const matrix = confusionMatrix(yTrue, yPred)
    for (const labels of [clothes, clothes.map(label => label.repeat(9)), clothes.map((_, i) => '数字'.repeat(i + 1))]) {
      for (const maxWidth of [40, 60, 80, 120, 200]) {
        expect(widest(confusionTable(matrix, labels, { maxWidth }).split('\n').slice(1).join('\n')))
          .toBeLessThanOrEqual(maxWidth)
      }
    }
  })

  it('colours hits and misses, and never prints escape sequences of a label', () => {
    const text = confusionTable([[1, 2], [0, 3]], ['a', 'b\u001b[2J'], { color: true })
    expect(text).toContain('\u001b[32m')
    expect(text.replace(escapes, '')).toBe(confusionTable([[1, 2], [0, 3]], ['a', 'b?[2J']))
  })

  it('refuses what is no confusion matrix', () => {
    expect(() => confusionTable([[1, 2]], ['a'])).toThrow('received 1 rows of 2 for 1 labels')
    expect(() => confusionTable([], [])).toThrow('expected a square matrix')
    expect(() => confusionTable([[1]], ['a', 'b'])).toThrow('for 2 labels')
  })
})

describe('tables', () => {
  it('reports the scores of each class', () => {
    expect(classificationReport(precisionRecallF1([0, 0, 1, 2, 2, 2], [0, 1, 1, 2, 2, 0]), ['setosa', 'versicolor']))
      .toMatchInlineSnapshot(`
        "                  precision  recall     F1  samples
        ───────────────────────────────────────────────────
        setosa                0.500   0.500  0.500        2
        versicolor            0.500   1.000  0.667        1
        2                     1.000   0.667  0.800        3
        ───────────────────────────────────────────────────
        accuracy                             0.667        6
        macro average         0.667   0.722  0.656        6
        weighted average      0.750   0.667  0.678        6"
      `)
  })

  it('aligns numbers to the right and text to the left', () => {
    expect(table([
      ['', 'train', 'test', 'note'], ['loss', 0.01234567, 0.1, 'lower is better'], ['accuracy', 0.98765, 0.95],
      ['rows', '1,150', '359', 'naïve 数字'],
    ])).toMatchInlineSnapshot(`
      "            train  test  note
      ────────  ───────  ────  ───────────────
      loss      0.01235   0.1  lower is better
      accuracy   0.9877  0.95
      rows        1,150   359  naïve 数字"
    `)
    expect(table([])).toBe('')
    expect(table([['only', 'heading']])).toBe('only  heading')
  })
})

describe('numbers as text', () => {
  it('formats numbers', () => {
    const values = [
      0, -0, 1e-7, 0.00012345, 0.02134, 0.1 + 0.2, 12.3456, 1535.4, 123456789, 1e12, -3.21159, 0.99999, NaN,
    ]
    expect(values.map(value => formatNumber(value)).join(' ')).toBe(
      '0 0 1e-7 0.0001234 0.02134 0.3 12.35 1535 123456789 1e12 -3.212 1 NaN')
    expect(formatNumber(-Infinity)).toBe('-Infinity')
    expect(formatNumber(100)).toBe('100')
    expect(formatNumber(1.2345e-10, 3)).toBe('1.23e-10')
  })

  it('formats counts', () => {
    expect([0, 999, 1000, 1234567, -1234, 12.6, Infinity].map(formatCount).join(' ')).toBe(
      '0 999 1,000 1,234,567 -1,234 13 Infinity')
  })

  it('formats durations', () => {
    const seconds = [0, 1e-7, 0.0011, 0.35, 0.9996, 12.34, 59.94, 59.96, 245, 3599.4, 3599.6, 7380, 1e7]
    expect(seconds.map(formatDuration)).toEqual([
      '0 s', '<1 ms', '1 ms', '350 ms', '1.0 s', '12.3 s', '59.9 s', '1 min 00 s', '4 min 05 s', '59 min 59 s',
      '1 h 00 min', '2 h 03 min', '2,777 h 47 min'])
    expect([NaN, Infinity, -1].map(formatDuration)).toEqual(['?', '?', '?'])
  })

  it('draws progress bars of one width', () => {
    expect([0, 0.06, 0.5, 0.97, 1].map(fraction => progressBar(fraction, 8))).toEqual(
      ['░░░░░░░░', '▍░░░░░░░', '████░░░░', '███████▊', '████████'])
    expect([-1, NaN, 0.5, 2].map(fraction => progressBar(fraction, 4, { ascii: true }))).toEqual(
      ['----', '----', '##--', '####'])
  })
})

describe('text in cells', () => {
  it('measures and cuts', () => {
    expect(['abc', '数字', 'e\u0301', '👍🏽', ''].map(displayWidth)).toEqual([3, 4, 1, 2, 0])
    expect(shorten('versicolor', 6)).toBe('versi…')
    expect(shorten('数字数字', 4)).toBe('数…')
    expect(shorten('abc', 3)).toBe('abc')
    expect(shorten('abcd', 3, true)).toBe('ab~')
    expect(shorten('abc', 0)).toBe('')
  })

  it('takes control characters out', () => {
    expect(printable('a\u001b[31mb\n\tc\u202ed\u{1f600}')).toBe('a?[31mb??c?d😀')
  })
})
