/** A run's network beside simpler models: its preprocessing as a transformer, groups of rows, dots above a scale. */
import { describe, expect, it } from 'vitest'
import { makeTable, type ImageSet } from '../../src/data/index.js'
import { rowGroups } from '../../src/data/row-groups.js'
import type { FeaturesLike } from '../../src/estimators/index.js'
import { dotPlot } from '../../src/figures/index.js'
import { compareRun, executeRun, readRun, RunFeatures } from '../../src/run/index.js'
import '../../src/index.js'

const table = makeTable([
  ['size', [1, 2, 3, 4, 5, 6, 7, 8]], ['colour', ['red', 'red', 'blue', 'blue', 'red', 'red', 'blue', null]],
  ['kind', ['a', 'b', 'a', 'b', 'a', 'b', 'a', 'b']],
])
const run = readRun({ data: { source: 'made', target: 'kind', task: 'classification' }, train: { epochs: 2 } })

describe('RunFeatures', () => {
  it('makes of rows what the network of the run sees', async () => {
    const features = new RunFeatures({ run })
    const { data, shape } = await features.fitTransform(table as unknown as FeaturesLike)
    const { preprocessor } = await executeRun({ ...run, data: { ...run.data, split: [1, 0, 0] }, train: { ...run.train, earlyStopping: null } }, { table })
    expect({ data, shape }).toEqual((({ data: d, shape: s }) => ({ data: d, shape: s }))(preprocessor.transform(table as never)))
    expect(features.getFeatureNamesOut()).toEqual(preprocessor.featureNames)
    const strange = makeTable([['size', [1]], ['colour', ['green']]])
    const made = await features.transform(strange as unknown as FeaturesLike)
    expect(Array.from(made.data).slice(1)).toEqual([0, 0, 0])
  })

  it('divides pixels, and says that it is not fitted', async () => {
    const images: ImageSet = { images: Uint8Array.of(0, 255, 51, 0), labels: Int32Array.of(0, 1), rows: 1, columns: 2, count: 2 } as never
    const features = new RunFeatures({ run })
    await expect(features.transform(images as never)).rejects.toMatchObject({ code: 'state' })
    const { data, shape, scale } = await features.fitTransform(images as never)
    expect([Array.from(data), shape, scale]).toEqual([[0, 255, 51, 0], [2, 2], 1 / 255])
  })
})

describe('rowGroups', () => {
  it('are those of texts, of few numbers, and of quarters of many', () => {
    expect(rowGroups(table, 'colour')).toEqual({ names: ['blue', 'red', 'missing'], codes: Int32Array.of(1, 1, 0, 0, 1, 1, 0, 2) })
    expect(rowGroups(makeTable([['n', [10, 9, NaN, 10]]]), 'n')).toEqual({ names: ['9', '10', 'missing'], codes: Int32Array.of(1, 0, 2, 1) })
    const many = makeTable([['n', Array.from({ length: 13 }, (_, i) => i / 3)]])
    const { names, codes } = rowGroups(many, 'n')
    expect(names).toEqual(['up to 1', '1 to 2', '2 to 3', 'above 3'])
    expect(Array.from(codes)).toEqual([0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3])
  })

  it('are two at least where most numbers are the greatest', () => {
    const numbers = [...Array.from({ length: 11 }, (_, i) => i), ...new Array<number>(60).fill(11)]
    const { names, codes } = rowGroups(makeTable([['n', numbers]]), 'n')
    expect(names).toEqual(['up to 10', 'above 10'])
    expect(codes.filter((code) => code === 0)).toHaveLength(11)
    expect(() => rowGroups(table, 'weight')).toThrow('weight')
  })
})

describe('compareRun', () => {
  it('stops by a signal, and refuses to tell pictures apart by a column', async () => {
    const reason = new Error('enough')
    const options = { cv: 2, repeats: 1, baselines: ['dummy'] } as const
    await expect(compareRun(run, { table }, { ...options, signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    const images = { images: new Uint8Array(16), labels: Int32Array.of(0, 1, 0, 1), rows: 2, columns: 2, count: 4 } as unknown as ImageSet
    await expect(compareRun(readRun({ data: { source: 'p', target: 'label' } }), { images }, { ...options, by: 'size' })).rejects
      .toThrow('pictures have no columns')
  })

  it('tells how good numbers of a group are where all are the same', async () => {
    const numbers = makeTable([['x', [1, 2, 3, 4, 5, 6]], ['part', ['a', 'a', 'a', 'b', 'b', 'b']], ['y', [2, 2, 2, 4, 5, 6]]])
    const { groups, titles } = await compareRun(readRun({ data: { source: 'made', target: 'y', task: 'regression' }, train: { epochs: 1 } }),
      { table: numbers }, { cv: 2, repeats: 1, baselines: ['dummy'], by: 'part' })
    expect(titles).toEqual({ network: 'network', dummy: 'mean' })
    expect(groups!.groups[0]!.models.dummy).toMatchObject({ r2: null })
    expect(groups!.groups[1]!.models.dummy!.r2).toBeLessThan(0)
  })
})

describe('dotPlot', () => {
  it('stacks numbers that fall on one place', () => {
    expect(dotPlot([0.5, 1, 1, 0.75, NaN], { width: 21 })).toBe([
      '                    •', '•         •         •', '─────────────────────', '0.5                 1'].join('\n'))
  })

  it('lets a dot stand for several, and has ASCII', () => {
    expect(dotPlot(new Array<number>(9).fill(2), { width: 11, height: 4, ascii: true })).toBe([
      '     o', '     o', '     o', '-----------', '     2', 'a dot stands for up to 3 of 9'].join('\n'))
    expect(dotPlot([NaN])).toBe('')
  })
})
