/** Fitted estimators as files: they come back with the same answers, and what is no such file is refused. */
import { beforeAll, describe, expect, it } from 'vitest'
import {
  Estimator, estimatorFromJSON, loadEstimator, MLPClassifier, MLPRegressor, saveEstimator, StandardScaler, Transformer,
} from '../../src/estimators/index.js'
import { decodeDocumentFile, encodeDocumentFile } from '../../src/formats/document-file.js'
import { makeTable } from '../../src/data/index.js'
import '../../src/index.js'

const X = [[0, 0], [0, 1], [1, 0], [1, 1], [2, 1]]
const format = {
  format: 'myelin-estimator', version: '1', documents: ['estimator', 'state'] as const, what: 'Myelin estimator', again: '', instead: '',
}

/** The file with another state. */
function altered(bytes: Uint8Array, change: (estimator: never, state: never, arrays: { name: string, data: Float64Array }[]) => void): Uint8Array {
  const { documents, tensors } = decodeDocumentFile(format, bytes, 'file')
  const arrays = [...tensors.values()].map((tensor) => ({ ...tensor }))
  change(documents.estimator as never, documents.state as never, arrays as never)
  return encodeDocumentFile(format, documents, arrays as never)
}

describe('MLPs', () => {
  it.each([
    ['two classes', new MLPClassifier({ hiddenLayerSizes: [3], maxIter: 5 }), ['no', 'yes', 'yes', 'no', 'no']],
    ['three classes', new MLPClassifier({ hiddenLayerSizes: [], maxIter: 5, activation: 'tanh' }), [0, 7, 7, 1, 1]],
    ['several labels', new MLPClassifier({ maxIter: 5 }), [[0, 1], [1, 1], [0, 0], [0, 1], [1, 1]]],
    ['early stopping', new MLPClassifier({ maxIter: 3, earlyStopping: true, validationFraction: 0.5 }), [0, 1, 1, 0, 0]],
    ['a number', new MLPRegressor({ hiddenLayerSizes: [4, 2], activation: ['relu', 'gelu'], maxIter: 5 }), [0, 1, 1, 0, 3]],
    ['several numbers', new MLPRegressor({ solver: 'lbfgs', maxIter: 5 }), [[0, 1], [1, 1], [1, 0], [0, 2], [3, 1]]],
  ] as const)('of %s answer the same to the bit', async (_, mlp, y) => {
    await mlp.fit(X, y as never)
    const loaded = loadEstimator(saveEstimator(mlp)) as typeof mlp
    expect(loaded.constructor).toBe(mlp.constructor)
    expect(await loaded.predict(X)).toEqual(await mlp.predict(X))
    if (mlp instanceof MLPClassifier) {
      expect(await (loaded as MLPClassifier).predictProba(X)).toEqual(await mlp.predictProba(X))
      expect((loaded as MLPClassifier).classes).toEqual(mlp.classes)
    }
    for (const name of ['nIter', 'loss', 'lossCurve', 'bestLoss', 't', 'validationScores', 'bestValidationScore', 'coefs', 'nFeaturesIn'] as const) {
      expect(loaded[name]).toEqual(mlp[name])
    }
    expect(saveEstimator(loaded)).toEqual(saveEstimator(mlp))
  })

  it('of float32 stay so, and a warm start goes on', async () => {
    const mlp = new MLPRegressor({ hiddenLayerSizes: [2], maxIter: 3, warmStart: true, solver: 'lbfgs' })
    const rows = { data: Float32Array.from(X.flat()), shape: [5, 2] }
    await mlp.fit(rows, [0, 1, 1, 0, 3])
    const loaded = loadEstimator(saveEstimator(mlp)) as MLPRegressor
    expect(loaded.coefs[0]!.data).toBeInstanceOf(Float32Array)
    await Promise.all([mlp.fit(rows, [0, 1, 1, 0, 3]), loaded.fit(rows, [0, 1, 1, 0, 3])])
    expect(loaded.coefs).toEqual(mlp.coefs)
  })
})

describe('files', () => {
  it('keep the names of features, and estimators that are not fitted', async () => {
    const scaler = await new StandardScaler().fit(makeTable([['a', [1, 2]], ['b', [3, 5]]]))
    const loaded = loadEstimator(saveEstimator(scaler)) as StandardScaler
    expect(loaded.featureNamesIn).toEqual(['a', 'b'])
    expect(loaded.mean).toEqual(Float64Array.of(1.5, 4))
    await loaded.partialFit(makeTable([['a', [9]], ['b', [1]]]))
    expect(loaded.mean).toEqual(Float64Array.of(4, 3))
    const bare = loadEstimator(saveEstimator(new StandardScaler({ withMean: false }))) as StandardScaler
    expect(bare.params.withMean).toBe(false)
    expect(() => bare.mean).toThrow('not fitted yet')
  })

  it('know classes of one\'s own where they are given', () => {
    class Own extends Transformer {
      constructor() {
        super('Own', {})
      }
      async fit(): Promise<this> {
        return this
      }
      async transform(): Promise<never> {
        throw new Error('unused')
      }
      getFeatureNamesOut(): string[] {
        return []
      }
      override getState(): null {
        return null
      }
    }
    const bytes = saveEstimator(new Own())
    expect(loadEstimator(bytes, { customObjects: { Own } })).toBeInstanceOf(Own)
    expect(() => loadEstimator(bytes, { source: 'own.bin' })).toThrow(
      'own.bin: estimatorFromJSON: there is no estimator "Own"')
    class Stateless extends Own {
      override getState(): null {
        return Estimator.prototype.getState.call(this) as null
      }
    }
    expect(() => saveEstimator(new Stateless())).toThrow('Own cannot be saved: it has no getState')
  })

  describe('that were altered', () => {
    let scaler: Uint8Array, mlp: Uint8Array
    beforeAll(async () => {
      scaler = saveEstimator(await new StandardScaler().fit(X))
      mlp = saveEstimator(await new MLPClassifier({ hiddenLayerSizes: [3], maxIter: 2 }).fit(X, [0, 1, 1, 0, 2]))
    })
    type State = { features: { count: unknown, names: unknown }, learned: Record<string, never> & { network: { shape: Record<string, unknown> } } }
    const cases: [string, () => Uint8Array, string][] = [
      ['one byte', () => scaler.map((byte, i) => i === scaler.length - 1 ? byte ^ 1 : byte), 'the checksum does not fit'],
      ['the end', () => scaler.subarray(0, -1), 'f.bin: '],
      ['the class', () => altered(scaler, (estimator: { name: string }) => { estimator.name = 'StandardScalar' }),
        'there is no estimator "StandardScalar"; did you mean "StandardScaler"'],
      ['a parameter', () => altered(scaler, (estimator: { withMean: unknown }) => { estimator.withMean = 3 }),
        'withMean must be true or false, received 3'],
      ['the number of features', () => altered(scaler, (_, { features }: State) => { features.count = 3 }),
        'StandardScaler: moments: expected a list of 3, one for each feature, received a list of 2'],
      ['their names', () => altered(scaler, (_, { features }: State) => { features.names = ['a'] }), '1 names of 2 features'],
      ['a list', () => altered(scaler, (_, { learned }: State) => { learned.moments = 'x' as never }),
        'moments: expected a list of 2, one for each feature, received "x"'],
      ['a stranger in the state', () => altered(scaler, (_, { learned }: State) => { learned.more = 1 as never }),
        'expected only moments, received "more"'],
      ['a missing array', () => altered(scaler, (_, __, arrays) => { arrays.pop() }), 'the array "moments/1" is missing'],
      ['an array too many', () => altered(scaler, (_, __, arrays) => { arrays.push({ ...arrays[0]!, name: 'x' }) }),
        'nothing asks for the array "x"'],
      ['the layers', () => altered(mlp, (_, { learned }: State) => { learned.network.shape.sizes = [2, 1e9, 3] }),
        'the weights do not fit the layers [2, 1000000000, 3] of 2 features'],
      ['the activation', () => altered(mlp, (_, { learned }: State) => { learned.network.shape.activation = 'none' }),
        'f.bin: '],
      ['the classes', () => altered(mlp, (_, { learned }: State) => { learned.classes = [1, 2, 3, 4] as never }),
        '4 classes do not fit the layers [2, 3, 3]'],
      ['one class', () => altered(mlp, (_, { learned }: State) => { learned.classes = [1] as never }), 'single class'],
      ['the seed', () => altered(mlp, (_, { learned }: State) => { learned.network.shape.seed = 0.5 }),
        'network/shape/seed: expected an integer from 0 up, received 0.5'],
    ]
    it.each(cases)('in %s are refused', (_, bytes, message) => {
      let thrown: unknown
      try {
        loadEstimator(bytes(), { source: 'f.bin' })
      } catch (error) {
        thrown = error
      }
      expect(thrown).toMatchObject({ name: 'MyelinError', code: 'file', message: expect.stringContaining(message) as unknown })
    })
  })

  it('are bytes of estimators', () => {
    expect(() => saveEstimator({} as never)).toThrow('saveEstimator: expected an estimator, received object')
    expect(() => loadEstimator('x' as never)).toThrow('loadEstimator: expected the bytes of a file')
    expect(() => estimatorFromJSON([])).toThrow('expected an object such as { name: "StandardScaler" }')
  })
})
