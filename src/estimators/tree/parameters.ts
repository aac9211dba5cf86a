/** The parameters of both trees, as data, and what they come to for given rows. */
import { MyelinError } from '../../core/index.js'
import type { Parameter } from '../../nn/index.js'
import { integer, number } from '../../nn/parameters.js'
import { checkRandomState, type RandomState } from '../mt19937.js'
import type { Features } from '../supervised/classifier.js'
import { orNull, orWord, randomState } from '../supervised/parameters.js'
import { Pause } from '../supervised/pause.js'
import type { Criterion } from './criteria.js'
import { Splitter } from './splitter.js'
import type { Tree } from './tree.js'
import { grow, pruned } from './tree.js'

/** So many, or below 1 a part of all. */
const countOrPart = (usual: number, least: number, help: string): Parameter<number, number, false> => ({
  ...number({ default: usual, help }),
  allowed: `an integer, at least ${least}, or a part between 0 and 1`,
  read: (value) => {
    const allowed = typeof value === 'number' && (Number.isSafeInteger(value) ? value >= least : value > 0 && value < 1)
    return allowed ? value as number : undefined
  },
})

/** What both have, in scikit-learn's order. */
export const treeParameters = {
  maxDepth: orNull(integer({ default: 1, min: 1, help: 'how many steps leaves are from the root at most' }), null),
  minSamplesSplit: countOrPart(2, 2, 'how many rows a node must have to be split'),
  minSamplesLeaf: countOrPart(1, 1, 'how many rows each part of a split must have'),
  minWeightFractionLeaf: number({ default: 0, min: 0, max: 0.5, help: 'which part of all weights each part of a split must have' }),
  maxFeatures: orNull(orWord(['sqrt', 'log2'], countOrPart(1, 1, 'how many features, drawn for each node, are looked at: ' +
    'null for all'), 'sqrt'), null),
  randomState: randomState('the seed by which features are drawn, which decides between equally good splits too; default 0'),
  maxLeafNodes: orNull(integer({ default: 2, min: 2, help: 'how many leaves there are at most; the best splits come first' }), null),
  minImpurityDecrease: number({ default: 0, min: 0, help: 'what a split must lower the impurity by, times the share of the rows' }),
  ccpAlpha: number({ default: 0, min: 0, help: 'branches are pruned that lower the impurity by less for each of their leaves' }),
}

/** The checked values. */
export interface TreeValues {
  readonly maxDepth: number | null
  readonly minSamplesSplit: number
  readonly minSamplesLeaf: number
  readonly minWeightFractionLeaf: number
  readonly maxFeatures: number | 'sqrt' | 'log2' | null
  readonly randomState?: number | RandomState
  readonly maxLeafNodes: number | null
  readonly minImpurityDecrease: number
  readonly ccpAlpha: number
}

const seedTop = 0x7fffffff

/**
 * Grows and prunes a tree.
 *
 * @param criterionOf the criterion over rows in an order
 * @throws MyelinError `argument` for more features than there are, `data` for features too large for float32
 */
export async function grownTree(
  kind: string, { data, shape: [rows, features] }: Features, weights: Float64Array | null, values: TreeValues,
  criterionOf: (samples: Int32Array) => Criterion, signal: AbortSignal | undefined,
): Promise<Tree> {
  const part = (value: number): number => (value < 1 ? Math.ceil(value * rows) : value)
  const minSamplesLeaf = part(values.minSamplesLeaf)
  const minSamplesSplit = Math.max(2, part(values.minSamplesSplit), 2 * minSamplesLeaf)
  const total = weights ? weights.reduce((a, b) => a + b, 0) : rows
  const minWeightLeaf = values.minWeightFractionLeaf * total
  const columns = Array.from({ length: features }, (_, j) =>
    Float32Array.from({ length: rows }, (_, row) => data[row * features + j]!))
  columns.forEach((column, j) => {
    const row = column.findIndex((value) => !Number.isFinite(value))
    if (row >= 0) {
      throw new MyelinError('data', `${kind}.fit: X: row ${row + 1}, column ${j + 1} is ${data[row * features + j]}, which is ` +
        'too large for float32, in which trees compare')
    }
  })
  const counted = Int32Array.from({ length: rows }, (_, row) => row).filter((row) => !weights || weights[row]! !== 0)
  const splitter = new Splitter(columns, counted, {
    maxFeatures: featuresFor(kind, values.maxFeatures, features), minSamplesLeaf, minWeightLeaf,
    seed: checkRandomState(values.randomState).randint(seedTop),
  })
  const tree = await grow(splitter, criterionOf(splitter.samples), {
    maxDepth: values.maxDepth ?? Infinity, minSamplesSplit, minSamplesLeaf, minWeightLeaf,
    minImpurityDecrease: values.minImpurityDecrease, maxLeafNodes: values.maxLeafNodes,
  }, new Pause(signal))
  return values.ccpAlpha > 0 ? pruned(tree, values.ccpAlpha) : tree
}

function featuresFor(kind: string, given: TreeValues['maxFeatures'], features: number): number {
  if (given === null) return features
  if (given === 'sqrt') return Math.max(1, Math.floor(Math.sqrt(features)))
  // the integer part of the logarithm to base 2
  if (given === 'log2') return Math.max(1, 31 - Math.clz32(features))
  if (given < 1) return Math.max(1, Math.floor(given * features))
  if (given <= features) return given
  throw new MyelinError('argument', `${kind}.fit: maxFeatures is ${given}, X has ${features} features`)
}
