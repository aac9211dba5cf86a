/** The rules of a tree as text. */
import { MyelinError } from '../../core/index.js'
import { fixedHalfEven } from '../../metrics/classification-report.js'
import { DecisionTreeClassifier } from './decision-tree-classifier.js'
import type { DecisionTreeRegressor } from './decision-tree-regressor.js'

/** What `exportText` takes beside the tree. */
export interface ExportTextOptions {
  /** Default: the names that `fit` saw, otherwise `feature_0`, `feature_1`, ... */
  readonly featureNames?: readonly string[]
  /** How deep rules are printed; what lies below is told in a line. Default 10. */
  readonly maxDepth?: number
  /** Digits of thresholds and values after the point. Default 2. */
  readonly decimals?: number
}

const bar = '|   '

/**
 * The rules of a tree, a line for each branch and leaf, as scikit-learn's `export_text` prints them.
 *
 * @throws MyelinError `state` before `fit`; `argument` for another number of names than features
 */
export function exportText(
  tree: DecisionTreeClassifier | DecisionTreeRegressor, { featureNames, maxDepth = 10, decimals = 2 }: ExportTextOptions = {},
): string {
  const { childrenLeft, childrenRight, feature, threshold, value } = tree.tree
  const names = featureNames ?? tree.featureNamesIn
  if (names && names.length !== tree.nFeaturesIn) {
    throw new MyelinError('argument', `exportText: featureNames: expected the names of ${tree.nFeaturesIn} features, received ` +
      `${names.length}`)
  }
  const lines: string[] = []
  const fixed = (number: number): string => fixedHalfEven(number, decimals)
  const leafText = (node: number): string => {
    const values = [...value.data.subarray(node * value.shape[1], (node + 1) * value.shape[1])]
    if (!(tree instanceof DecisionTreeClassifier)) return `value: [${values.map(fixed).join(', ')}]`
    return `class: ${tree.classes[values.indexOf(Math.max(...values))]}`
  }
  const depthBelow = (node: number): number =>
    childrenLeft[node]! < 0 ? 1 : 1 + Math.max(depthBelow(childrenLeft[node]!), depthBelow(childrenRight[node]!))
  const print = (node: number, depth: number): void => {
    const indent = `${bar.repeat(depth - 1)}|---`
    const left = childrenLeft[node]!
    if (left < 0) lines.push(`${indent} ${leafText(node)}`)
    else if (depth > maxDepth + 1) lines.push(`${indent} truncated branch of depth ${depthBelow(node)}`)
    else {
      const name = names ? names[feature[node]!]! : `feature_${feature[node]}`
      lines.push(`${indent} ${name} <= ${fixed(threshold[node]!)}`)
      print(left, depth + 1)
      lines.push(`${indent} ${name} >  ${fixed(threshold[node]!)}`)
      print(childrenRight[node]!, depth + 1)
    }
  }
  print(0, 1)
  return `${lines.join('\n')}\n`
}
