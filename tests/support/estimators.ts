/** Two estimators in a few lines, for tests of what holds estimators: naive Bayes and ridge regression. */
import { Estimator } from '../../src/estimators/index.js'
import type {
  Classifier, FeaturesLike, Label, LabelsLike, Regressor, TargetsLike, WeightOptions,
} from '../../src/estimators/index.js'
import type { FeatureMatrix } from '../../src/estimators/check-array.js'
import { accuracyScore, r2Score } from '../../src/metrics/index.js'
import type { Parameter } from '../../src/nn/index.js'
import { boolean, number } from '../../src/nn/parameters.js'

const rowsOf = ({ data, shape: [rows, columns] }: FeatureMatrix): number[][] =>
  Array.from({ length: rows }, (_, row) => [...data.subarray(row * columns, (row + 1) * columns)])

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

const priors: Parameter<readonly number[], readonly number[], false> = {
  type: 'list', help: 'probabilities of the classes', required: false, allowed: 'a list of numbers',
  read: (value) => Array.isArray(value) ? value as number[] : undefined, write: (value) => value,
}

const bayesParameters = { varSmoothing: number({ help: 'share of the largest variance added to all', default: 1e-9, min: 0 }), priors }

/** scikit-learn's GaussianNB. */
export class NaiveBayes extends Estimator<typeof bayesParameters> implements Classifier<typeof bayesParameters> {
  override readonly estimatorType = 'classifier'
  private learned: { classes: Label[], means: number[][], variances: number[][], shares: number[] } | undefined

  constructor(options?: { varSmoothing?: number, priors?: readonly number[] }) {
    super('NaiveBayes', bayesParameters, options)
  }

  async fit(X: FeaturesLike, y: LabelsLike, { sampleWeight }: WeightOptions = {}): Promise<this> {
    const rows = rowsOf(this.learnFeatures(X))
    const labels = Array.from(y as ArrayLike<Label>)
    const classes = [...new Set(labels)].sort((a, b) => a < b ? -1 : 1)
    const weight = (row: number): number => sampleWeight?.[row] ?? 1
    const columns = rows[0]!.map((_, j) => rows.map((row) => row[j]!))
    const variance = (values: number[], weights: number[]): [number, number] => {
      const mean = sum(values.map((v, i) => v * weights[i]!)) / sum(weights)
      return [mean, sum(values.map((v, i) => (v - mean) ** 2 * weights[i]!)) / sum(weights)]
    }
    const epsilon = this.params.varSmoothing * Math.max(...columns.map((c) => variance(c, c.map(() => 1))[1]))
    const parts = classes.map((label) => labels.flatMap((other, row) => other === label ? [row] : []))
    const moments = parts.map((part) => columns.map((c) => variance(part.map((row) => c[row]!), part.map(weight))))
    const sizes = parts.map((part) => sum(part.map(weight)))
    this.learned = {
      classes, means: moments.map((m) => m.map(([mean]) => mean)),
      variances: moments.map((m) => m.map(([, v]) => v + epsilon)),
      shares: this.params.priors?.slice() ?? sizes.map((size) => size / sum(sizes)),
    }
    return this
  }

  async predictProba(X: FeaturesLike): Promise<{ data: Float64Array, shape: number[] }> {
    const { classes, means, variances, shares } = this.fitted(this.learned, 'predictProba')
    const rows = rowsOf(this.checkFeatures('predictProba', X))
    const data = rows.flatMap((row) => {
      const logs = classes.map((_, c) => Math.log(shares[c]!) - 0.5 * sum(row.map((x, j) =>
        Math.log(2 * Math.PI * variances[c]![j]!) + (x - means[c]![j]!) ** 2 / variances[c]![j]!)))
      const top = Math.max(...logs)
      const total = top + Math.log(sum(logs.map((log) => Math.exp(log - top))))
      return logs.map((log) => Math.exp(log - total))
    })
    return { data: Float64Array.from(data), shape: [rows.length, classes.length] }
  }

  async predict(X: FeaturesLike): Promise<Label[]> {
    const { data, shape: [rows, n] } = await this.predictProba(X) as { data: Float64Array, shape: [number, number] }
    return Array.from({ length: rows }, (_, row) => {
      const own = data.subarray(row * n, (row + 1) * n)
      return this.classes[own.indexOf(Math.max(...own))]!
    })
  }

  get classes(): readonly Label[] {
    return this.fitted(this.learned, 'classes').classes
  }

  async score(X: FeaturesLike, y: LabelsLike, options?: WeightOptions): Promise<number> {
    return accuracyScore(Array.from(y as ArrayLike<Label>), await this.predict(X), options)
  }
}

const ridgeParameters = {
  alpha: number({ help: 'weight of the penalty', default: 1, min: 0 }),
  fitIntercept: boolean({ help: 'whether there is an intercept', default: true }),
}

/** scikit-learn's Ridge, by the normal equations. */
export class RidgeRegression extends Estimator<typeof ridgeParameters> implements Regressor<typeof ridgeParameters> {
  override readonly estimatorType = 'regressor'
  private learned: { weights: number[], intercept: number } | undefined

  constructor(options?: { alpha?: number, fitIntercept?: boolean }) {
    super('RidgeRegression', ridgeParameters, options)
  }

  async fit(X: FeaturesLike, y: TargetsLike): Promise<this> {
    const rows = rowsOf(this.learnFeatures(X))
    const targets = Array.from(y as ArrayLike<number>)
    const { alpha, fitIntercept } = this.params
    const mean = (values: number[]): number => fitIntercept ? sum(values) / values.length : 0
    const columns = rows[0]!.map((_, j) => rows.map((row) => row[j]!))
    const centres = columns.map(mean)
    const centred = columns.map((c, j) => c.map((v) => v - centres[j]!))
    const middle = mean(targets)
    const system = centred.map((c, j) => [
      ...centred.map((d, k) => sum(c.map((v, i) => v * d[i]!)) + (j === k ? alpha : 0)),
      sum(c.map((v, i) => v * (targets[i]! - middle))),
    ])
    system.forEach((pivot, j) => system.forEach((row, k) => {
      if (j === k) return
      const factor = row[j]! / pivot[j]!
      row.forEach((_, i) => row[i]! -= factor * pivot[i]!)
    }))
    const weights = system.map((row, j) => row.at(-1)! / row[j]!)
    this.learned = { weights, intercept: middle - sum(weights.map((w, j) => w * centres[j]!)) }
    return this
  }

  async predict(X: FeaturesLike): Promise<number[]> {
    const { weights, intercept } = this.fitted(this.learned, 'predict')
    return rowsOf(this.checkFeatures('predict', X)).map((row) => intercept + sum(row.map((x, j) => x * weights[j]!)))
  }

  async score(X: FeaturesLike, y: TargetsLike, options?: WeightOptions): Promise<number> {
    return r2Score(Array.from(y as ArrayLike<number>), await this.predict(X), options)
  }
}
