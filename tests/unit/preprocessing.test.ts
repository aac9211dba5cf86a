/** Encoders, imputers and transformers of labels: what they refuse, and what golden figures do not show. */
import { describe, expect, it } from 'vitest'
import { makeTable } from '../../src/data/index.js'
import type { FeaturesLike, Transformer } from '../../src/estimators/index.js'
import {
  Binarizer, FunctionTransformer, LabelBinarizer, LabelEncoder, loadEstimator, MaxAbsScaler, MinMaxScaler,
  MultiLabelBinarizer, Normalizer, OneHotEncoder, OrdinalEncoder, PolynomialFeatures, RobustScaler, saveEstimator,
  SimpleImputer, SineFeatures, StandardScaler,
} from '../../src/estimators/index.js'

const rows = ({ data, shape: [, width] }: { data: ArrayLike<number>, shape: readonly number[] }): number[][] =>
  Array.from({ length: data.length / width! }, (_, i) => Array.from(data).slice(i * width!, (i + 1) * width!))

const shirts = makeTable([['size', ['S', 'M', null, 'S']], ['price', [10, 12, 9, NaN]]], { source: 'shirts' })

describe('transformers of numbers', () => {
  it('keep float32, and compute in float64', async () => {
    const X = [Float32Array.of(1, 2), Float32Array.of(2, 5), Float32Array.of(4, 6)]
    for (const transformer of [
      new StandardScaler(), new MinMaxScaler(), new MaxAbsScaler(), new RobustScaler(), new Normalizer(), new Binarizer(),
      new PolynomialFeatures(), new SineFeatures(), new FunctionTransformer({ func: 'square' }),
    ]) {
      expect((await transformer.fitTransform(X)).data, transformer.kind).toBeInstanceOf(Float32Array)
    }
    const scaler = await new StandardScaler().fit(X)
    expect(scaler.mean).toEqual(Float64Array.of(7 / 3, 13 / 3))
  })

  it('leave their input as it is', async () => {
    const X = { data: Float64Array.of(1, 2, 3, 4), shape: [2, 2] }
    await new StandardScaler().fitTransform(X)
    await new FunctionTransformer({ func: ({ data, shape }) => ({ data: (data as Float64Array).fill(0), shape }) }).fitTransform(X)
    expect(X.data).toEqual(Float64Array.of(1, 2, 3, 4))
  })

  it('that learn nothing work before fit, and compare features after it', async () => {
    expect(rows(await new Normalizer({ norm: 'l1' }).transform([[1, 3]]))).toEqual([[0.25, 0.75]])
    expect(rows(await new SineFeatures().transform([[0]]))).toEqual([[0, 0]])
    const binarizer = await new Binarizer().fit([[1, 3]])
    await expect(binarizer.transform([[1]])).rejects.toThrow('X has 1 features, but Binarizer was fitted with 2')
    expect(() => new Binarizer().getFeatureNamesOut()).toThrow('not fitted')
  })

  it('name the features that they make', async () => {
    const table = makeTable([['a', [1, 2]], ['b', [3, 4]]])
    expect((await new SineFeatures().fit(table)).getFeatureNamesOut()).toEqual(['a', 'b', 'sin(a)', 'sin(b)'])
    expect((await new SineFeatures({ includeInput: false }).fit([[1]])).getFeatureNamesOut()).toEqual(['sin(x0)'])
    expect((await new PolynomialFeatures().fit(table)).getFeatureNamesOut()).toEqual(['1', 'a', 'b', 'a^2', 'a b', 'b^2'])
    const scaler = await new StandardScaler().fit(table)
    expect(scaler.getFeatureNamesOut(['a', 'b'])).toEqual(['a', 'b'])
    expect(() => scaler.getFeatureNamesOut(['a'])).toThrow('expected the names of 2 features, received 1')
    expect(() => scaler.getFeatureNamesOut(['a', 'c'])).toThrow('feature 2 was "b" in fit, received "c"')
  })

  it('compute sines', async () => {
    const { data } = await new SineFeatures({ includeInput: false }).fitTransform([[1], [-2.5]])
    expect(data[0]).toBeCloseTo(Math.sin(1), 15)
    expect(data[1]).toBeCloseTo(Math.sin(-2.5), 15)
  })

  it.each([
    ['no features left', new PolynomialFeatures({ degree: 0, includeBias: false }), [[1]], 'argument', 'no feature is left'],
    ['too many features', new PolynomialFeatures({ degree: 40 }), [[1, 2, 3, 4, 5, 6, 7, 8, 9]], 'argument', 'more than 1000000 features'],
    ['NaN', new PolynomialFeatures(), [[NaN]], 'data', 'PolynomialFeatures.fit: X: row 1, column 1 is NaN'],
    ['Infinity', new StandardScaler(), [[1], [Infinity]], 'data', 'row 2, column 1 is Infinity'],
    ['texts', new StandardScaler(), [['a']], 'data', 'row 1 holds string'],
    ['no rows', new MinMaxScaler(), [], 'shape', 'expected at least 1 row'],
  ] as [string, Transformer, FeaturesLike, string, string][])('refuse %s', async (_, transformer, X, code, message) => {
    await expect(transformer.fit(X)).rejects.toMatchObject({ code, message: expect.stringContaining(message) as unknown })
  })

  it('refuse wrong parameters and other numbers of columns', async () => {
    expect(() => new MinMaxScaler({ featureRange: [1, 1] })).toThrow('featureRange must be two numbers, of which the first is less')
    expect(() => new RobustScaler({ quantileRange: [-1, 50] })).toThrow('two numbers from 0 to 100')
    expect(() => new PolynomialFeatures({ degree: [3, 2] })).toThrow('degree must be')
    expect(() => new FunctionTransformer({ func: 'log10' as never })).toThrow('unknown name "log10"')
    const scaler = await new StandardScaler().fit([[1, 2], [3, 4]])
    await expect(scaler.inverseTransform([[1]])).rejects.toThrow('X has 1 columns, but transform makes 2')
    await expect(scaler.fit([[1]], undefined, { sampleWeight: [-1] })).rejects.toThrow('row 1 has weight -1')
    expect(scaler.mean).toEqual(Float64Array.of(2, 3)) // what was wrong lost nothing
    await expect(scaler.partialFit([[1]])).rejects.toThrow('StandardScaler.partialFit: X has 1 features')
    const encoder = await new OneHotEncoder({ drop: ['a'] }).fit([['a'], ['b']])
    await expect(encoder.fit([['a', 'c']])).rejects.toThrow('drop has 1 categories for 2 features')
    expect((await encoder.transform([['b']])).shape).toEqual([1, 1])
  })
})

describe('FunctionTransformer', () => {
  it('applies functions by name and of one\'s own, and back', async () => {
    const log = await new FunctionTransformer({ func: 'log1p', inverseFunc: 'expm1' }).fit([[1], [NaN]])
    const made = await log.transform([[1], [NaN]])
    expect(made.data[0]).toBeCloseTo(Math.log(2), 15)
    expect(made.data[1]).toBeNaN()
    expect((await log.inverseTransform(made)).data[0]).toBeCloseTo(1, 15)
    expect(log.notices).toEqual([])
    expect(log.getFeatureNamesOut()).toEqual(['x0'])
    expect(await (loadEstimator(saveEstimator(log)) as typeof log).transform([[3]])).toEqual(await log.transform([[3]]))
    const sum = new FunctionTransformer({
      func: ({ data, shape: [n] }) => Array.from({ length: n! }, (_, i) => [data[2 * i]! + data[2 * i + 1]!]),
      featureNamesOut: (names) => [names.join('+')],
    })
    expect(rows(await sum.fitTransform([[1, 2], [3, 4]]))).toEqual([[3], [7]])
    expect(sum.getFeatureNamesOut()).toEqual(['x0+x1'])
    expect(() => saveEstimator(sum)).toThrow('func is a function, which JSON cannot hold')
  })

  it('tells of an inverse that is none, and of functions that lose rows or names', async () => {
    const wrong = await new FunctionTransformer({ func: 'exp', inverseFunc: 'sqrt' }).fit([[1], [2]])
    expect(wrong.notices[0]).toContain('inverseFunc does not turn back')
    expect((await wrong.setParams({ checkInverse: false }).fit([[1]])).notices).toEqual([])
    const fewer = new FunctionTransformer({ func: () => [[1]] })
    await expect(fewer.transform([[1], [2]])).rejects.toThrow('func gave 1 rows of 2')
    await fewer.fit([[1]])
    expect(() => fewer.getFeatureNamesOut()).toThrow('give featureNamesOut')
  })
})

describe('encoders', () => {
  it('take tables and lists alike', async () => {
    const lists = [['S', 10], ['M', 12], [null, 9], ['S', NaN]]
    const byTable = await new OneHotEncoder().fit(shirts), byLists = await new OneHotEncoder().fit(lists)
    expect(byTable.categories).toEqual([['M', 'S', null], [9, 10, 12, NaN]])
    expect(byLists.categories).toEqual(byTable.categories)
    expect(await byTable.transform(shirts)).toEqual(await byLists.transform(lists))
    expect(byTable.getFeatureNamesOut()).toEqual(
      ['size_M', 'size_S', 'size_None', 'price_9', 'price_10', 'price_12', 'price_nan'])
    expect(await byTable.inverseTransform(await byTable.transform(shirts))).toEqual(lists)
  })

  it('name the row, column and category that they do not know', async () => {
    const encoder = await new OneHotEncoder().fit([['a', 1], ['b', 2]])
    await expect(encoder.transform([['a', 1], ['c', 1]])).rejects.toMatchObject({
      code: 'data', message: 'OneHotEncoder.transform: X: row 2, column 1: unknown category "c"; known are "a", "b"; see handleUnknown',
    })
    await expect(encoder.transform([['a', NaN]])).rejects.toThrow('column 2: unknown category missing; known are 1, 2')
    const ordinal = await new OrdinalEncoder().fit(shirts)
    await expect(ordinal.transform(makeTable([['size', ['XL']], ['price', [9]]]))).rejects.toThrow('row 1, column "size": unknown category "XL"')
    await expect(new OrdinalEncoder({ categories: [['a']] }).fit([['b']])).rejects.toThrow('unknown category "b"')
  })

  it('refuse columns of numbers and texts, and rows of other lengths', async () => {
    await expect(new OneHotEncoder().fit([['a'], [1]])).rejects.toThrow('row 2, column 1 is 1; expected a text')
    await expect(new OneHotEncoder().fit([[1, 'x'], ['a', 'x']])).rejects.toThrow('row 2, column 1 is "a"; expected a finite number')
    await expect(new OneHotEncoder().fit([['a', 'b'], ['a']])).rejects.toThrow('row 2 has 1 values where row 1 has 2')
    await expect(new OneHotEncoder().fit([['a'], [true as never]])).rejects.toThrow('row 2, column 1 is true')
  })

  it('refuse parameters that do not fit', async () => {
    expect(() => new OneHotEncoder({ categories: [['a', 'a']] })).toThrow('categories must be')
    expect(() => new OneHotEncoder({ categories: [[2, 1]] })).toThrow('rising numbers')
    expect(() => new OneHotEncoder({ minFrequency: 1.5 })).toThrow('minFrequency must be')
    await expect(new OneHotEncoder({ categories: [['a']] }).fit([['a', 'b']])).rejects.toThrow('given for 1 features, received 2')
    await expect(new OneHotEncoder({ drop: ['x'] }).fit([['a']])).rejects.toThrow('feature 1 has no category "x"')
    await expect(new OneHotEncoder({ drop: ['a', 'b'] }).fit([['a']])).rejects.toThrow('drop has 2 categories for 1 features')
    await expect(new OneHotEncoder({ drop: ['a'], minFrequency: 2 }).fit([['a'], ['b'], ['b']])).rejects.toThrow('is rare')
    await expect(new OrdinalEncoder({ handleUnknown: 'useEncodedValue' }).fit([['a']])).rejects.toThrow('go together')
    await expect(new OrdinalEncoder({ unknownValue: -1 }).fit([['a']])).rejects.toThrow('go together')
    await expect(new OrdinalEncoder({ handleUnknown: 'useEncodedValue', unknownValue: 0 }).fit([['a']])).rejects.toThrow('is the code')
    await expect(new OrdinalEncoder({ encodedMissingValue: 0 }).fit([['a'], [null]])).rejects.toThrow('encodedMissingValue 0 is the code')
  })

  it('refuse to turn back what is no code', async () => {
    const encoder = await new OneHotEncoder().fit([['a'], ['b']])
    await expect(encoder.inverseTransform([[0, 0]])).rejects.toThrow('row 1 holds only zeros for feature 1')
    await expect(encoder.inverseTransform([[1]])).rejects.toThrow('X has 1 columns, but transform makes 2')
    const ordinal = await new OrdinalEncoder().fit([['a'], ['b']])
    await expect(ordinal.inverseTransform([[2]])).rejects.toThrow('is 2; expected a code from 0 to 1')
    await expect(ordinal.inverseTransform([[0.5]])).rejects.toThrow('is 0.5')
  })

  it('tell of unknown categories where they are asked to', async () => {
    const encoder = await new OneHotEncoder({ handleUnknown: 'warn' }).fit([['a'], ['b']])
    expect(rows(await encoder.transform([['c']]))).toEqual([[0, 0]])
    expect(encoder.notices).toEqual(['OneHotEncoder: unknown categories in x0 were counted among the rare ones, or are zeros where there are none'])
    await encoder.transform([['a']])
    expect(encoder.notices).toEqual([])
  })

  it('name features as one likes', async () => {
    const encoder = await new OneHotEncoder({ featureNameCombiner: (feature, category) => `${feature}=${String(category)}` }).fit(shirts)
    expect(encoder.getFeatureNamesOut().slice(0, 2)).toEqual(['size=M', 'size=S'])
    expect(() => encoder.toJSON()).toThrow('is a function')
  })

  it('keep NaN among parameters in files', async () => {
    const encoder = await new OrdinalEncoder({ handleUnknown: 'useEncodedValue', unknownValue: NaN, encodedMissingValue: -1 }).fit([[1], [NaN]])
    const loaded = loadEstimator(saveEstimator(encoder)) as OrdinalEncoder
    expect(rows(await loaded.transform([[1], [NaN], [2]]))).toEqual([[0], [-1], [NaN]])
  })
})

describe('SimpleImputer', () => {
  it('fills texts and numbers of a table', async () => {
    const imputer = await new SimpleImputer({ strategy: 'mostFrequent', addIndicator: true }).fit(shirts)
    expect(imputer.statistics).toEqual(['S', 9])
    expect(imputer.indicator).toEqual([0, 1])
    const made = await imputer.transform(shirts)
    expect(made).toEqual([['S', 10, 0, 0], ['M', 12, 0, 0], ['S', 9, 1, 0], ['S', 9, 0, 1]])
    expect(imputer.getFeatureNamesOut()).toEqual(['size', 'price', 'missingindicator_size', 'missingindicator_price'])
    expect(await imputer.inverseTransform(made as never)).toEqual([['S', 10], ['M', 12], [null, 9], ['S', NaN]]
      .map((row, i) => i === 3 ? ['S', null] : row))
    expect(await (loadEstimator(saveEstimator(imputer)) as SimpleImputer).transform(shirts)).toEqual(made)
  })

  it('keeps float32', async () => {
    const imputer = new SimpleImputer()
    const { data } = await imputer.fitTransform([Float32Array.of(1), Float32Array.of(NaN), Float32Array.of(2)])
    expect(data).toEqual(Float32Array.of(1, 1.5, 2))
  })

  it('refuses what does not fit', async () => {
    await expect(new SimpleImputer().fit(shirts)).rejects.toThrow('column "size" holds texts, which have no mean')
    await expect(new SimpleImputer({ strategy: 'constant', fillValue: 'x' }).fit([[1]])).rejects.toThrow('does not fit column "x0" of numbers')
    await expect(new SimpleImputer({ missingValues: -1 }).fit([[NaN]])).rejects.toThrow('row 1, column "x0" is missing, but missingValues is -1')
    const imputer = await new SimpleImputer({ strategy: 'mostFrequent' }).fit([['a'], [null]])
    await expect(imputer.transform([[1]])).rejects.toThrow('holds numbers, in fit it held texts')
    await expect(imputer.inverseTransform([['a']])).rejects.toThrow('set addIndicator')
  })

  it('says which features are left out', async () => {
    const imputer = await new SimpleImputer().fit([[NaN, 1]])
    expect(imputer.notices).toEqual(['SimpleImputer: features without any value are left out: x0'])
    expect(imputer.getFeatureNamesOut()).toEqual(['x1'])
  })
})

describe('encoders of labels', () => {
  it('number labels', async () => {
    const encoder = await new LabelEncoder().fit(['b', 'a', 'b'])
    expect(encoder.classes).toEqual(['a', 'b'])
    expect(await encoder.transform(['b', 'a'])).toEqual(Int32Array.of(1, 0))
    expect(await encoder.transform([])).toEqual(new Int32Array(0))
    expect(await encoder.inverseTransform([1, 0])).toEqual(['b', 'a'])
    await expect(encoder.transform(['c'])).rejects.toThrow('row 1 is "c", which is not one of the classes "a", "b"')
    await expect(encoder.inverseTransform([2])).rejects.toThrow('row 1 is 2; expected a number from 0 to 1')
    await expect(new LabelEncoder().fit([[0, 1]])).rejects.toThrow('one label for each row')
    await expect(new LabelEncoder().transform(['a'])).rejects.toThrow('not fitted')
    expect((loadEstimator(saveEstimator(encoder)) as LabelEncoder).classes).toEqual(['a', 'b'])
  })

  it.each([
    ['three classes', ['c', 'a', 'b'], [[0, 0, 1], [1, 0, 0], [0, 1, 0]], 'multiclass'],
    ['two classes', [5, 3, 5], [[1], [0], [1]], 'binary'],
    ['one class', ['a', 'a'], [[0], [0]], 'binary'],
    ['several labels', [[1, 0], [1, 1]], [[1, 0], [1, 1]], 'multilabel'],
  ] as [string, never, number[][], string][])('make columns of %s', async (_, y, expected, yType) => {
    const binarizer = new LabelBinarizer()
    const made = await binarizer.fitTransform(y)
    expect(rows(made)).toEqual(expected)
    expect(binarizer.yType).toBe(yType)
    expect(await binarizer.inverseTransform(made)).toEqual(y)
    const loaded = loadEstimator(saveEstimator(binarizer)) as LabelBinarizer
    expect(await loaded.transform(y)).toEqual(made)
    const signs = new LabelBinarizer({ negLabel: -1, posLabel: 2 })
    expect(rows(await signs.fitTransform(y))).toEqual(expected.map((row) => row.map((one) => one === 1 ? 2 : -1)))
    expect(await signs.inverseTransform(await signs.transform(y))).toEqual(y)
  })

  it('leave unknown labels out, and refuse other kinds', async () => {
    const binarizer = await new LabelBinarizer().fit(['a', 'b', 'c'])
    expect(rows(await binarizer.transform(['z']))).toEqual([[0, 0, 0]])
    await expect(binarizer.transform([[1, 0, 1]])).rejects.toThrow('one label for each row as in fit')
    await expect(binarizer.inverseTransform([[1]])).rejects.toThrow('Y has 1 columns, but transform makes 3')
    expect(() => new LabelBinarizer({ negLabel: 1 })).toThrow('negLabel 1 must be less than posLabel 1')
  })

  it('make columns of sets of labels', async () => {
    const binarizer = new MultiLabelBinarizer()
    const sets = [['b', 'a'], [], new Set(['c'])] as const
    const made = await binarizer.fitTransform(sets)
    expect(rows(made)).toEqual([[1, 1, 0], [0, 0, 0], [0, 0, 1]])
    expect(await binarizer.inverseTransform(made)).toEqual([['a', 'b'], [], ['c']])
    await binarizer.transform([['z', 'a']])
    expect(binarizer.notices).toEqual(['MultiLabelBinarizer: unknown labels are left out: "z"'])
    expect((await new MultiLabelBinarizer({ classes: ['c', 'a'] }).fit(sets)).classes).toEqual(['c', 'a'])
    await expect(binarizer.fit(['ab'] as never)).rejects.toThrow('row 1 is no list of texts or whole numbers; write ["ab"]')
    await expect(binarizer.fit([['a', 1]])).rejects.toThrow('received both')
    await expect(binarizer.inverseTransform([[2, 0, 0]])).rejects.toThrow('row 1 holds 2; expected 0 and 1')
    expect((loadEstimator(saveEstimator(binarizer)) as MultiLabelBinarizer).classes).toEqual(['a', 'b', 'c'])
  })
})
