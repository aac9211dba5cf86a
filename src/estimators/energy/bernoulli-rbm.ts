/** BernoulliRBM: a restricted Boltzmann machine. */
import type { Backend, Shape, TypedArray } from '../../core/index.js'
import { constantArray, defaultBackend, MyelinError } from '../../core/index.js'
import type { OptionsOf } from '../../nn/index.js'
import { parameters as kinds } from '../../nn/index.js'
import { add, cast, matmul, mul, sigmoid, softplus, sum, Tensor, transpose } from '../../ops/index.js'
import { now, Turns } from '../../train/event-loop.js'
import type { Matrix } from '../../train/index.js'
import type { FeatureMatrix, FeaturesLike } from '../check-array.js'
import type { RandomState, RandomStateLike } from '../mt19937.js'
import { checkRandomState } from '../mt19937.js'
import { checkArray } from '../check-array.js'
import type { LabelsLike, TargetsLike } from '../contract.js'
import { LearningTransformer } from '../preprocessing/learning.js'
import { randomState } from '../supervised/parameters.js'
import { count, floats, record } from '../state.js'
import type { Learned } from './rbm-run.js'
import { RbmRun } from './rbm-run.js'

const parameters = {
  nComponents: kinds.integer({ default: 256, min: 1, help: 'the number of hidden units' }),
  learningRate: kinds.number({ default: 0.1, above: 0, help: 'the learning rate; better chosen for the data' }),
  batchSize: kinds.integer({ default: 10, min: 1, help: 'rows in a batch, and for persistent chains their number' }),
  nIter: kinds.integer({ default: 10, min: 1, help: 'passes over the rows' }),
  persistent: kinds.boolean({ default: true, help: 'whether the chains go on from batch to batch, or begin at the rows of each' }),
  gibbsSteps: kinds.integer({ default: 1, min: 1, help: 'k: steps of each chain for one update of the weights' }),
  randomState: randomState('the seed of the initial weights and of all draws, or a generator; default 0'),
}

const form = record<Learned>({
  components: floats(), interceptHidden: floats(), interceptVisible: floats({ perFeature: true }), iterations: count,
})

/** What `fit` takes beside the rows. */
export interface RbmFitOptions {
  /** Rows have no weights here. */
  readonly sampleWeight?: undefined
  /** Stops at the end of a batch; what was learned by then stays. */
  readonly signal?: AbortSignal
  /** Called after each pass over the rows, from 1, with the mean of `scoreSamples` of the rows where it asks for it. */
  readonly onIteration?: (iteration: number, pseudoLikelihood: () => Promise<number>) => void | Promise<void>
  readonly backend?: Backend
}

/**
 * A Boltzmann machine of visible and hidden units, 0 or 1 each, with weights between the two kinds alone (Smolensky 1986):
 * p(h, v) ∝ exp(-E), E = -(bᵥ·v + bₕ·h + h·W v). The features are the probabilities of the hidden units, σ(W v + bₕ).
 * It learns by following the likelihood with chains in place of the model's own expectation: persistent contrastive
 * divergence (Tieleman 2008), the default, or contrastive divergence (Hinton 2002) with k = `gibbsSteps`. Names, defaults
 * and, in float64 from the same seed, numbers are those of scikit-learn's `BernoulliRBM`, which has the former with k = 1.
 *
 * Features are probabilities: values from 0 to 1.
 */
export class BernoulliRBM extends LearningTransformer<typeof parameters, Learned> {
  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options?: OptionsOf<typeof parameters>) {
    super('BernoulliRBM', parameters, options, form)
  }

  /** The weights, [components, features]. @throws MyelinError `state` before `fit` */
  get components(): Matrix {
    const { components, interceptHidden } = this.attributes('components')
    return { data: components, shape: [interceptHidden.length, this.nFeaturesIn] }
  }

  /** The biases of the hidden units. @throws MyelinError `state` before `fit` */
  get interceptHidden(): Float64Array {
    return this.attributes('interceptHidden').interceptHidden
  }

  /** The biases of the visible units. @throws MyelinError `state` before `fit` */
  get interceptVisible(): Float64Array {
    return this.attributes('interceptVisible').interceptVisible
  }

  /** Passes over the rows. @throws MyelinError `state` before `fit` */
  get nIterDone(): number {
    return this.attributes('nIterDone').iterations
  }

  /**
   * Learns from rows, and starts anew where it was fitted before.
   *
   * @param X [rows, features], values from 0 to 1
   * @throws MyelinError `data` for other values
   */
  async fit(X: FeaturesLike, _y?: LabelsLike | TargetsLike, { signal, onIteration, backend = defaultBackend() }: RbmFitOptions = {}): Promise<this> {
    const { batchSize, nIter, randomState: seed } = this.params
    const matrix = checkArray(`${this.kind}.fit: X`, X)
    requireProbabilities(`${this.kind}.fit: X`, matrix)
    this.rememberFeatures(matrix)
    const random = checkRandomState(seed)
    const [rows] = matrix.shape
    const run = new RbmRun(matrix, { ...this.params, backend }, random)
    const turns = new Turns()
    const going = (): boolean => signal?.aborted !== true
    let iterations = 0
    try {
      for (; iterations < nIter && going(); iterations++) {
        for (let from = 0; from < rows && going(); from += batchSize) {
          run.batch(from, Math.min(rows, from + batchSize))
          if (turns.due(now())) await turns.take()
        }
        if (!onIteration) continue
        this.learned = run.learned(iterations + 1)
        await onIteration(iterations + 1, async () => average(await this.scoreSamples(matrix)))
      }
      this.learned = run.learned(iterations)
    } finally {
      run.release()
    }
    if (this.learned.components.some((value) => !Number.isFinite(value))) {
      this.learned = undefined
      throw new MyelinError('nan', `${this.kind}.fit: the weights grew beyond all bounds; use a smaller learningRate`)
    }
    return this
  }

  /** The probabilities of the hidden units, [rows, components]. @throws MyelinError `state` before `fit` */
  async transform(X: FeaturesLike): Promise<Matrix> {
    const v = this.visible('transform', X)
    return this.computed(this.hiddenOf(v))
  }

  getFeatureNamesOut(): string[] {
    return Array.from({ length: this.interceptHidden.length }, (_, i) => `bernoullirbm${i}`)
  }

  /**
   * The free energy of rows: -bᵥ·v - Σ softplus(W v + bₕ). The lower it is, the likelier the row.
   * @throws MyelinError `state` before `fit`
   */
  async freeEnergy(X: FeaturesLike): Promise<Float64Array> {
    const { data } = await this.computed(this.energyOf(this.visible('freeEnergy', X)))
    return Float64Array.from(data)
  }

  /**
   * The pseudo-likelihood of each row, a stand-in for the likelihood: from the free energies of the row and of the row with
   * one feature, drawn at random, turned around (features · log σ(F' - F)).
   *
   * @throws MyelinError `state` before `fit`
   */
  async scoreSamples(X: FeaturesLike, { seed = 0 }: { readonly seed?: RandomStateLike } = {}): Promise<Float64Array> {
    const matrix = this.checkFeatures('scoreSamples', X)
    const [rows, features] = matrix.shape
    const random = checkRandomState(seed)
    const turned = { ...matrix, data: matrix.data.slice() }
    for (let row = 0; row < rows; row++) {
      const at = row * features + random.randint(0, features)
      turned.data[at] = 1 - turned.data[at]!
    }
    const [own, other] = [await this.freeEnergy(matrix), await this.freeEnergy(turned)]
    const { data } = await this.computed(mul(softplus(tensorOf(other.map((energy, i) => own[i]! - energy), [rows])), -features))
    return Float64Array.from(data)
  }

  /**
   * Rows after some steps of a chain: hidden units drawn for the visible ones, then visible for those.
   *
   * @param steps default 1
   * @throws MyelinError `state` before `fit`
   */
  async gibbs(X: FeaturesLike, { steps = 1, seed = 0 }: { readonly steps?: number, readonly seed?: RandomStateLike } = {}): Promise<Matrix> {
    const random = checkRandomState(seed)
    let v: Matrix = this.checkFeatures('gibbs', X)
    const weights = this.weights()
    for (let step = 0; step < steps; step++) {
      const hidden = await this.computed(this.hiddenOf(tensorOf(v.data, v.shape)))
      const h = drawn(hidden, random)
      v = drawn(await this.computed(sigmoid(add(matmul(tensorOf(h.data, h.shape), weights.components), weights.visible))), random)
    }
    return v
  }

  private visible(method: string, X: FeaturesLike): Tensor {
    const { data, shape } = this.checkFeatures(method, X)
    return tensorOf(data, shape)
  }

  private weights(): { components: Tensor, hidden: Tensor, visible: Tensor } {
    const { components: { data, shape } } = this
    return {
      components: tensorOf(data, shape), hidden: tensorOf(this.interceptHidden, [shape[0]!]),
      visible: tensorOf(this.interceptVisible, [shape[1]!]),
    }
  }

  private hiddenOf(v: Tensor): Tensor {
    const { components, hidden } = this.weights()
    return sigmoid(add(matmul(cast(v, 'float64'), transpose(components)), hidden))
  }

  private energyOf(v: Tensor): Tensor {
    const { components, hidden, visible } = this.weights()
    const wide = cast(v, 'float64')
    return mul(add(sum(mul(wide, visible), { axis: 1 }), sum(softplus(add(matmul(wide, transpose(components)), hidden)), { axis: 1 })), -1)
  }

  private async computed(result: Tensor): Promise<Matrix> {
    return { data: (await result.data()) as Float64Array, shape: result.shape }
  }
}

const tensorOf = (data: TypedArray, shape: Shape): Tensor => new Tensor(constantArray(shape, data))

/** 1 with the probability of each place, otherwise 0. */
const drawn = ({ data, shape }: Matrix, random: RandomState): Matrix =>
  ({ data: Float64Array.from(data, (probability: number) => (random.randomSample() < probability ? 1 : 0)), shape })

const average = (values: Float64Array): number => values.reduce((a, b) => a + b, 0) / values.length

/** @throws MyelinError `data` naming row and column */
function requireProbabilities(what: string, { data, shape: [, features] }: FeatureMatrix): void {
  const bad = data.findIndex((value: number) => value < 0 || value > 1)
  if (bad < 0) return
  throw new MyelinError('data', `${what}: row ${Math.floor(bad / features) + 1}, column ${(bad % features) + 1} is ${data[bad]}; ` +
    'expected values from 0 to 1; scale them with MinMaxScaler first')
}
