/** Estimators with names: the steps of a pipeline, the parts of a union. */
import { MyelinError } from '../../core/index.js'
import { Estimator } from '../estimator.js'

/** @throws MyelinError `argument` for a name that is empty, occurs twice, holds two underscores or is a parameter's */
export function checkNames(what: string, names: readonly unknown[], taken: readonly string[]): void {
  names.forEach((name, i) => {
    const problem = typeof name !== 'string' || name === '' ? 'is no text'
      : names.indexOf(name) < i ? `"${name}" occurs twice`
      : name.includes('__') ? `"${name}" holds two underscores, which stand between names and parameters`
      : taken.includes(name) ? `"${name}" is that of a parameter`
      : name === 'constructor' || name === 'prototype' ? `"${name}" is not allowed` : undefined
    if (problem) throw new MyelinError('argument', `${what}: name ${i + 1} ${problem}; give each a name of its own`)
  })
}

/** Names as scikit-learn gives them: the class in small letters, numbered where it occurs several times. */
export function namesOfKinds(what: string, estimators: readonly unknown[]): string[] {
  const plain = estimators.map((estimator, i) => {
    if (estimator instanceof Estimator) return estimator.kind.toLowerCase()
    if (typeof estimator === 'string') return estimator
    throw new MyelinError('argument', `${what}: argument ${i + 1} is no estimator`)
  })
  return plain.map((name, i) => {
    if (plain.indexOf(name) === plain.lastIndexOf(name)) return name
    return `${name}-${plain.slice(0, i + 1).filter((other) => other === name).length}`
  })
}

/** JSON of an estimator, or of a word in its place. */
export const jsonOf = (value: unknown): unknown => (value instanceof Estimator ? value.toJSON() : value)
