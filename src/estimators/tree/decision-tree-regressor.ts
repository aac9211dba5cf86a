/** DecisionTreeRegressor. */
import type { OptionsOf } from '../../nn/index.js'
import type { FeaturesLike } from '../check-array.js'
import type { Features } from '../supervised/classifier.js'
import type { NumberRows } from '../supervised/regressor.js'
import { NumberRegressor } from '../supervised/regressor.js'
import { SquaredError } from './criteria.js'
import type { TreeValues } from './parameters.js'
import { grownTree, treeParameters } from './parameters.js'
import type { Tree } from './tree.js'
import { depthOf, importancesOf, leafCount, leavesOf, treeForm } from './tree.js'

const parameters = treeParameters

/**
 * A decision tree for numbers, one a row or several, by the squared error (CART; Breiman, Friedman, Olshen and Stone
 * 1984), as scikit-learn's `DecisionTreeRegressor`: the same splits, which are searched among float32 values, and with
 * the same `randomState` the same choice between equally good ones. Left out, it is 0. `exportText` prints its rules.
 */
export class DecisionTreeRegressor extends NumberRegressor<typeof parameters, Tree> {
  protected override readonly form = treeForm

  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options?: OptionsOf<typeof parameters>) {
    super('DecisionTreeRegressor', parameters, options)
  }

  /** The tree, as arrays over its nodes. @throws MyelinError `state` before `fit` */
  get tree(): Tree {
    return this.stateFor('tree')
  }

  /** The part of the decrease of impurity that each feature has brought. @throws MyelinError `state` before `fit` */
  get featureImportances(): Float64Array {
    return importancesOf(this.stateFor('featureImportances'), this.nFeaturesIn)
  }

  /** How many steps the farthest leaf is from the root. @throws MyelinError `state` before `fit` */
  getDepth(): number {
    return depthOf(this.stateFor('getDepth'))
  }

  /** The number of leaves. @throws MyelinError `state` before `fit` */
  getNLeaves(): number {
    return leafCount(this.stateFor('getNLeaves'))
  }

  /** The number of the leaf in which each row ends. @throws MyelinError as `predict` */
  async apply(X: FeaturesLike): Promise<Int32Array> {
    const tree = this.stateFor('apply')
    const { data, shape: [rows, features] } = this.featuresOf('apply', X)
    return leavesOf(tree, data, rows, features)
  }

  protected override fits({ value }: Tree, outputs: number): boolean {
    return value.shape[1] === outputs
  }

  protected override learn({ X, y, weights, signal }: NumberRows): Promise<Tree> {
    return grownTree(this.kind, X, weights, this.params as TreeValues, (samples) =>
      new SquaredError(samples, weights, y.data, y.shape[1]), signal)
  }

  protected override compute(tree: Tree, { data, shape: [rows, features] }: Features): Float64Array {
    const { data: values, shape: [, outputs] } = tree.value
    const answers = new Float64Array(rows * outputs)
    leavesOf(tree, data, rows, features).forEach((leaf, row) =>
      answers.set(values.subarray(leaf * outputs, (leaf + 1) * outputs), row * outputs))
    return answers
  }
}
