/** Every optimiser in every declared form. */
import { describe, expect, it } from 'vitest'
import type { Factory, FullBatchOptimizer, Optimizer, StepOptimizer } from '../../src/nn/index.js'
import { factories, isFullBatch, optimizers } from '../../src/nn/index.js'
import { judgeFullBatchOptimizer, judgeOptimizer } from './harness/optimizer.js'
import { checkRegistry } from './harness/registry.js'

const all = factories(optimizers) as Factory<Optimizer>[]
/** Those whose step is one graph, and those that look at all rows several times. */
const stepping = all.filter((factory) => !isFullBatch(factory())) as Factory<StepOptimizer>[]
const fullBatch = all.filter((factory) => isFullBatch(factory())) as Factory<FullBatchOptimizer>[]

describe('the registry of optimisers', () => {
  checkRegistry('src/nn/optimizers', optimizers)
})

for (const factory of stepping) judgeOptimizer(factory)
for (const factory of fullBatch) judgeFullBatchOptimizer(factory)

it('finds the optimisers by itself', () => {
  expect(stepping.length).toBeGreaterThanOrEqual(6)
  expect(fullBatch.length).toBeGreaterThanOrEqual(1)
})
