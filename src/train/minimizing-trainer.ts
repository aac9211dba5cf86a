/** Training by an optimiser for full batches: a compiled loss with its gradients, and the optimiser's loop on the host. */
import type { Backend, Node, Program, Session, Variable } from '../core/index.js'
import { grad, keyOf, MyelinError, sizeOf, topological, typedArray, variable } from '../core/index.js'
import type { FullBatchOptimizer, NamedArray, Network, NetworkVariable } from '../nn/index.js'
import type { Ending, Evaluated, Pair } from '../nn/quasi-newton.js'
import { QuasiNewton } from '../nn/quasi-newton.js'
import { Tensor } from '../ops/index.js'
import { Averages } from './averages.js'
import { firstNonFinite } from './diagnose.js'
import type { DataVariables } from './graph.js'
import { batchLoss, measured, meansOf, variablesOf, wholeBatch } from './graph.js'
import { Savepoint } from './savepoint.js'
import type { Compiled, OptimizerMemory, StepGraph } from './step.js'
import { memoryVariables } from './step.js'
import type { Position, Snapshot, Training } from './training.js'
import type { Identity } from './training-state.js'
import { arrayOf } from './training-state.js'

export interface MinimizingOptions {
  readonly network: Network
  readonly compiled: Compiled<FullBatchOptimizer>
  readonly memory: OptimizerMemory
  /** The epoch at which this call begins, from 0. */
  readonly initialEpoch: number
  readonly data: DataVariables
  readonly seed: number
  readonly backend: Backend
  /** More variables that the session is to hold. */
  readonly extra: readonly Variable[]
}

/** An epoch is one iteration of the optimiser; its one batch is done when a point is accepted. */
export class MinimizingTrainer implements Training {
  epoch: number
  batch = 0
  readonly batches = 1
  readonly whole = false
  readonly session: Session
  /** The step that is tried first along each direction. */
  readonly learningRate = 1
  readonly averages: Averages
  private readonly graph: StepGraph
  /** The loss, the metrics' sums and the gradients at the weights in the session. */
  private readonly evaluation: Program
  /** What layers keep of a batch, such as its mean; taken once for each accepted point. */
  private readonly statistics: Program | null
  private readonly parameters: readonly NetworkVariable[]
  /** What iterations change. */
  private readonly changing: readonly Variable[]
  private minimizer: QuasiNewton | undefined
  private over: Ending | null = null
  /** How many sums the evaluation gives for the metrics. */
  private readonly sums: number
  /** Loss, then these sums. */
  private latest: readonly number[] = []
  private earlier: number
  private readonly savepoint = new Savepoint()
  private version: number

  constructor(private readonly options: MinimizingOptions) {
    const { network, compiled, memory, initialEpoch, data, seed, backend, extra } = options
    this.epoch = initialEpoch
    this.earlier = Math.max(0, memory.epochs - initialEpoch)
    const batch = wholeBatch(data, network.dtype)
    const key = variable('key', [2], Int32Array.from(keyOf(seed)))
    const pass = network.forward(batch.x, {
      training: true,
      key: new Tensor(key),
      step: new Tensor(memory.step),
    })
    const loss = batchLoss(compiled, pass, batch).node
    const sums = measured(network, compiled.metrics, pass, batch).map(({ node }) => node)
    this.sums = sums.length
    this.parameters = network.variables.filter((v) => v.trainable)
    requireDeterministic(compiled.optimizer, loss, key, this.parameters)
    const gradients = grad(loss, this.parameters.map((v) => v.variable))
    this.graph = { loss, inputs: [], feeds: [], updates: this.parameters.map((v, i) => [v.variable, gradients[i]!] as const) }
    this.session = backend.session([
      ...network.variables.map((v) => v.variable), ...variablesOf(data), ...extra,
    ])
    this.evaluation = this.session.compile({ outputs: [loss, ...sums, ...gradients] })
    this.statistics = pass.updates.length > 0 ? this.session.compile({ updates: pass.updates }) : null
    this.changing = [...this.parameters.map((v) => v.variable), ...pass.updates.map(([statistic]) => statistic)]
    this.averages = new Averages(this.session, network, compiled, memory)
    this.version = network.weightsVersion
  }

  get ending(): Ending | null {
    return this.over ?? (this.begun().flat ? 'converged' : null)
  }

  /** The compiled loss and gradients, as text. */
  explain(): string {
    return this.evaluation.explain()
  }

  startEpoch(epoch: number): void {
    this.epoch = epoch
    this.batch = 0
    this.options.memory.epochs = this.earlier + epoch + 1
  }

  get batchNumber(): number {
    return this.epoch + this.batch
  }

  get samples(): number {
    return (this.batchNumber - this.options.initialEpoch) * this.options.data.rows
  }

  ready(): number {
    return 1 - this.batch
  }

  run(): void {
    const outcome = this.begun().iterate((x) => this.evaluate(x))
    if (outcome === 'nan') {
      // the session keeps the weights with which that came out, for `diagnose`
      this.latest = [NaN]
      return
    }
    this.over = outcome
    if (outcome === 'lineSearchFailed') {
      this.write(this.begun().x)
      return
    }
    this.options.memory.step.data[0]!++
    this.statistics?.run()
    this.batch = 1
  }

  values(): number[] {
    const { network, compiled, data: { rows, weights } } = this.options
    const [loss, ...sums] = this.latest
    return [loss!, ...meansOf(network, compiled.metrics, sums, rows, weights !== null)]
  }

  loss(): number {
    return this.latest[0]!
  }

  runEpochs(): never {
    throw new MyelinError('unsupported', `${this.options.compiled.optimizer.kind} runs one epoch at a time`)
  }

  save(): Snapshot {
    const { evaluations, pairs } = this.begun()
    return {
      epoch: this.epoch,
      batch: this.batch,
      values: [
        this.options.memory.step.data.slice(),
        Int32Array.of(evaluations),
        ...this.changing.map((v) => this.session.read(v)),
        ...pairs.flatMap(({ step, change }) => [step, change]),
      ],
    }
  }

  restore({ epoch, batch, values: [step, evaluations, ...arrays] }: Snapshot): void {
    this.epoch = epoch
    this.batch = batch
    this.options.memory.step.data[0] = step![0]!
    this.changing.forEach((v, i) => this.session.write(v, arrays[i]!))
    const past = arrays.slice(this.changing.length) as Float64Array[]
    this.begin(
      past.flatMap((array, i) => (i % 2 === 0 ? [{ step: array, change: past[i + 1]! }] : [])),
      evaluations![0]! - 1,
    )
  }

  keep(time: number): void {
    this.savepoint.keep(time, () => this.save())
  }

  saveSoon(): void {
    this.savepoint.stale = true
  }

  rewind(): void {
    if (this.savepoint.snapshot) this.restore(this.savepoint.snapshot)
  }

  replay(epochs: number): boolean {
    if (this.batch === 0) return true
    if (this.epoch + 1 >= epochs) return false
    this.startEpoch(this.epoch + 1)
    return true
  }

  saveArrays(): NamedArray[] {
    this.store()
    const evaluations = Int32Array.of(this.begun().evaluations)
    return [
      ...this.options.network.variables.map(({ variable: { name, shape }, variable: weights }) => ({
        name: `weights/${name}`, shape, data: this.session.read(weights),
      })),
      ...memoryVariables(this.options.memory).map(({ name, shape, data }) => ({
        name: `optimizer/${name}`, shape, data: data.slice(),
      })),
      { name: 'epoch/evaluations', shape: [1], data: evaluations },
    ]
  }

  restoreArrays(arrays: readonly NamedArray[], { epoch, batch, earlier }: Position): void {
    const { network, memory } = this.options
    const remembered = memoryVariables(memory)
    const weights = network.variables.map(({ variable: v }) => arrayOf(arrays, `weights/${v.name}`, v).data)
    const past = remembered.map((v) => arrayOf(arrays, `optimizer/${v.name}`, v).data)
    const { data: [evaluations] } = arrayOf(arrays, 'epoch/evaluations', { shape: [1], dtype: 'int32' })
    if (batch > 1) throw new MyelinError('data', `the state is at batch ${batch} of 1`)
    network.variables.forEach(({ variable: v }, i) => this.session.write(v, weights[i]!))
    remembered.forEach((v, i) => (v.data as Float64Array).set(past[i] as Float64Array))
    this.epoch = epoch
    this.batch = batch
    this.earlier = earlier
    memory.epochs = earlier + epoch + (batch > 0 ? 1 : 0)
    this.begin(this.remembered(), evaluations! - 1)
    this.downloadWeights()
    this.saveSoon()
  }

  get identity(): Pick<Identity, 'data' | 'numbers'> {
    const { data, seed } = this.options
    return { data, numbers: { batchSize: data.rows, seed } }
  }

  get earlierPasses(): number {
    return this.earlier
  }

  diagnose(before: Snapshot): Node | undefined {
    const node = firstNonFinite(this.session, this.graph)
    this.restore(before)
    return node
  }

  finite(): boolean {
    return this.begun().x.every(Number.isFinite)
  }

  download(): void {
    this.store()
    this.downloadWeights()
  }

  /** Keeps the pairs in the optimiser's memory. */
  private store(): void {
    const { slots } = this.options.memory
    let at = 0
    for (const { name, variable: { shape } } of this.parameters) {
      const size = sizeOf(shape)
      const { steps, changes } = slots.get(name)! as Readonly<Record<'steps' | 'changes', Variable>>
      this.begun().pairs.forEach(({ step, change }, k) => {
        steps.data.set(step.subarray(at, at + size), k * size)
        changes.data.set(change.subarray(at, at + size), k * size)
      })
      at += size
    }
  }

  downloadWeights(): void {
    const { network } = this.options
    for (const { variable: weights } of network.variables) this.session.read(weights, weights.data)
    network.weightsChanged()
    this.version = network.weightsVersion
  }

  uploadChangedWeights(): void {
    const { network } = this.options
    if (this.version === network.weightsVersion) return
    for (const { variable: weights } of network.variables) this.session.write(weights, weights.data)
    this.version = network.weightsVersion
    const { pairs, evaluations } = this.begun()
    this.begin(pairs, evaluations)
    this.saveSoon()
  }

  /** The optimiser, which goes on from what it remembers of earlier calls. */
  private begun(): QuasiNewton {
    return this.minimizer ?? this.begin(this.remembered(), 0)
  }

  /** Begins at the session's weights. */
  private begin(pairs: readonly Pair[], evaluations: number): QuasiNewton {
    const { network: { dtype }, compiled: { optimizer }, memory } = this.options
    const start = new Float64Array(this.size)
    let at = 0
    for (const { variable: weights } of this.parameters) {
      const values = this.session.read(weights)
      start.set(values, at)
      at += values.length
    }
    const first = this.evaluate(start)
    this.over = null
    this.minimizer = new QuasiNewton(optimizer.quasiNewton, { start, first, evaluations, pairs,
      begun: memory.step.data[0]! > 1, dtype })
    return this.minimizer
  }

  private get size(): number {
    return this.parameters.reduce((total, { variable: { shape } }) => total + sizeOf(shape), 0)
  }

  /** The pairs in the optimiser's memory; what was not used yet holds zeros. */
  private remembered(): Pair[] {
    const { memory: { slots }, compiled: { optimizer: { quasiNewton: { historySize } } } } = this.options
    const pairs = Array.from({ length: historySize }, () => ({
      step: new Float64Array(this.size), change: new Float64Array(this.size),
    }))
    let at = 0
    for (const { name, variable: { shape } } of this.parameters) {
      const size = sizeOf(shape)
      const { steps, changes } = slots.get(name)! as Readonly<Record<'steps' | 'changes', Variable>>
      pairs.forEach(({ step, change }, k) => {
        step.set(steps.data.subarray(k * size, (k + 1) * size), at)
        change.set(changes.data.subarray(k * size, (k + 1) * size), at)
      })
      at += size
    }
    return pairs.filter(({ change }) => change.some((value) => value !== 0))
  }

  private write(x: Float64Array): void {
    let at = 0
    for (const { variable: weights } of this.parameters) {
      const size = sizeOf(weights.shape)
      this.session.write(weights, typedArray(weights.dtype, x.subarray(at, at + size)))
      at += size
    }
  }

  private evaluate(x: Float64Array): Evaluated {
    this.write(x)
    this.evaluation.run()
    const { sums } = this
    this.latest = Array.from({ length: 1 + sums }, (_, i) => this.evaluation.output(i)[0]!)
    const gradient = new Float64Array(this.size)
    let at = 0
    this.parameters.forEach((_, i) => {
      const part = this.evaluation.output(1 + sums + i)
      gradient.set(part, at)
      at += part.length
    })
    return { value: this.latest[0]!, gradient }
  }
}

/** @throws MyelinError `unsupported` where the loss is not the same each time, or weights may not go where they are led */
function requireDeterministic(
  { kind }: FullBatchOptimizer, loss: Node, key: Variable, parameters: readonly NetworkVariable[],
): void {
  const random = topological([loss]).find((node) => node.inputs.includes(key))
  if (random) {
    throw new MyelinError(
      'unsupported',
      `${kind}: the layer "${random.scope}" draws random numbers, so that the loss is never the same twice; ` +
        'leave it out, or use another optimiser, such as adam',
    )
  }
  const constrained = parameters.find(({ constraint }) => constraint)
  if (constrained) {
    throw new MyelinError(
      'unsupported',
      `${kind}: the weights "${constrained.name}" have a constraint, which this optimiser cannot keep; ` +
        'leave it out, or use another optimiser, such as adam',
    )
  }
}
