/** What every estimator has from its base: parameters, copies, features, errors before fit. */
import { describe, expect, it } from 'vitest'
import { makeTable } from '../../src/data/index.js'
import type { FeaturesLike } from '../../src/estimators/index.js'
import { checkArray, Estimator, Transformer } from '../../src/estimators/index.js'
import type { OptionsOf, Parameter } from '../../src/nn/index.js'
import { boolean, integer, number } from '../../src/nn/parameters.js'
import type { Matrix } from '../../src/train/index.js'

const shiftParameters = {
  by: number({ default: 1, help: 'what is added' }),
  copy: boolean({ default: true, help: 'whether the data is copied' }),
  seed: integer({ default: undefined, help: 'a number that nothing depends on' }),
}

class Shift extends Transformer<typeof shiftParameters> {
  private learned: number | undefined
  constructor(options?: OptionsOf<typeof shiftParameters>) {
    super('Shift', shiftParameters, options)
  }
  get offset(): number {
    return this.fitted(this.learned, 'offset')
  }
  async fit(X: FeaturesLike): Promise<this> {
    this.learnFeatures(X)
    this.learned = this.params.by
    return this
  }
  async transform(X: FeaturesLike): Promise<Matrix> {
    const { data, shape } = this.checkFeatures('transform', X)
    return { data: data.map((value) => value + this.offset), shape }
  }
  getFeatureNamesOut(input: readonly string[] = this.featureNamesIn ?? []): string[] {
    return [...input]
  }
}

const innerParameter: Parameter<Estimator, Estimator, true> = {
  type: 'name',
  help: 'another estimator',
  required: true,
  allowed: 'an estimator',
  read: (value) => (value instanceof Estimator ? value : undefined),
  write: (value) => value.toJSON(),
}
const aroundParameters = { inner: innerParameter, by: number({ default: 2, help: 'a number' }) }
class Around extends Transformer<typeof aroundParameters> {
  constructor(options: OptionsOf<typeof aroundParameters>) {
    super('Around', aroundParameters, options)
  }
  async fit(): Promise<this> {
    return this
  }
  async transform(X: FeaturesLike): Promise<Matrix> {
    return checkArray('Around', X)
  }
  getFeatureNamesOut(): string[] {
    return []
  }
}

/** What a caller without types could write. */
const untyped = (value: unknown): never => value as never

describe('parameters', () => {
  it('have their defaults, and keep what was given', () => {
    expect(new Shift().getParams()).toEqual({ by: 1, copy: true, seed: undefined })
    expect(new Shift({ by: 3 }).params.by).toBe(3)
    expect(Object.keys(new Shift().getParams())).toEqual(['by', 'copy', 'seed'])
  })

  it('change by setParams, all or none of them', () => {
    const shift = new Shift()
    expect(shift.setParams({ by: 5, seed: 7 })).toBe(shift)
    expect(shift.params).toEqual({ by: 5, copy: true, seed: 7 })
    expect(() => shift.setParams({ by: 6, copy: 'no' })).toThrow('Shift: copy must be true or false, received "no"')
    expect(() => shift.setParams({ by: 6, cpoy: true })).toThrow('unknown option "cpoy"; did you mean "copy"')
    expect(shift.params.by).toBe(5)
  })

  it('of nested estimators are reached by two underscores', () => {
    const inner = new Shift({ by: 4 }), around = new Around({ inner })
    expect(around.getParams()).toEqual({ inner, by: 2, inner__by: 4, inner__copy: true, inner__seed: undefined })
    expect(around.getParams({ deep: false })).toEqual({ inner, by: 2 })
    around.setParams({ inner__by: 9, by: 3 })
    expect([inner.params.by, around.params.by]).toEqual([9, 3])
    expect(() => around.setParams({ by: 8, inner__boy: 1 })).toThrow('unknown option "boy"')
    expect(() => around.setParams({ iner__by: 1 })).toThrow('no nested estimator "iner"; did you mean "inner"')
    expect([inner.params.by, around.params.by]).toEqual([9, 3])
    const other = new Shift()
    around.setParams({ inner__by: 6, inner: other })
    expect([inner.params.by, other.params.by]).toEqual([9, 6])
  })

  it('are data', () => {
    expect(new Around({ inner: new Shift({ by: 2 }) }).toJSON()).toEqual({
      name: 'Around', inner: { name: 'Shift', by: 2 },
    })
  })
})

describe('clone', () => {
  it('has the same parameters and nothing fitted, down to nested estimators', async () => {
    const inner = await new Shift({ by: 4 }).fit([[1]])
    const around = new Around({ inner, by: 3 })
    const copy = around.clone()
    expect(copy).toBeInstanceOf(Around)
    expect(copy.params.by).toBe(3)
    const copied = copy.params.inner as Shift
    expect(copied).not.toBe(inner)
    expect(copied.params.by).toBe(4)
    expect(inner.offset).toBe(4)
    expect(() => copied.offset).toThrow('Shift: offset: this Shift is not fitted yet; call fit first')
  })
})

describe('features', () => {
  const table = makeTable([['a', [1, 2]], ['b', [3, 4]]], { source: 'pairs' })

  it('are remembered by fit', async () => {
    const shift = await new Shift({ by: 10 }).fit(table)
    expect([shift.nFeaturesIn, shift.featureNamesIn]).toEqual([2, ['a', 'b']])
    expect(await shift.transform(table)).toEqual({ data: Float64Array.of(11, 13, 12, 14), shape: [2, 2] })
    expect((await new Shift().fit([[1, 2, 3]])).featureNamesIn).toBeNull()
    expect(await new Shift().fitTransform([[1], [2]])).toEqual({ data: Float64Array.of(2, 3), shape: [2, 1] })
  })

  it('must be the same afterwards', async () => {
    const shift = await new Shift().fit(table)
    await expect(shift.transform([[1, 2, 3]])).rejects.toThrow('Shift.transform: X has 3 features, but Shift was fitted with 2')
    await expect(shift.transform(makeTable([['a', [1]], ['c', [1]]]))).rejects.toThrow('missing "b", unknown "c"')
    await expect(shift.transform(makeTable([['b', [1]], ['a', [1]]]))).rejects.toThrow('another order')
    await expect(new Shift().transform([[1]])).rejects.toMatchObject({ code: 'state' })
    expect(() => new Shift().nFeaturesIn).toThrow('not fitted')
  })
})

describe('checkArray', () => {
  it('computes in the type of the data', () => {
    expect(checkArray('X', [[1, 2]]).data).toBeInstanceOf(Float64Array)
    expect(checkArray('X', [Float32Array.of(1, 2)]).data).toBeInstanceOf(Float32Array)
    const data = Float32Array.of(1, 2)
    expect(checkArray('X', { data, shape: [2, 1] }).data).toBe(data)
    expect(checkArray('X', { data, shape: [2, 1] }, { dtype: 'float64' }).data).toEqual(Float64Array.of(1, 2))
    const bytes = { data: Uint8Array.of(0, 255), shape: [2, 1], scale: 1 / 255 }
    expect(checkArray('X', bytes).data).toEqual(Float64Array.of(0, 1))
    expect(checkArray('X', makeTable([['a', [1, 2]]]))).toEqual(
      { data: Float64Array.of(1, 2), shape: [2, 1], names: ['a'] })
  })

  it('keeps NaN where it stands for what is missing', () => {
    expect(checkArray('X', [[NaN, 1]], { allowMissing: true }).data).toEqual(Float64Array.of(NaN, 1))
    expect(checkArray('X', makeTable([['a', [NaN]]]), { allowMissing: true }).data).toEqual(Float64Array.of(NaN))
  })

  it.each<[string, unknown, string, string]>([
    ['one axis', [1, 2], 'shape', 'expected rows of features, [rows, features], received [2]; for one feature'],
    ['three axes', [[[1]]], 'shape', 'received [1, 1, 1]'],
    ['no rows', [], 'shape', 'expected at least 1 row, received 0'],
    ['no features', [[], []], 'shape', 'the rows have no features'],
    ['NaN', [[1, 2], [3, NaN]], 'data', 'row 2, column 2 is NaN'],
    ['a text', [['a']], 'data', 'row 1 holds string'],
    ['a ragged row', [[1, 2], [3]], 'data', 'row 2 has 1 values where row 1 has 2'],
    ['nothing', undefined, 'data', 'received undefined'],
    ['a column of texts', makeTable([['c', ['u', 'v']]], { source: 't' }), 'data', 't: column "c" holds texts'],
    ['a missing cell', makeTable([['c', [1, NaN]]], { source: 't' }), 'data', 't: row 2, column "c" is missing'],
  ])('refuses %s', (_, X, code, message) => {
    let thrown: unknown
    try {
      checkArray('fit: X', untyped(X))
    } catch (error) {
      thrown = error
    }
    expect(thrown).toMatchObject({ code, message: expect.stringContaining(message) as unknown })
    expect((thrown as Error).message).toMatch(/^fit: X/)
  })

  it('refuses Infinity also where values may be missing, and what is too large for float32', () => {
    expect(() => checkArray('X', [[1, Infinity]], { allowMissing: true })).toThrow('row 1, column 2 is Infinity')
    expect(() => checkArray('X', [[1e300]], { dtype: 'float32' })).toThrow('X, as float32: row 1, column 1 is Infinity')
  })
})
