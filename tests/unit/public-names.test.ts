/** What the README says of names: which are exported bare, and where the others are. */
import { expect, it } from 'vitest'
import * as library from '../../src/index.js'

it('exports penalties by their names, and initialisers and constraints in their namespaces', () => {
  expect(library.l1).toBe(library.regularizers.l1)
  expect(library.l2({ l2: 0.1 }).kind).toBe('l2')
  expect(library.l1l2).toBe(library.regularizers.l1l2)
  expect(library.initializers.heNormal().kind).toBe('heNormal')
  expect(library.constraints.maxNorm().kind).toBe('maxNorm')
  expect(library.layers.relu().kind).toBe('relu')
})
