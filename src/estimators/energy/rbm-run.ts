/** The training of a restricted Boltzmann machine in a backend's memory. */
import type { Backend, FloatType, Node, Program, Session, TypedArray, Variable } from '../../core/index.js'
import { dtypeOf, placeholder, typedArray, variable } from '../../core/index.js'
import { add, cast, less, matmul, mul, sigmoid, sub, sum, Tensor, transpose } from '../../ops/index.js'
import type { FeatureMatrix } from '../check-array.js'
import type { RandomState } from '../mt19937.js'

/** What a machine has learned. */
export interface Learned {
  /** [components, features] */
  readonly components: Float64Array
  readonly interceptHidden: Float64Array
  readonly interceptVisible: Float64Array
  readonly iterations: number
}

export interface RbmRunOptions {
  readonly nComponents: number
  readonly learningRate: number
  readonly batchSize: number
  readonly persistent: boolean
  readonly gibbsSteps: number
  readonly backend: Backend
}

/** The standard deviation of the initial weights, as in scikit-learn. */
const initialDeviation = 0.01

/**
 * A step on a batch, compiled once for each number of rows. Uniform numbers are fed, in the order in which scikit-learn
 * draws them: those of the visible units of a step of the chains, then those of its hidden units.
 */
export class RbmRun {
  private readonly session: Session
  private readonly dtype: FloatType
  private readonly weights: Variable
  private readonly hiddenBias: Variable
  private readonly visibleBias: Variable
  /** The hidden units of the persistent chains. */
  private readonly chains: Variable
  private readonly programs = new Map<number, Program>()

  constructor(
    private readonly rows: FeatureMatrix,
    private readonly options: RbmRunOptions,
    private readonly random: RandomState,
  ) {
    const { nComponents, batchSize, backend } = options
    const features = rows.shape[1]
    this.dtype = dtypeOf(rows.data) as FloatType
    const initial = Float64Array.from({ length: nComponents * features }, () => random.normal(0, initialDeviation))
    this.weights = variable('components', [nComponents, features], typedArray(this.dtype, initial))
    this.hiddenBias = variable('interceptHidden', [nComponents], typedArray(this.dtype, nComponents))
    this.visibleBias = variable('interceptVisible', [features], typedArray(this.dtype, features))
    this.chains = variable('chains', [batchSize, nComponents], typedArray(this.dtype, batchSize * nComponents))
    this.session = backend.session([this.weights, this.hiddenBias, this.visibleBias, this.chains])
  }

  /** Learns from the rows `from` to `to`. */
  batch(from: number, to: number): void {
    const { rows: { data, shape: [, features] }, options: { nComponents, batchSize, persistent, gibbsSteps } } = this
    const chains = persistent ? batchSize : to - from
    const uniforms = (width: number): TypedArray =>
      typedArray(this.dtype, Float64Array.from({ length: chains * width }, () => this.random.randomSample()))
    const feeds: TypedArray[] = [data.slice(from * features, to * features)]
    if (!persistent) feeds.push(uniforms(nComponents))
    for (let step = 0; step < gibbsSteps; step++) {
      feeds.push(uniforms(features))
      if (persistent || step < gibbsSteps - 1) feeds.push(uniforms(nComponents))
    }
    let program = this.programs.get(to - from)
    if (!program) this.programs.set(to - from, (program = this.compile(to - from, feeds.length)))
    program.run(feeds)
  }

  learned(iterations: number): Learned {
    const read = (one: Variable): Float64Array => Float64Array.from(this.session.read(one))
    return {
      components: read(this.weights), interceptHidden: read(this.hiddenBias), interceptVisible: read(this.visibleBias), iterations,
    }
  }

  release(): void {
    this.session.release()
  }

  private compile(size: number, count: number): Program {
    const { dtype, options: { persistent, gibbsSteps, learningRate } } = this
    const features = this.rows.shape[1]
    const [weights, hiddenBias, visibleBias] = [this.weights, this.hiddenBias, this.visibleBias].map((one) => new Tensor(one)) as
      [Tensor, Tensor, Tensor]
    const hiddenOf = (v: Tensor): Tensor => sigmoid(add(matmul(v, transpose(weights)), hiddenBias))
    const visibleOf = (h: Tensor): Tensor => sigmoid(add(matmul(h, weights), visibleBias))
    const inputs: Node[] = [placeholder('rows', [size, features], dtype)]
    /** The probabilities turned into 0 and 1 by the next numbers that are fed. */
    const drawn = (probabilities: Tensor): Tensor => {
      const uniform = placeholder(`uniform ${inputs.length}`, probabilities.shape, dtype)
      inputs.push(uniform)
      return cast(less(new Tensor(uniform), probabilities), dtype)
    }
    const data = new Tensor(inputs[0]!)
    const positive = hiddenOf(data)
    let h = persistent ? new Tensor(this.chains) : drawn(positive)
    let v = h, negative = h
    for (let step = 0; step < gibbsSteps; step++) {
      v = drawn(visibleOf(h))
      negative = hiddenOf(v)
      if (persistent || step < gibbsSteps - 1) h = drawn(negative)
    }
    if (inputs.length !== count) throw new RangeError(`${inputs.length} placeholders, ${count} feeds`)
    const rate = learningRate / size
    const updates: (readonly [Variable, Node])[] = [
      [this.weights, add(weights, mul(sub(matmul(transpose(positive), data), matmul(transpose(negative), v)), rate)).node],
      [this.hiddenBias, add(hiddenBias, mul(sub(sum(positive, { axis: 0 }), sum(negative, { axis: 0 })), rate)).node],
      [this.visibleBias, add(visibleBias, mul(sub(sum(data, { axis: 0 }), sum(v, { axis: 0 })), rate)).node],
      ...(persistent ? [[this.chains, h.node] as const] : []),
    ]
    return this.session.compile({ inputs, updates })
  }
}
