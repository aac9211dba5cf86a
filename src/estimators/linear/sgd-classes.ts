/** What classifiers by stochastic gradient descent share: one vector of weights for two classes, else one for each. */
import { MyelinError } from '../../core/index.js'
import { accuracyScore } from '../../metrics/index.js'
import type { Parameters } from '../../nn/index.js'
import type { FeaturesLike } from '../check-array.js'
import type { Label, LabelsLike } from '../contract.js'
import { drawStratified } from '../draw-rows.js'
import { distinctLabels } from '../labels.js'
import { checkRandomState } from '../mt19937.js'
import { count, floats, listOf, real, record } from '../state.js'
import type { LabelWeights } from '../supervised/class-weight.js'
import { weightsOfClasses } from '../supervised/class-weight.js'
import type { ClassRows, Features, FitOptions } from '../supervised/classifier.js'
import type { LinearWeights } from './linear-scores.js'
import { LinearClassifier, linearForms, linearScores } from './linear-scores.js'
import type { RowLoss } from './sgd-losses.js'
import type { SgdValues } from './sgd-parameters.js'
import type { SgdUpdate, SgdWeights } from './sgd.js'
import { descend, noWeights } from './sgd.js'

/** A change of the weights by one row, and of which class's weights. */
export interface LabelUpdate extends SgdUpdate {
  /** The class that the weights tell from the others; of two classes the second. */
  readonly label: Label
}

/** What was learned. */
export interface SgdState extends LinearWeights {
  readonly parts: readonly SgdWeights[]
  readonly nIter: number
  readonly t: number
}

const each = floats({ perFeature: true })

export const sgdForm = record<SgdState>({
  ...linearForms,
  parts: listOf(record<SgdWeights>({ coef: each, intercept: real, averageCoef: each, averageIntercept: real })),
  nIter: count,
  t: count,
})

/** What `partialFit` takes beside the rows. */
export interface PartialLabelOptions extends FitOptions {
  /** All classes that will come; for the first call. */
  readonly classes?: readonly Label[]
}

/** How learning goes on. */
interface Going {
  /** One pass, from the weights before. */
  readonly incremental?: boolean
  readonly onUpdate?: ((update: LabelUpdate) => void) | undefined
}

const randomTop = 0x7fffffff

/** The base of `SGDClassifier` and `Perceptron`. */
export abstract class SgdLabels<P extends Parameters> extends LinearClassifier<P, SgdState> {
  /** Passes through the rows; with several classes the most of any. @throws MyelinError `state` before `fit` */
  get nIter(): number {
    return this.stateFor('nIter').nIter
  }

  /** Rows that were learned from, counted from 1 over all passes. @throws MyelinError `state` before `fit` */
  get t(): number {
    return this.stateFor('t').t
  }

  /** The checked parameters, completed where the class has not all of them. */
  protected abstract settings(): SgdValues & { readonly loss: RowLoss, readonly classWeight?: LabelWeights }

  protected override readonly form = sgdForm

  protected override fits(state: SgdState, classes: number): boolean {
    return super.fits(state, classes) && state.parts.length === state.intercept.length
  }

  protected override learn(rows: ClassRows): Promise<SgdState> {
    return this.learnFrom(rows)
  }

  /**
   * One pass through rows, going on from what was learned before.
   *
   * @throws MyelinError `argument` without `classes` in the first call, or with others than before; `unsupported` with
   * early stopping or balanced class weights; otherwise as `fit`
   */
  async partialFit(X: FeaturesLike, y: LabelsLike, { classes, ...options }: PartialLabelOptions = {}): Promise<this> {
    const what = `${this.kind}.partialFit`
    const { earlyStopping, classWeight } = this.settings()
    if (earlyStopping) throw new MyelinError('unsupported', `${what}: earlyStopping is for fit; set it to false`)
    if (classWeight === 'balanced') {
      throw new MyelinError('unsupported', `${what}: "balanced" needs all rows at once; give classWeight as numbers`)
    }
    const before = this.before
    if (!before && classes === undefined) {
      throw new MyelinError('argument', `${what}: the first call needs all classes: partialFit(X, y, { classes: [...] })`)
    }
    const known = before?.classes ?? distinctLabels(classes!)
    if (classes !== undefined && String(distinctLabels(classes)) !== String(known)) {
      throw new MyelinError('argument', `${what}: classes are not those of the first call, which were ${
        known.slice(0, 10).map((label) => JSON.stringify(label)).join(', ')}; leave them out`)
    }
    if (before) this.featuresOf('partialFit', X)
    return this.learnRows('partialFit', X, y, options, known, (rows) => this.learnFrom(rows, { incremental: true }))
  }

  protected async learnFrom(rows: ClassRows, { incremental = false, onUpdate }: Going = {}): Promise<SgdState> {
    const settings = this.settings()
    const { X, codes, classes, weights, signal } = rows
    const features = X.shape[1], binary = classes.length === 2
    const start = incremental ? this.before?.state : settings.warmStart ? this.warm(classes, features) : undefined
    const t = start?.t ?? 1
    const perClass = weightsOfClasses(this.kind, settings.classWeight, classes, codes)
    const draws = checkRandomState(settings.randomState)
    const targetsOf = (code: number): Float64Array =>
      Float64Array.from(codes, (own) => (own === code ? 1 : settings.loss.zeroOne ? 0 : -1))
    const mask = settings.earlyStopping ? this.drawValidation(rows, settings) : null
    const seeds = binary ? [] : Array.from(classes, () => draws.randint(randomTop))
    const parts: SgdWeights[] = []
    let nIter = 0
    for (let k = 0; k < (binary ? 1 : classes.length); k++) {
      const code = binary ? 1 : k
      const random = binary ? draws : checkRandomState(seeds[k])
      random.randint(1, randomTop) // of scikit-learn's data set, which has no use for it here
      const y = targetsOf(code)
      const found = await descend(
        { ...settings, classes: true, maxIter: incremental ? 1 : settings.maxIter },
        {
          X: X.data, y, weights, positive: perClass[code]!, negative: binary ? perClass[0]! : 1,
          validation: mask && { mask, score: accuracyOn(X, y, weights, mask) },
        },
        start?.parts[k] ?? noWeights(features),
        {
          kind: this.kind, seed: random.randint(randomTop), t, signal,
          onUpdate: onUpdate && ((update) => onUpdate({ ...update, label: classes[code]! })),
        },
      )
      parts.push(found)
      nIter = Math.max(nIter, found.nIter)
    }
    if (!incremental && settings.tol !== null && nIter === settings.maxIter) {
      rows.notice(`${this.kind}: not converged after ${nIter} passes; raise maxIter`)
    }
    return stateOf(parts, features, nIter, t + nIter * X.shape[0], settings.average)
  }

  /** The weights of the last fit. @throws MyelinError where they are of other classes or features */
  private warm(classes: readonly Label[], features: number): SgdState | undefined {
    const { before } = this
    if (!before) return undefined
    if (String(before.classes) !== String(classes) || before.state.coef.shape[1] !== features) {
      throw new MyelinError('data', `${this.kind}.fit: a warm start needs the same classes and features as before; set ` +
        'warmStart to false to begin anew')
    }
    const { coef, intercept } = before.state
    const parts = Array.from(intercept, (bias, k) =>
      ({ ...noWeights(features), coef: coef.data.slice(k * features, (k + 1) * features), intercept: bias }))
    return { ...before.state, parts, t: 1 }
  }

  private drawValidation({ codes, classes }: ClassRows, { randomState, validationFraction }: SgdValues): Uint8Array {
    const rows = codes.length, test = Math.ceil(validationFraction * rows), train = rows - test
    const counts = classes.map((_, code) => codes.reduce((sum, own) => sum + (own === code ? 1 : 0), 0))
    const rare = counts.findIndex((count) => count < 2)
    if (rare >= 0 || Math.min(train, test) < classes.length) {
      throw new MyelinError('data', rare >= 0
        ? `${this.kind}.fit: the class ${JSON.stringify(classes[rare])} has ${counts[rare]} row; early stopping needs two of ` +
          'each, one to train on and one to validate'
        : `${this.kind}.fit: ${train} rows to train on and ${test} to validate are too few for ${classes.length} classes`)
    }
    const mask = new Uint8Array(rows)
    for (const row of drawStratified(codes, classes.length, train, test, checkRandomState(randomState)).test) mask[row] = 1
    return mask
  }
}

/** The rows that a mask keeps, and their numbers. */
export function rowsOfMask(
  { data, shape: [, features] }: Features, mask: Uint8Array,
): { readonly kept: readonly number[], readonly X: Features } {
  const kept = [...mask.keys()].filter((row) => mask[row] === 1)
  const rows = new Float64Array(kept.length * features)
  kept.forEach((row, i) => rows.set(data.subarray(row * features, (row + 1) * features), i * features))
  return { kept, X: { data: rows, shape: [kept.length, features], names: null } }
}

/** The accuracy on the rows of a mask, of weights that tell one class from the others. */
function accuracyOn(
  rows: Features, y: Float64Array, weights: Float64Array | null, mask: Uint8Array,
): (coef: Float64Array, intercept: number) => number {
  const { kept, X } = rowsOfMask(rows, mask)
  const truth = kept.map((row) => (y[row]! > 0 ? 1 : 0))
  const sampleWeight = weights && kept.map((row) => weights[row]!)
  return (coef, intercept) => {
    const scores = linearScores(X, { coef: { data: coef, shape: [1, coef.length] }, intercept: Float64Array.of(intercept) })
    return accuracyScore(truth, Array.from(scores, (score) => (score > 0 ? 1 : 0)), { ...(sampleWeight && { sampleWeight }) })
  }
}

/** The weights that count: the averaged ones, once there are any. */
export function stateOf(
  parts: readonly SgdWeights[], features: number, nIter: number, t: number, average: number,
): SgdState {
  const averaged = average > 0 && average <= t - 1
  const data = new Float64Array(parts.length * features)
  parts.forEach((part, k) => data.set(averaged ? part.averageCoef : part.coef, k * features))
  return {
    coef: { data, shape: [parts.length, features] },
    intercept: Float64Array.from(parts, (part) => (averaged ? part.averageIntercept : part.intercept)),
    parts, nIter, t,
  }
}
