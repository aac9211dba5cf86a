/** Estimators that hold others: parameters, clones, and their states as one. */
import { MyelinError } from '../../core/index.js'
import type { Parameter } from '../../nn/index.js'
import type { Matrix } from '../../train/index.js'
import type { FeaturesLike } from '../check-array.js'
import { checkNames, jsonOf } from '../compose/named.js'
import type { Label } from '../contract.js'
import type { EstimatorType } from '../estimator.js'
import { Estimator } from '../estimator.js'
import type { EstimatorState } from '../state.js'
import { joinStates, splitStates } from '../state.js'

/** A classifier or regressor of any kind, also a pipeline that ends in one. */
export type Member = Estimator & {
  fit(X: FeaturesLike, y: unknown, options?: object): Promise<unknown>
  predict(X: FeaturesLike): Promise<unknown>
  predictProba?(X: FeaturesLike): Promise<Matrix>
  decisionFunction?(X: FeaturesLike): Promise<Matrix>
  readonly classes?: readonly Label[]
}

export const isMember = (value: unknown, type: EstimatorType): value is Member =>
  value instanceof Estimator && value.estimatorType === type

/** A parameter that is a classifier or a regressor. */
export const member = <const Required extends boolean>(
  type: 'classifier' | 'regressor', help: string, required: Required,
): Parameter<Estimator, Estimator, Required> => ({
  type: 'name', help, required, allowed: `a ${type}`,
  read: (value) => (isMember(value, type) ? value : undefined),
  write: (value) => value.toJSON(),
})

/** A name and an estimator; `drop` leaves one out. */
export type NamedEstimator = readonly [name: string, estimator: Estimator | 'drop']

/** A parameter that is a list of names and classifiers, or regressors. */
export const members = (
  type: 'classifier' | 'regressor', taken: readonly string[],
): Parameter<readonly NamedEstimator[], readonly NamedEstimator[], true> => ({
  type: 'list', help: `names and ${type}s`, required: true,
  allowed: `a list of [name, ${type}], not all of them "drop"`,
  read: (value, what) => {
    if (!Array.isArray(value)) return undefined
    const given = value as readonly unknown[]
    const fits = (part: unknown): part is NamedEstimator =>
      Array.isArray(part) && part.length === 2 && (part[1] === 'drop' || isMember(part[1], type))
    if (!given.every(fits) || given.every(([, estimator]) => estimator === 'drop')) return undefined
    checkNames(what, given.map(([name]) => name), taken)
    return given.map(([name, estimator]): NamedEstimator => [name, estimator])
  },
  write: (value) => value.map(([name, estimator]) => [name, jsonOf(estimator)]),
})

/** A clone as it is called. */
export const copyOf = (estimator: Estimator): Member => estimator.clone() as Member

/** The states of fitted estimators, and what else was learned, as one. */
export function jointState(fitted: readonly Estimator[], learned: object): EstimatorState {
  const { values, arrays } = joinStates(fitted.map((estimator) => estimator.getState()))
  return { values: { ...values, learned }, arrays }
}

/**
 * What `jointState` wrote, into estimators.
 *
 * @throws MyelinError `file` for another number of states, or what the estimators refuse
 */
export function readJointState(what: string, state: EstimatorState, fitted: readonly Estimator[]): Readonly<Record<string, unknown>> {
  splitStates(what, state, fitted.length).forEach((own, i) => {
    if (!own) throw new MyelinError('file', `${what}: the estimator ${i + 1} has no state`)
    fitted[i]!.setState(own)
  })
  const { learned } = state.values
  if (typeof learned !== 'object' || learned === null || Array.isArray(learned)) {
    throw new MyelinError('file', `${what}: expected an object as "learned"`)
  }
  return learned as Readonly<Record<string, unknown>>
}

/** How many estimators a joint state holds. */
export const countIn = ({ values: { parts } }: EstimatorState): number => (Array.isArray(parts) ? parts.length : 0)

/** @throws MyelinError `file` for what is no list of labels, rising */
export function readClasses(what: string, classes: unknown, least: number): readonly Label[] {
  const list: readonly unknown[] = Array.isArray(classes) ? classes : []
  const fits = list.length >= least && list.every((label) => typeof label === typeof list[0] &&
    (typeof label === 'string' || Number.isSafeInteger(label)))
  if (!fits) throw new MyelinError('file', `${what}: expected a list of classes`)
  return list as readonly Label[]
}

/** Probabilities with columns for all classes, where an estimator has seen some. */
export function widened(given: Matrix, seen: readonly Label[], classes: readonly Label[]): Matrix {
  if (seen.length === classes.length) return given
  const [rows] = given.shape as readonly [number]
  const data = new Float64Array(rows * classes.length)
  seen.forEach((label, k) => {
    const column = classes.indexOf(label)
    for (let row = 0; row < rows; row++) data[row * classes.length + column] = given.data[row * seen.length + k]!
  })
  return { data, shape: [rows, classes.length] }
}
