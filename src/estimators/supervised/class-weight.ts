/** The parameter `classWeight` of classifiers, and the weights of classes that it stands for. */
import { MyelinError } from '../../core/index.js'
import type { Parameter } from '../../nn/index.js'
import type { Label } from '../contract.js'

/** A weight for each class, by its label; classes that are not named have 1. `balanced`: rows / (classes * rows of it). */
export type LabelWeights = Readonly<Record<Label, number>> | 'balanced'

export const classWeight: Parameter<LabelWeights, LabelWeights, false> = {
  type: 'list',
  help: 'the weight of each class in the loss, by its label, or "balanced"; default: all rows count alike',
  required: false,
  allowed: 'an object with a number from 0 up for each label, or "balanced"',
  read: (value) => {
    if (value === 'balanced') return value
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    const weights: unknown[] = Object.values(value)
    const numbers = weights.every((weight) => typeof weight === 'number' && weight >= 0 && weight < Infinity)
    return numbers && weights.length > 0 && Object.getPrototypeOf(value) === Object.prototype ? (value as LabelWeights) : undefined
  },
  write: (value) => value,
}

/** The rows of each class and of all, counted by their weights where they have such. */
export function weightByClass(
  codes: Int32Array, classes: number, rowWeights: ArrayLike<number> | null,
): { readonly counts: Float64Array, readonly total: number } {
  const counts = new Float64Array(classes)
  let total = 0
  codes.forEach((code, row) => {
    const weight = rowWeights ? rowWeights[row]! : 1
    counts[code]! += weight
    total += weight
  })
  return { counts, total }
}

/**
 * The weight of each class (scikit-learn's `compute_class_weight`); classes without rows do not count for `balanced`.
 *
 * @param rowWeights the weights of rows, where `balanced` is to count by them
 * @throws MyelinError `argument` for a label that is none of the classes
 */
export function weightsOfClasses(
  kind: string, given: LabelWeights | undefined, classes: readonly Label[], codes: Int32Array,
  rowWeights: ArrayLike<number> | null = null,
): Float64Array {
  const weights = new Float64Array(classes.length).fill(1)
  if (given === undefined) return weights
  if (given === 'balanced') {
    const { counts, total } = weightByClass(codes, classes.length, rowWeights)
    const present = counts.filter((count) => count > 0).length
    return weights.map((one, i) => (counts[i] === 0 ? one : total / (present * counts[i]!)))
  }
  const unknown = Object.keys(given).find((name) => !classes.some((label) => String(label) === name))
  if (unknown !== undefined) {
    throw new MyelinError('argument', `${kind}: classWeight: there is no class ${JSON.stringify(unknown)}; they are ` +
      classes.slice(0, 10).map((label) => JSON.stringify(label)).join(', '))
  }
  return weights.map((one, i) => given[classes[i]!] ?? one)
}

/** The weights of rows times those of their classes; null where all rows count alike. */
export function rowsByClass(
  kind: string, given: LabelWeights | undefined, classes: readonly Label[], codes: Int32Array,
  rowWeights: Float64Array | null, balancedByWeights = false,
): Float64Array | null {
  if (given === undefined) return rowWeights
  const table = weightsOfClasses(kind, given, classes, codes, balancedByWeights ? rowWeights : null)
  return Float64Array.from(codes, (code, row) => table[code]! * (rowWeights ? rowWeights[row]! : 1))
}
