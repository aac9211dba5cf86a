/** A tree that answers as a model does, so that its rules can be read. */
import { MyelinError } from '../../core/index.js'
import { accuracyScore, r2Score } from '../../metrics/index.js'
import type { Matrix } from '../../train/index.js'
import { matrixOf } from '../../train/matrix.js'
import type { FeatureMatrix, FeaturesLike } from '../check-array.js'
import { checkArray } from '../check-array.js'
import type { Label, Targets } from '../contract.js'
import { drawRows } from '../draw-rows.js'
import { Estimator } from '../estimator.js'
import { RandomState } from '../mt19937.js'
import { asTargets } from '../supervised/regressor.js'
import { largestColumns } from '../supervised/classifier.js'
import { DecisionTreeClassifier } from './decision-tree-classifier.js'
import { DecisionTreeRegressor } from './decision-tree-regressor.js'

/** A fitted estimator, or a network: what has `predict`. */
export interface Predictor {
  /** Labels, numbers, rows of numbers, or a matrix of a network's outputs. */
  predict(X: never): Promise<unknown>
}

/** What `surrogateTree` takes beside model and rows. */
export interface SurrogateOptions {
  /** The rows as the tree is to see them, where it is not `X`: before they were scaled, say. */
  readonly features?: FeaturesLike
  /** How many steps leaves are from the root at most. Default 4. */
  readonly maxDepth?: number
  /** The share of the rows, drawn, on which the tree is tested and not grown. Default 0.3. */
  readonly testSize?: number
  /** The seed of that draw and of choices between equally good splits. Default 0. */
  readonly randomState?: number
}

/** A tree in place of a model, and how far it can be believed. `exportText(surrogate.tree)` prints its rules. */
export interface Surrogate {
  readonly tree: DecisionTreeClassifier | DecisionTreeRegressor
  /**
   * On rows that the tree has not seen, the share to which it gives the model's class, or R² of its numbers to the model's.
   * How right the model itself is has no part in it.
   */
  readonly fidelity: number
  /** The same on the rows from which it was grown. */
  readonly trainFidelity: number
  /** What always giving the model's most frequent class, or mean, would have for fidelity. */
  readonly baseline: number
  readonly trainRows: number
  readonly testRows: number
}

/**
 * Grows a decision tree from what a model answers (a global surrogate; Craven and Shavlik, "Extracting Tree-Structured
 * Representations of Trained Networks", 1996). Its rules say what the model does only as far as its fidelity goes.
 *
 * Of a classifier the tree learns the classes; of a network with several outputs that are probabilities the number of the
 * greatest; of everything else the numbers.
 *
 *     const { tree, fidelity } = await surrogateTree(classifier, X)
 *     console.log(exportText(tree), fidelity)
 *
 * @param X [rows, features], such as those of training; more rows make better rules, and no targets are needed
 * @throws MyelinError `argument` for a wrong option, `data` for fewer than 4 rows; otherwise as the model
 */
export async function surrogateTree(
  model: Predictor, X: FeaturesLike, { features = X, maxDepth = 4, testSize = 0.3, randomState = 0 }: SurrogateOptions = {},
): Promise<Surrogate> {
  const what = 'surrogateTree'
  if (!(testSize > 0 && testSize < 1)) {
    throw new MyelinError('argument', `${what}: testSize: expected a share between 0 and 1, received ${String(testSize)}`)
  }
  const matrix = checkArray(`${what}: ${features === X ? 'X' : 'features'}`, features)
  const [rows] = matrix.shape
  const answers = answersOf(model, await model.predict(X as never))
  if (answers.values.length !== rows) {
    throw new MyelinError('shape', `${what}: the model gives ${answers.values.length} answers, and there are ${rows} rows`)
  }
  if (rows < 4) throw new MyelinError('data', `${what}: expected at least 4 rows, received ${rows}`)
  const test = Math.min(rows - 2, Math.max(2, Math.ceil(testSize * rows)))
  const drawn = drawRows(rows, rows - test, test, new RandomState(randomState))
  const parts = [drawn.train, drawn.test].map((own) => ({
    X: rowsAt(matrix, own), y: Array.from(own, (row) => answers.values[row]!),
  }))
  const [seen, unseen] = parts as [typeof parts[number], typeof parts[number]]
  const options = { maxDepth, randomState }
  const tree = answers.classes ? new DecisionTreeClassifier(options) : new DecisionTreeRegressor(options)
  // tables keep the names of their columns for the rules
  await tree.fit(seen.X, seen.y as never)
  const fidelity = async (part: typeof seen): Promise<number> => answers.classes
    ? accuracyScore(part.y as Label[], await tree.predict(part.X) as Label[])
    : agreement(part.y as Targets, await tree.predict(part.X) as Targets)
  return {
    tree, fidelity: await fidelity(unseen), trainFidelity: await fidelity(seen),
    baseline: answers.classes ? share(seen.y as Label[], unseen.y as Label[]) : 0,
    trainRows: seen.y.length, testRows: unseen.y.length,
  }
}

interface Answers {
  readonly classes: boolean
  readonly values: readonly unknown[]
}

function answersOf(model: Predictor, given: unknown): Answers {
  if (model instanceof Estimator) {
    const classes = model.estimatorType === 'classifier'
    if (Array.isArray(given) && !(classes && Array.isArray(given[0]))) return { classes, values: given }
    throw new MyelinError('unsupported', `surrogateTree: ${model.kind} tells several labels a row; a tree tells one`)
  }
  if (Array.isArray(given) && given.some((one) => typeof one === 'string')) return { classes: true, values: given }
  const outputs = matrixOf('surrogateTree: what the model predicts', given)
  const { data, shape: [rows, columns = 1] } = outputs
  if (outputs.shape.length > 2) {
    throw new MyelinError('shape', `surrogateTree: the model gives [${outputs.shape.join(', ')}]; expected [rows, outputs]`)
  }
  if (columns > 1 && areProbabilities(outputs)) return { classes: true, values: Array.from(largestColumns(outputs)) }
  return { classes: false, values: asTargets({ data, shape: [rows!, columns] }) }
}

/** Rows of numbers from 0 to 1 that add up to 1, as far as float32 goes. */
function areProbabilities({ data, shape: [rows, columns] }: Matrix): boolean {
  return Array.from({ length: rows! }, (_, i) => data.subarray(i * columns!, (i + 1) * columns!)).every((row) =>
    row.every((p: number) => p >= 0 && p <= 1) && Math.abs((row as Float64Array).reduce((sum, p) => sum + p, 0) - 1) < 1e-3)
}

function rowsAt({ data, shape: [, features], names }: FeatureMatrix, rows: Int32Array): FeaturesLike {
  if (names) {
    return {
      source: 'surrogate', rows: rows.length, notices: [],
      columns: names.map((name, k) => ({
        name, kind: 'numeric', values: Float64Array.from(rows, (row) => data[row * features + k]!),
      })),
    }
  }
  const picked = new Float64Array(rows.length * features)
  rows.forEach((row, i) => picked.set(data.subarray(row * features, (row + 1) * features), i * features))
  return { data: picked, shape: [rows.length, features] }
}

/** R², and 1 where all numbers are the same and met. */
function agreement(truth: Targets, answers: Targets): number {
  const same = (a: number | readonly number[], b: number | readonly number[]): boolean => String(a) === String(b)
  if (truth.every((value, i) => same(value, answers[i]!))) return 1
  return r2Score(truth as number[], answers as number[])
}

/** How often the most frequent of some labels, the first of equals, is among others. */
function share(seen: readonly Label[], others: readonly Label[]): number {
  const counts = new Map<Label, number>()
  for (const label of seen) counts.set(label, (counts.get(label) ?? 0) + 1)
  const [most] = [...counts].reduce((best, one) => (one[1] > best[1] ? one : best))
  return others.filter((label) => label === most).length / others.length
}
