/** DecisionTreeClassifier. */
import type { OptionsOf } from '../../nn/index.js'
import { choice } from '../../nn/parameters.js'
import type { Matrix } from '../../train/index.js'
import type { FeaturesLike } from '../check-array.js'
import { classWeight, rowsByClass } from '../supervised/class-weight.js'
import type { LabelWeights } from '../supervised/class-weight.js'
import type { ClassRows, Features } from '../supervised/classifier.js'
import { ProbabilityClassifier } from '../supervised/classifier.js'
import { Entropy, Gini } from './criteria.js'
import type { TreeValues } from './parameters.js'
import { grownTree, treeParameters } from './parameters.js'
import type { Tree } from './tree.js'
import { depthOf, importancesOf, leafCount, leavesOf, treeForm } from './tree.js'

const parameters = {
  criterion: choice({
    default: 'gini', choices: ['gini', 'entropy', 'logLoss'], help: 'what splits are to lower; entropy and logLoss are one',
  }),
  ...treeParameters,
  classWeight,
}

/**
 * A decision tree for classes (CART; Breiman, Friedman, Olshen and Stone 1984), as scikit-learn's
 * `DecisionTreeClassifier`: the same splits, which are searched among float32 values, and with the same `randomState` the
 * same choice between equally good ones. Left out, it is 0. `exportText` prints its rules.
 */
export class DecisionTreeClassifier extends ProbabilityClassifier<typeof parameters, Tree> {
  protected override readonly fewestClasses = 1
  protected override readonly form = treeForm

  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options?: OptionsOf<typeof parameters>) {
    super('DecisionTreeClassifier', parameters, options)
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

  protected override fits({ value }: Tree, classes: number): boolean {
    return value.shape[1] === classes
  }

  protected override learn({ X, codes, classes, weights: given, signal }: ClassRows): Promise<Tree> {
    const { criterion, classWeight: ofClasses } = this.params as { criterion: string, classWeight?: LabelWeights }
    const weights = rowsByClass(this.kind, ofClasses, classes, codes, given)
    const Kind = criterion === 'gini' ? Gini : Entropy
    return grownTree(this.kind, X, weights, this.params as TreeValues, (samples) =>
      new Kind(samples, weights, codes, classes.length), signal)
  }

  protected override probabilities(tree: Tree, { data, shape: [rows, features] }: Features): Matrix {
    const { data: values, shape: [, classes] } = tree.value
    const shares = new Float64Array(rows * classes)
    leavesOf(tree, data, rows, features).forEach((leaf, row) =>
      shares.set(values.subarray(leaf * classes, (leaf + 1) * classes), row * classes))
    return { data: shares, shape: [rows, classes] }
  }
}
