/** A tree as arrays over its nodes, grown depth first or best first, and pruned. */
import { floats, record } from '../state.js'
import type { Kind } from '../state.js'
import type { FloatMatrix } from '../supervised/forms.js'
import { floatMatrix, integers, where } from '../supervised/forms.js'
import type { Pause } from '../supervised/pause.js'
import type { Criterion } from './criteria.js'
import type { Splitter } from './splitter.js'

/**
 * A fitted tree. A row goes left where its feature, as float32, is at most the threshold. Leaves have -1 as children and
 * -2 as feature and threshold.
 */
export interface Tree {
  readonly childrenLeft: Int32Array
  readonly childrenRight: Int32Array
  readonly feature: Int32Array
  readonly threshold: Float64Array
  readonly impurity: Float64Array
  readonly nNodeSamples: Int32Array
  readonly weightedNNodeSamples: Float64Array
  /** The shares of the classes, or the means of the outputs, [nodes, classes or outputs]. */
  readonly value: FloatMatrix
}

/** The form of trees in files. Children have greater numbers than their parents, so walks end. */
export const treeForm: Kind<Tree> = where(record<Tree>({
  childrenLeft: integers(-1, 2 ** 31), childrenRight: integers(-1, 2 ** 31), feature: integers(-2, 2 ** 31), threshold: floats(),
  impurity: floats(), nNodeSamples: integers(0, 2 ** 31), weightedNNodeSamples: floats(), value: floatMatrix(),
}), 'a tree', ({ childrenLeft, childrenRight, feature, value, ...others }, features) => {
  const nodes = childrenLeft.length
  return nodes > 0 && value.shape[0] === nodes &&
    [childrenRight, feature, others.threshold, others.impurity, others.nNodeSamples, others.weightedNNodeSamples]
      .every((array) => array.length === nodes) &&
    childrenLeft.every((left, node) => {
      const right = childrenRight[node]!
      if (left < 0) return right < 0
      return left > node && right > node && left < nodes && right < nodes && feature[node]! >= 0 && feature[node]! < features
    })
})

export interface GrowOptions {
  readonly maxDepth: number
  readonly minSamplesSplit: number
  readonly minSamplesLeaf: number
  readonly minWeightLeaf: number
  readonly minImpurityDecrease: number
  /** Null for depth first. */
  readonly maxLeafNodes: number | null
}

interface Growing {
  readonly parent: number
  readonly left: boolean
  readonly start: number
  readonly end: number
  readonly depth: number
  readonly impurity: number | null
  readonly constants: number
}

interface Candidate {
  readonly node: number
  readonly growing: Growing
  readonly position: number
  readonly improvement: number
  readonly impurities: readonly [number, number]
  readonly constants: number
}

/** Lists of nodes that grow. */
class Nodes {
  readonly left: number[] = []
  readonly right: number[] = []
  readonly feature: number[] = []
  readonly threshold: number[] = []
  readonly impurity: number[] = []
  readonly samples: number[] = []
  readonly weights: number[] = []
  readonly values: Float64Array[] = []

  add(criterion: Criterion, { parent, left, start, end }: Growing, impurity: number): number {
    const node = this.left.length
    if (parent >= 0) (left ? this.left : this.right)[parent] = node
    this.left.push(-1)
    this.right.push(-1)
    this.feature.push(-2)
    this.threshold.push(-2)
    this.impurity.push(impurity)
    this.samples.push(end - start)
    this.weights.push(criterion.weight)
    this.values.push(criterion.value())
    return node
  }

  done(): Tree {
    const width = this.values[0]!.length
    const data = new Float64Array(this.values.length * width)
    this.values.forEach((value, node) => data.set(value, node * width))
    return {
      childrenLeft: Int32Array.from(this.left), childrenRight: Int32Array.from(this.right),
      feature: Int32Array.from(this.feature), threshold: Float64Array.from(this.threshold),
      impurity: Float64Array.from(this.impurity), nNodeSamples: Int32Array.from(this.samples),
      weightedNNodeSamples: Float64Array.from(this.weights), value: { data, shape: [this.values.length, width] },
    }
  }
}

/** Grows a tree; the event loop has its turns. @throws the signal's reason */
export async function grow(splitter: Splitter, criterion: Criterion, options: GrowOptions, pause: Pause): Promise<Tree> {
  const { maxDepth, minSamplesSplit, minSamplesLeaf, minWeightLeaf, minImpurityDecrease, maxLeafNodes } = options
  const nodes = new Nodes()
  let wholeWeight = 0

  /** Adds a node, and looks for its split. */
  const visit = (growing: Growing): Candidate | null => {
    const { start, end, depth, constants: known } = growing
    criterion.begin(start, end)
    const impurity = growing.impurity ?? criterion.impurity()
    if (growing.impurity === null) wholeWeight = criterion.weight
    const count = end - start
    const final = depth >= maxDepth || count < minSamplesSplit || count < 2 * minSamplesLeaf ||
      criterion.weight < 2 * minWeightLeaf || impurity <= Number.EPSILON
    const { split, constants } = final ? { split: null, constants: known }
      : splitter.split(criterion, start, end, impurity, known, wholeWeight)
    const node = nodes.add(criterion, growing, impurity)
    if (!split || split.improvement + Number.EPSILON < minImpurityDecrease) return null
    nodes.feature[node] = split.feature
    nodes.threshold[node] = split.threshold
    return {
      node, growing, position: split.position, improvement: split.improvement, constants,
      impurities: [split.leftImpurity, split.rightImpurity],
    }
  }
  const child = ({ node, growing, position, impurities, constants }: Candidate, left: boolean): Growing => ({
    parent: node, left, start: left ? growing.start : position, end: left ? position : growing.end,
    depth: growing.depth + 1, impurity: impurities[left ? 0 : 1], constants: maxLeafNodes === null ? constants : 0,
  })

  const root: Growing = {
    parent: -1, left: false, start: 0, end: splitter.samples.length, depth: 0, impurity: null, constants: 0,
  }
  if (maxLeafNodes === null) {
    const stack = [root]
    for (let next = stack.pop(); next; next = stack.pop()) {
      if (pause.due) await pause.take()
      const candidate = visit(next)
      if (candidate) stack.push(child(candidate, false), child(candidate, true))
    }
    return nodes.done()
  }
  const open: Candidate[] = []
  const offer = (growing: Growing): void => {
    const candidate = visit(growing)
    if (candidate) open.push(candidate)
  }
  offer(root)
  for (let leaves = 1; open.length > 0 && leaves < maxLeafNodes; leaves++) {
    if (pause.due) await pause.take()
    const best = open.reduce((a, b) => (b.improvement > a.improvement ? b : a))
    open.splice(open.indexOf(best), 1)
    offer(child(best, true))
    offer(child(best, false))
  }
  for (const { node } of open) {
    nodes.feature[node] = -2
    nodes.threshold[node] = -2
  }
  return nodes.done()
}

/** The leaf of each row, whose features are taken as float32. */
export function leavesOf(
  { childrenLeft, childrenRight, feature, threshold }: Tree, data: ArrayLike<number>, rows: number, features: number,
): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => {
    let node = 0
    while (childrenLeft[node]! >= 0) {
      const goesLeft = Math.fround(data[row * features + feature[node]!]!) <= threshold[node]!
      node = (goesLeft ? childrenLeft : childrenRight)[node]!
    }
    return node
  })
}

/** The parent of each node; -1 for the root. */
function parentsOf({ childrenLeft, childrenRight }: Tree): Int32Array {
  const parents = new Int32Array(childrenLeft.length).fill(-1)
  childrenLeft.forEach((left, node) => {
    if (left < 0) return
    parents[left] = node
    parents[childrenRight[node]!] = node
  })
  return parents
}

/** How many nodes of a tree have no children. */
export const leafCount = (tree: Tree): number => tree.childrenLeft.filter((left) => left < 0).length

/** How many steps the farthest leaf is from the root. */
export function depthOf(tree: Tree): number {
  const depths = new Int32Array(tree.childrenLeft.length)
  parentsOf(tree).forEach((parent, node) => { if (parent >= 0) depths[node] = depths[parent]! + 1 })
  return depths.reduce((a, b) => Math.max(a, b), 0)
}

/**
 * The part of the decrease of impurity that each feature has brought; zeros where there is no split (Breiman and others
 * 1984, "Gini importance").
 */
export function importancesOf(tree: Tree, features: number): Float64Array {
  const { childrenLeft, childrenRight, feature, impurity, weightedNNodeSamples: weights } = tree
  const sums = new Float64Array(features)
  childrenLeft.forEach((left, node) => {
    if (left < 0) return
    const right = childrenRight[node]!
    sums[feature[node]!]! +=
      weights[node]! * impurity[node]! - weights[left]! * impurity[left]! - weights[right]! * impurity[right]!
  })
  const decreases = sums.map((sum) => sum / weights[0]!)
  const total = decreases.reduce((a, b) => a + b, 0)
  return total > 0 ? decreases.map((decrease) => decrease / total) : decreases
}

/**
 * Minimal cost-complexity pruning (Breiman and others 1984, chapter 3): as long as it costs no more than `alpha` for each
 * leaf that goes, the branch that costs least becomes a leaf.
 */
export function pruned(tree: Tree, alpha: number): Tree {
  const { childrenLeft, childrenRight, impurity, weightedNNodeSamples: weights } = tree
  const parents = parentsOf(tree), count = parents.length
  const cost = impurity.map((value, node) => weights[node]! * value / weights[0]!)
  const branch = new Float64Array(count), leaves = new Int32Array(count)
  const inner = Uint8Array.from(childrenLeft, (left) => (left >= 0 ? 1 : 0))
  const kept = new Uint8Array(count).fill(1)
  for (let leaf = 0; leaf < count; leaf++) {
    if (inner[leaf]) continue
    branch[leaf] = cost[leaf]!
    for (let node = parents[leaf]!; node >= 0; node = parents[node]!) {
      branch[node]! += cost[leaf]!
      leaves[node]!++
    }
  }
  while (inner[0]) {
    let least = Infinity, weakest = 0
    for (let node = 0; node < count; node++) {
      if (!inner[node]) continue
      const price = (cost[node]! - branch[node]!) / (leaves[node]! - 1)
      if (price < least) {
        least = price
        weakest = node
      }
    }
    if (alpha < least) break
    const below = [weakest]
    for (let node = below.pop(); node !== undefined; node = below.pop()) {
      if (!kept[node]) continue
      if (childrenLeft[node]! >= 0) below.push(childrenLeft[node]!, childrenRight[node]!)
      inner[node] = 0
      kept[node] = 0
    }
    kept[weakest] = 1
    const gone = leaves[weakest]! - 1, rise = cost[weakest]! - branch[weakest]!
    leaves[weakest] = 0
    branch[weakest] = cost[weakest]!
    for (let node = parents[weakest]!; node >= 0; node = parents[node]!) {
      leaves[node]! -= gone
      branch[node]! += rise
    }
  }
  return only(tree, kept)
}

/** A tree with some of its nodes, numbered depth first from the left. */
function only(tree: Tree, kept: Uint8Array): Tree {
  const { childrenLeft, childrenRight, feature, threshold, value } = tree
  const order: number[] = []
  const stack = [0]
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    order.push(node)
    if (childrenLeft[node]! >= 0 && kept[childrenLeft[node]!]) stack.push(childrenRight[node]!, childrenLeft[node]!)
  }
  const places = new Map(order.map((node, place) => [node, place]))
  const leaf = (node: number): boolean => !(childrenLeft[node]! >= 0 && places.has(childrenLeft[node]!))
  const width = value.shape[1]
  return {
    childrenLeft: Int32Array.from(order, (node) => (leaf(node) ? -1 : places.get(childrenLeft[node]!)!)),
    childrenRight: Int32Array.from(order, (node) => (leaf(node) ? -1 : places.get(childrenRight[node]!)!)),
    feature: Int32Array.from(order, (node) => (leaf(node) ? -2 : feature[node]!)),
    threshold: Float64Array.from(order, (node) => (leaf(node) ? -2 : threshold[node]!)),
    impurity: Float64Array.from(order, (node) => tree.impurity[node]!),
    nNodeSamples: Int32Array.from(order, (node) => tree.nNodeSamples[node]!),
    weightedNNodeSamples: Float64Array.from(order, (node) => tree.weightedNNodeSamples[node]!),
    value: {
      data: Float64Array.from({ length: order.length * width }, (_, at) =>
        value.data[order[Math.floor(at / width)]! * width + at % width]!),
      shape: [order.length, width],
    },
  }
}
