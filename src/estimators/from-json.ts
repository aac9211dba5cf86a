/** Estimators back from the JSON that `toJSON` gave. */
import { MyelinError } from '../core/index.js'
import { shortName, suggestion } from '../nn/nearest-name.js'
import * as classes from './classes.js'
import type { Estimator } from './estimator.js'

/** Classes of estimators by their names, beside those of this entry: `{ GridSearchCV, MyScaler }`. */
export type EstimatorClasses = Readonly<Record<string, new (options: never) => Estimator>>

/** Estimators in estimators: more are a mistake. */
const deepest = 32

/**
 * An estimator with the parameters that `toJSON` gave, and nothing fitted; estimators among its parameters are made too.
 *
 * @param json `{ name: 'StandardScaler', withMean: false }`
 * @param customObjects classes of one's own, and those of `myelin/selection`, by their names
 * @throws MyelinError `argument` for an unknown class, or an unknown or wrong parameter
 */
export function estimatorFromJSON(json: unknown, customObjects: EstimatorClasses = {}): Estimator {
  const known = { ...classes, ...customObjects } as EstimatorClasses
  if (typeof json !== 'object' || json === null || Array.isArray(json) || !('name' in json) || typeof json.name !== 'string') {
    throw new MyelinError('argument', 'estimatorFromJSON: expected an object such as { name: "StandardScaler" }')
  }
  const { name } = json
  if (!Object.hasOwn(known, name)) {
    throw new MyelinError('argument', `estimatorFromJSON: there is no estimator "${shortName(name)}"${
      suggestion(name, Object.keys(known))}; give a class of your own as customObjects`)
  }
  return made(json, known, 0) as Estimator
}

/** The value of a parameter: estimators in it are made, everything else stays. */
function made(value: unknown, known: EstimatorClasses, depth: number): unknown {
  if (depth > deepest) throw new MyelinError('argument', `estimatorFromJSON: estimators lie deeper than ${deepest} levels`)
  if (Array.isArray(value)) return value.map((item: unknown) => made(item, known, depth + 1))
  if (typeof value !== 'object' || value === null) return value
  const inner = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, made(item, known, depth + 1)]))
  if (typeof inner.name !== 'string' || !Object.hasOwn(known, inner.name)) return inner
  const { name, ...options } = inner
  return new known[name as string]!(options as never)
}
