/** Estimators of estimators: pipelines, unions and transformers of columns. */
import { describe, expect, it } from 'vitest'
import { makeTable } from '../../src/data/index.js'
import {
  ColumnTransformer, FeatureUnion, loadEstimator, makeColumnTransformer, makePipeline, makeUnion, MinMaxScaler,
  MLPClassifier, OneHotEncoder, Pipeline, PolynomialFeatures, saveEstimator, SimpleImputer, StandardScaler,
} from '../../src/estimators/index.js'
import '../../src/index.js'
import { crossValScore, GridSearchCV } from '../../src/selection/index.js'

const rows = ({ data, shape: [, width] }: { data: ArrayLike<number>, shape: readonly number[] }): number[][] =>
  Array.from({ length: data.length / width! }, (_, i) => Array.from(data).slice(i * width!, (i + 1) * width!))

const X = Array.from({ length: 24 }, (_, i) => [i % 5, (i * 7) % 11 * 100])
const y = X.map(([a, b]) => a! * 200 > b! ? 'above' : 'below')
const people = makeTable([
  ['age', [20, NaN, 40, 60]], ['city', ['Ulm', 'Bonn', null, 'Ulm']], ['income', [1, 2, 3, 6]],
], { source: 'people' })
const preparation = (): ColumnTransformer => new ColumnTransformer({ transformers: [
  ['numbers', makePipeline(new SimpleImputer({ strategy: 'median' }), new StandardScaler()), { kind: 'numeric' }],
  ['texts', makePipeline(new SimpleImputer({ strategy: 'mostFrequent' }), new OneHotEncoder()), ['city']],
] })

describe('Pipeline', () => {
  const mlp = (): MLPClassifier => new MLPClassifier({ hiddenLayerSizes: [4], maxIter: 30, randomState: 1 })

  it('gives the bits that its steps give one by one', async () => {
    const pipeline = await makePipeline(new StandardScaler(), mlp()).fit(X, y)
    const scaled = await new StandardScaler().fitTransform(X)
    const alone = await mlp().fit(scaled, y)
    expect(await pipeline.predictProba(X)).toEqual(await alone.predictProba(scaled))
    expect(await pipeline.predict(X)).toEqual(await alone.predict(scaled))
    expect(await pipeline.score(X, y)).toBe(await alone.score(scaled, y))
    expect(pipeline.classes).toEqual(['above', 'below'])
    expect(pipeline.estimatorType).toBe('classifier')
    expect([pipeline.nFeaturesIn, pipeline.featureNamesIn]).toEqual([2, null])
    expect(pipeline.notices).toEqual(alone.notices)
    expect(pipeline.namedSteps.mlpclassifier).toBeInstanceOf(MLPClassifier)
  })

  it('hands sampleWeight to its last step', async () => {
    const sampleWeight = X.map((_, i) => i % 3)
    const pipeline = await makePipeline(new StandardScaler(), mlp()).fit(X, y, { sampleWeight })
    const scaled = await new StandardScaler().fitTransform(X)
    const alone = await mlp().fit(scaled, y, { sampleWeight })
    expect(await pipeline.predictProba(X)).toEqual(await alone.predictProba(scaled))
  })

  it('has the methods of its last step alone', () => {
    const transforming = makePipeline(new StandardScaler(), new PolynomialFeatures())
    expect(transforming.predict).toBeUndefined()
    expect(transforming.score).toBeUndefined()
    expect(typeof transforming.transform).toBe('function')
    expect(transforming.inverseTransform).toBeUndefined()
    const predicting = makePipeline(new StandardScaler(), mlp())
    expect(predicting.transform).toBeUndefined()
    expect(predicting.fitTransform).toBeUndefined()
    expect(predicting.decisionFunction).toBeUndefined()
  })

  it('transforms and turns back', async () => {
    const pipeline = makePipeline(new StandardScaler(), 'passthrough', new MinMaxScaler())
    const made = await pipeline.fitTransform(X)
    expect(Math.max(...made.data)).toBe(1)
    const back = rows(await pipeline.inverseTransform(made))
    back.flat().forEach((value, i) => expect(value).toBeCloseTo(X.flat()[i]!, 11))
    expect(pipeline.getFeatureNamesOut(['a', 'b'])).toEqual(['a', 'b'])
    const named = await makePipeline(new SimpleImputer(), new PolynomialFeatures({ includeBias: false })).fit(makeTable([['a', [1, 2]]]))
    expect(named.getFeatureNamesOut()).toEqual(['a', 'a^2'])
    const through = new Pipeline({ steps: [['scale', new StandardScaler()], ['end', 'passthrough']] })
    await through.fit(X)
    expect(through.estimatorType).toBe('transformer')
  })

  it('reaches into steps by two underscores, and replaces them', () => {
    const pipeline = new Pipeline({ steps: [['scale', new StandardScaler()], ['mlp', mlp()]] })
    expect(pipeline.getParams().mlp__maxIter).toBe(30)
    expect(pipeline.getParams().scale).toBeInstanceOf(StandardScaler)
    pipeline.setParams({ mlp__alpha: 0.5, scale__withMean: false })
    expect((pipeline.namedSteps.mlp as MLPClassifier).params.alpha).toBe(0.5)
    pipeline.setParams({ scale: new MinMaxScaler(), mlp__alpha: 0.25 })
    expect(pipeline.namedSteps.scale).toBeInstanceOf(MinMaxScaler)
    expect(() => pipeline.setParams({ scale: 'passthrough', mlp__alhpa: 1 })).toThrow('unknown option "alhpa"; did you mean "alpha"')
    expect(pipeline.namedSteps.scale).toBeInstanceOf(MinMaxScaler)
    pipeline.setParams({ scale: 'passthrough' })
    expect(pipeline.namedSteps.scale).toBe('passthrough')
    expect(() => pipeline.setParams({ scael__withMean: true })).toThrow('no nested estimator "scael"')
    const copy = pipeline.clone()
    expect(copy.namedSteps.mlp).not.toBe(pipeline.namedSteps.mlp)
    expect((copy.namedSteps.mlp as MLPClassifier).params.alpha).toBe(0.25)
  })

  it('is cross-validated and searched as any estimator', async () => {
    const pipeline = makePipeline(new StandardScaler(), mlp())
    expect(await crossValScore(pipeline, X, y, { cv: 3 })).toHaveLength(3)
    const search = new GridSearchCV({
      estimator: pipeline, paramGrid: { mlpclassifier__alpha: [1, 0.01], standardscaler: ['passthrough', new MinMaxScaler()] }, cv: 2,
    })
    await search.fit(X, y)
    expect(search.cvResults.params).toHaveLength(4)
    expect(Object.keys(search.bestParams!)).toEqual(['mlpclassifier__alpha', 'standardscaler'])
  })

  it('comes back from a file with the same answers', async () => {
    const pipeline = await new Pipeline({ steps: [['prepare', preparation()], ['none', 'passthrough'], ['mlp', mlp()]] })
      .fit(people, ['a', 'b', 'a', 'b'])
    const loaded = loadEstimator(saveEstimator(pipeline)) as Pipeline<MLPClassifier>
    expect(await loaded.predictProba(people)).toEqual(await pipeline.predictProba(people))
    expect(loaded.featureNamesIn).toEqual(['age', 'city', 'income'])
    expect(saveEstimator(loaded)).toEqual(saveEstimator(pipeline))
    const bare = loadEstimator(saveEstimator(makePipeline(new StandardScaler(), mlp()))) as Pipeline
    expect(bare.steps.map(([name]) => name)).toEqual(['standardscaler', 'mlpclassifier'])
  })

  it.each([
    ['no steps', { steps: [] }, 'steps must be a list of [name, estimator]'],
    ['a name twice', { steps: [['a', new StandardScaler()], ['a', new StandardScaler()]] }, '"a" occurs twice'],
    ['two underscores', { steps: [['a__b', new StandardScaler()]] }, '"a__b" holds two underscores'],
    ['the name of a parameter', { steps: [['steps', new StandardScaler()]] }, '"steps" is that of a parameter'],
    ['a classifier in the middle', { steps: [['a', new MLPClassifier()], ['b', new StandardScaler()]] },
      '"a" must be a transformer of features, as all steps but the last, or "passthrough", received MLPClassifier'],
    ['no estimator', { steps: [['a', 'scale']] }, '"a" must be an estimator or "passthrough", received string'],
  ] as [string, never, string][])('refuses %s', (_, options, message) => {
    expect(() => new Pipeline(options)).toThrow(message)
  })

  it('numbers equal classes', () => {
    expect(makePipeline(new StandardScaler(), new MinMaxScaler(), new StandardScaler()).steps.map(([name]) => name))
      .toEqual(['standardscaler-1', 'minmaxscaler', 'standardscaler-2'])
    expect(() => makePipeline(5 as never)).toThrow('makePipeline: argument 1 is no estimator')
  })

  it('is not fitted before fit', async () => {
    await expect(makePipeline(new StandardScaler(), mlp()).predict(X)).rejects.toThrow('StandardScaler is not fitted yet')
    expect(makePipeline(new StandardScaler(), mlp()).getState()).toBeNull()
  })
})

describe('ColumnTransformer', () => {
  it('prepares numbers and texts of a table', async () => {
    const preparing = preparation()
    const made = rows(await preparing.fitTransform(people))
    expect(made.map((row) => row.slice(2))).toEqual([[0, 1], [1, 0], [0, 1], [0, 1]])
    expect(made.reduce((sum, [age]) => sum + age!, 0)).toBeCloseTo(0, 14)
    expect(preparing.getFeatureNamesOut()).toEqual(['numbers__age', 'numbers__income', 'texts__city_Bonn', 'texts__city_Ulm'])
    expect(preparing.outputIndices).toEqual({ numbers: [0, 2], texts: [2, 4] })
    expect(preparing.transformers.map(({ name, columns }) => [name, columns])).toEqual([['numbers', [0, 2]], ['texts', [1]]])
    expect([preparing.nFeaturesIn, preparing.featureNamesIn]).toEqual([3, ['age', 'city', 'income']])
    preparing.setParams({ verboseFeatureNamesOut: false })
    expect(preparing.getFeatureNamesOut()).toEqual(['age', 'income', 'city_Bonn', 'city_Ulm'])
    expect(() => preparation().transformers).toThrow('not fitted')
  })

  it('leaves the transformers that it was given unfitted', async () => {
    const scaler = new StandardScaler()
    const transformer = makeColumnTransformer([[scaler, 'age']])
    await transformer.fit(people)
    expect(() => scaler.mean).toThrow('not fitted')
    expect((transformer.namedTransformers.standardscaler as StandardScaler).mean).toEqual(Float64Array.of(40))
  })

  it('finds the columns of later tables by name', async () => {
    const transformer = await makeColumnTransformer([[new StandardScaler(), ['income']], ['drop', ['age']]]).fit(people)
    const { columns } = people
    const other = { ...people, columns: [columns[2]!, { ...columns[1]!, name: 'town' }] }
    expect(await transformer.transform(other)).toEqual(await transformer.transform(people))
    await expect(transformer.transform(makeTable([['incom', [1]]]))).rejects.toThrow('missing column "income"; did you mean "incom"')
    await expect(transformer.transform([[1]])).rejects.toThrow('X has 1 features, but ColumnTransformer was fitted with 3')
  })

  it('takes columns by position, from the end, by function, and the remainder', async () => {
    const rowsOf = [[1, 2, 3], [5, 6, 7]]
    const negative = makeColumnTransformer([['passthrough', -1]], { remainder: 'passthrough' })
    expect(rows(await negative.fitTransform(rowsOf))).toEqual([[3, 1, 2], [7, 5, 6]])
    expect(negative.getFeatureNamesOut()).toEqual(['passthrough__x2', 'remainder__x0', 'remainder__x1'])
    const scaled = makeColumnTransformer([['drop', [0]]], { remainder: new MinMaxScaler(), transformerWeights: { remainder: 2 } })
    expect(rows(await scaled.fitTransform(rowsOf))).toEqual([[0, 0], [2, 2]])
    scaled.setParams({ remainder__featureRange: [0, 2] })
    expect((scaled.params.remainder as MinMaxScaler).params.featureRange).toEqual([0, 2])
    const chosen = makeColumnTransformer([['passthrough', (table) => table.columns.slice(-1).map(({ name }) => name)]])
    expect(rows(await chosen.fitTransform(people))).toEqual([[1], [2], [3], [6]])
    expect(() => saveEstimator(chosen)).toThrow('the columns of "passthrough" are a function')
  })

  it('keeps float32, and hands texts on within a pipeline alone', async () => {
    const X32 = { data: Float32Array.of(1, 2, 3, 4), shape: [2, 2] }
    expect((await makeColumnTransformer([['passthrough', 1], [new MinMaxScaler(), 0]]).fitTransform(X32)).data)
      .toEqual(Float32Array.of(2, 0, 4, 1))
    const through = makeColumnTransformer([['passthrough', ['city', 'income']]])
    await expect(through.fitTransform(people)).rejects.toThrow('texts are left among the features')
    const made = await makePipeline(through.clone(), new SimpleImputer({ strategy: 'mostFrequent' }), new OneHotEncoder()).fitTransform(people)
    expect(made.shape).toEqual([4, 6])
  })

  it('comes back from a file', async () => {
    const transformer = await makeColumnTransformer(
      [[new StandardScaler(), { kind: 'numeric' }], [new OneHotEncoder(), []]], { remainder: new OneHotEncoder() }).fit(people)
    const loaded = loadEstimator(saveEstimator(transformer)) as ColumnTransformer
    expect(await loaded.transform(people)).toEqual(await transformer.transform(people))
    expect(loaded.getFeatureNamesOut()).toEqual(transformer.getFeatureNamesOut())
    expect(loaded.outputIndices).toEqual(transformer.outputIndices)
  })

  it.each([
    ['a column that there is not', [[new StandardScaler(), ['aeg']]], 'there is no column "aeg"; did you mean "age"'],
    ['a position beyond', [[new StandardScaler(), 3]], 'there is no column 3; there are 3, from 0'],
    ['everything dropped', [['drop', 'age']], 'no column is left'],
    ['texts to scale', [[new StandardScaler(), 'city']], 'column "city" holds texts where numbers were expected'],
  ] as [string, never, string][])('refuses %s', async (_, pairs, message) => {
    await expect(makeColumnTransformer(pairs).fitTransform(people)).rejects.toThrow(message)
  })

  it('refuses names where there are none, and what are no columns', async () => {
    await expect(makeColumnTransformer([[new StandardScaler(), 'a']]).fit([[1]])).rejects.toThrow('the data has none; give a table')
    expect(() => makeColumnTransformer([[new StandardScaler(), { kind: 'text' } as never]])).toThrow('transformers must be')
    expect(() => makeColumnTransformer([[new MLPClassifier(), 'a']])).toThrow('transformers must be')
    expect(() => makeColumnTransformer([['drop', 'a']], { transformerWeights: { b: 1 } })).toThrow('no transformer "b"')
  })
})

describe('FeatureUnion', () => {
  it('puts what transformers make side by side', async () => {
    const union = new FeatureUnion({
      transformerList: [['plain', 'passthrough'], ['none', 'drop'], ['unit', new MinMaxScaler()]], transformerWeights: { unit: 10 },
    })
    expect(rows(await union.fitTransform([[1], [3]]))).toEqual([[1, 0], [3, 10]])
    expect(union.getFeatureNamesOut()).toEqual(['plain__x0', 'unit__x0'])
    union.setParams({ unit__featureRange: [1, 2], none: new StandardScaler() })
    expect(rows(await union.fitTransform([[1], [3]]))).toEqual([[1, -1, 10], [3, 1, 20]])
    expect(() => union.setParams({ verboseFeatureNamesOut: false }).getFeatureNamesOut()).toThrow('two features are named "x0"')
    const loaded = loadEstimator(saveEstimator(union)) as FeatureUnion
    expect(rows(await loaded.transform([[2]]))).toEqual([[2, 0, 15]])
    expect(makeUnion(new MinMaxScaler(), new StandardScaler()).getParams().minmaxscaler).toBeInstanceOf(MinMaxScaler)
  })
})
