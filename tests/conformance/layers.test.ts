/** Every layer on its samples, which the registry has and no list of tests. */
import { describe, expect, it } from 'vitest'
import type { LayerFactory } from '../../src/nn/index.js'
import { factories, layers } from '../../src/nn/index.js'
import { judgeLayer } from './harness/layer.js'
import { checkRegistry } from './harness/registry.js'

const all = factories(layers) as LayerFactory[]

describe('the registry of layers', () => {
  checkRegistry('src/nn/layers', layers)
})

for (const factory of all) judgeLayer(factory)

it('finds the layers by itself', () => {
  expect(all.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['dense', 'activation', 'dropout', 'batchNormalization', 'flatten', 'prelu']),
  )
  for (const { kind, samples } of all) expect(samples.length, kind).toBeGreaterThanOrEqual(2)
})
