/** DummyClassifier. */
import { MyelinError } from '../../core/index.js'
import type { OptionsOf, Parameter } from '../../nn/index.js'
import { choice } from '../../nn/parameters.js'
import type { Matrix } from '../../train/index.js'
import type { Label } from '../contract.js'
import type { RandomState } from '../mt19937.js'
import { checkRandomState } from '../mt19937.js'
import { floats, record } from '../state.js'
import { weightByClass } from '../supervised/class-weight.js'
import type { ClassRows, Features } from '../supervised/classifier.js'
import { largestColumns, ProbabilityClassifier } from '../supervised/classifier.js'
import { randomState } from '../supervised/parameters.js'

const constant: Parameter<Label, Label, false> = {
  type: 'name',
  help: 'the class that the strategy "constant" gives',
  required: false,
  allowed: 'a label: a text or a whole number',
  read: (value) => (typeof value === 'string' || Number.isSafeInteger(value) ? (value as Label) : undefined),
  write: (value) => value,
}

const parameters = {
  strategy: choice({
    default: 'prior',
    choices: ['mostFrequent', 'prior', 'stratified', 'uniform', 'constant'],
    help: 'the most frequent class (prior: with the classes\' shares as probabilities); classes drawn by their shares or all ' +
      'alike; or always the same',
  }),
  randomState: randomState('the seed of what is drawn, or a generator; default 0'),
  constant,
}

interface State {
  /** The share of each class in the weights of the rows. */
  readonly classPrior: Float64Array
}

/**
 * Answers without looking at the features: what any classifier has to beat (scikit-learn's `DummyClassifier`). The draws
 * of `uniform` are scikit-learn's, those of `stratified` are not; they begin anew with each call.
 */
export class DummyClassifier extends ProbabilityClassifier<typeof parameters, State> {
  protected override readonly fewestClasses = 1
  protected override readonly form = record<State>({ classPrior: floats() })

  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options?: OptionsOf<typeof parameters>) {
    super('DummyClassifier', parameters, options)
  }

  /** The share of each class. @throws MyelinError `state` before `fit` */
  get classPrior(): Float64Array {
    return this.stateFor('classPrior').classPrior
  }

  protected override fits({ classPrior }: State, classes: number): boolean {
    return classPrior.length === classes
  }

  protected override learn({ codes, classes, weights }: ClassRows): State {
    if (this.params.strategy === 'constant') this.constantIn(classes)
    const { counts, total } = weightByClass(codes, classes.length, weights)
    return { classPrior: counts.map((count) => count / total) }
  }

  protected override async decide(state: State, X: Features): Promise<Int32Array> {
    const { strategy } = this.params
    return strategy === 'stratified' || strategy === 'uniform' ? this.drawn(state, X.shape[0]) : super.decide(state, X)
  }

  protected override probabilities(state: State, { shape: [rows] }: Features): Matrix {
    const { classPrior } = state, { strategy } = this.params
    const columns = classPrior.length
    const one = (code: number): Float64Array => Float64Array.from({ length: columns }, (_, k) => (k === code ? 1 : 0))
    const drawn = strategy === 'stratified' ? this.drawn(state, rows) : undefined
    const row = strategy === 'prior' ? classPrior
      : strategy === 'uniform' ? new Float64Array(columns).fill(1 / columns)
      : one(strategy === 'constant' ? this.constantIn(this.classes)
        : largestColumns({ data: classPrior, shape: [1, columns] })[0]!)
    const data = new Float64Array(rows * columns)
    for (let i = 0; i < rows; i++) data.set(drawn ? one(drawn[i]!) : row, i * columns)
    return { data, shape: [rows, columns] }
  }

  /** A class for each row. */
  private drawn({ classPrior }: State, rows: number): Int32Array {
    const { strategy, randomState } = this.params as { strategy: string, randomState?: number | RandomState }
    const random = checkRandomState(randomState)
    return Int32Array.from({ length: rows }, () => {
      if (strategy === 'uniform') return random.randint(classPrior.length)
      let left = random.randomSample()
      const found = classPrior.findIndex((share) => (left -= share) < 0)
      return found < 0 ? classPrior.length - 1 : found
    })
  }

  private constantIn(classes: readonly Label[]): number {
    const { constant } = this.params as { readonly constant?: Label }
    const code = constant === undefined ? -1 : classes.indexOf(constant)
    if (code >= 0) return code
    throw new MyelinError('argument', `DummyClassifier: constant: expected one of the classes ${
      classes.slice(0, 10).map((label) => JSON.stringify(label)).join(', ')}, received ${
      constant === undefined ? 'nothing' : JSON.stringify(constant)}`)
  }
}
