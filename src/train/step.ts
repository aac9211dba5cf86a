/** One training step as a graph: a batch, forward, loss, gradients, the optimiser's updates, and what is counted. */
import type { FloatType, Node, TypedArray, Variable } from '../core/index.js'
import { broadcastTo, grad, keyOf, map, scalar as s, sizeOf, typedArray, variable } from '../core/index.js'
import type { Network, NetworkVariable, Optimizer, StepOptimizer } from '../nn/index.js'
import { isFullBatch, scheduledRate } from '../nn/index.js'
import { add, Tensor } from '../ops/index.js'
import type { BatchTensors, DataVariables, Sums } from './graph.js'
import {
  batchFrom,
  batchLoss,
  measured,
  scalarVariable,
  sumUpdates,
  sumVariables,
  wholeBatch,
} from './graph.js'
import type { Objective } from './objective.js'

/** What `compile` was given. */
export interface Compiled<O extends Optimizer = Optimizer> extends Objective {
  readonly optimizer: O
}

/** The optimiser's memory between calls of `fit`. */
export interface OptimizerMemory {
  /** The number of the next step, from 1. */
  readonly step: Variable
  /** Where a schedule gives it, that of the last step. */
  readonly learningRate: Variable
  /** Per trainable variable, by its name, the optimiser's arrays. */
  readonly slots: ReadonlyMap<string, Readonly<Record<string, Variable>>>
  /** Epochs begun in earlier calls, from which the order of the rows goes on. */
  epochs: number
}

export function optimizerMemory(network: Network, optimizer: Optimizer): OptimizerMemory {
  const slots = network.variables
    .filter((v) => v.trainable)
    .map(
      ({ name, variable: parameter }) =>
        [
          name,
          Object.fromEntries(
            Object.entries(optimizer.init(parameter)).map(([slot, { shape, dtype, fill }]) => [
              slot,
              variable(`${name}/${slot}`, shape, typedArray(dtype, sizeOf(shape)).fill(fill)),
            ]),
          ),
        ] as const,
    )
  return {
    step: scalarVariable('step', 'int32', 1),
    learningRate: scalarVariable(
      'learningRate',
      network.dtype,
      isFullBatch(optimizer) || typeof optimizer.learningRate !== 'number' ? 0 : optimizer.learningRate,
    ),
    slots: new Map(slots),
    epochs: 0,
  }
}

export const memoryVariables = ({ step, learningRate, slots }: OptimizerMemory): Variable[] => [
  step,
  learningRate,
  ...[...slots.values()].flatMap((slot) => Object.values(slot)),
]

/** How many epochs of one step each are kept in device memory between readings. */
export const historyLength = 64

/** Where the random numbers of a training's steps come from. */
export class StepRandom {
  readonly key: Variable
  /** Steps that this optimiser has not seen, but the random numbers are to be beyond; absent where there are none. */
  private readonly unseen: Variable | null

  /** @param steps those of the epochs before the first one trained, that are counted whoever trained them */
  constructor(
    seed: number,
    steps: number,
    private readonly memory: OptimizerMemory,
  ) {
    const unseen = Math.max(0, steps + 1 - memory.step.data[0]!)
    this.key = variable('key', [2], Int32Array.from(keyOf(seed)))
    this.unseen = unseen === 0 ? null : scalarVariable('unseen', 'int32', unseen)
  }

  /** The number of the step, as random numbers count. */
  get step(): Tensor {
    const step = new Tensor(this.memory.step)
    return this.unseen ? add(step, new Tensor(this.unseen)) : step
  }

  /** Beside the key, which follows from the seed. */
  get lasting(): Variable[] {
    return this.unseen ? [this.unseen] : []
  }
}

/** The variables that a run of training on rows in memory adds to network, optimiser and data. */
export class StepState {
  /** The order of the rows in this epoch; absent where one batch holds them all. */
  readonly order: Variable | null
  /** How many rows of the batch count, where the last is filled up with others. */
  readonly count: Variable | null
  /** The first row of the next batch; where one batch holds all rows, the number of steps since the last reading. */
  readonly start = scalarVariable('start', 'int32')
  /** Sums over the batches of an epoch; where one batch is an epoch, the last values of each. */
  readonly sums: Sums
  readonly losses: Variable
  /** Of what `measured` gives. */
  readonly measuredValues: readonly Variable[]

  /**
   * @param places in the order; those behind the rows hold the number of the first that is none
   * @param filled the rows of every batch, where the last is filled up
   * @param names those of what `measured` gives
   */
  constructor(
    readonly whole: boolean,
    rows: number,
    places: number,
    filled: number | null,
    readonly random: StepRandom,
    names: readonly string[],
    dtype: FloatType,
  ) {
    this.order = whole ? null : variable('order', [places], new Int32Array(places).map((_, i) => Math.min(i, rows)))
    this.count = filled === null ? null : scalarVariable('count', dtype, filled)
    this.sums = sumVariables('epoch', names, dtype)
    const record = (name: string): Variable =>
      variable(`history/${name}`, [historyLength], typedArray(dtype, historyLength))
    this.losses = record('loss')
    this.measuredValues = names.map(record)
  }

  get variables(): Variable[] {
    return [this.random.key, ...[this.order, this.count].filter((one) => one !== null), ...this.lasting]
  }

  /** Those that do not follow from seed and epoch. */
  get lasting(): Variable[] {
    const counted = this.whole
      ? [this.losses, ...this.measuredValues]
      : [this.sums.loss, ...this.sums.measured]
    return [this.start, ...this.random.lasting, ...counted]
  }
}

/** A step as graph. */
export interface StepGraph {
  readonly loss: Node
  /** Placeholders that the step reads, and what to feed them; none where the rows are in the session's memory. */
  readonly inputs: readonly Node[]
  readonly feeds: readonly TypedArray[]
  readonly updates: readonly (readonly [Variable, Node])[]
}

/** What a step computes of a batch, whichever way the batch came. */
export interface TrainingGraph {
  readonly loss: Tensor
  /** What `measured` gives. */
  readonly values: readonly Tensor[]
  /** Of weights, of the optimiser's memory and of statistics. */
  readonly updates: readonly (readonly [Variable, Node])[]
  /** Of the number of the step and of the learning rate. */
  readonly counters: readonly (readonly [Variable, Node])[]
}

export function trainingGraph(
  network: Network,
  { optimizer, metrics, ...objective }: Compiled<StepOptimizer>,
  memory: OptimizerMemory,
  batch: BatchTensors,
  random: StepRandom,
  hasWeights = batch.weights !== null,
): TrainingGraph {
  const pass = network.forward(batch.x, { training: true, key: new Tensor(random.key), step: random.step })
  const loss = batchLoss(objective, pass, batch)
  const { updates, counters } = descent(loss, optimizer, network.dtype, memory, trainedWeights(network, memory))
  return { loss, values: measured(network, metrics, pass, batch, hasWeights), updates: [...updates, ...pass.updates], counters }
}

/** A weight that a step changes, with the optimiser's arrays for it. */
export interface TrainedWeight extends NetworkVariable {
  readonly slots: Readonly<Record<string, Variable>>
}

export const trainedWeights = (network: Network, { slots }: OptimizerMemory): TrainedWeight[] =>
  network.variables.filter((v) => v.trainable).map((v) => ({ ...v, slots: slots.get(v.name)! }))

/** What a step of the optimiser makes of weights, of its memory of them, and of its counters in `memory`. */
export function descent(
  loss: Tensor,
  optimizer: StepOptimizer,
  dtype: FloatType,
  memory: Pick<OptimizerMemory, 'step' | 'learningRate'>,
  weights: readonly TrainedWeight[],
): Pick<TrainingGraph, 'updates' | 'counters'> {
  const step = new Tensor(memory.step)
  const { learningRate: rate } = optimizer
  const learningRate = typeof rate === 'number' ? new Tensor(memory.learningRate) : scheduledRate(rate, step, dtype)
  const gradients = grad(
    loss.node,
    weights.map((v) => v.variable),
  )
  const results = optimizer.update(
    weights.map(({ variable: parameter, slots }, i) => ({
      parameter: new Tensor(parameter),
      gradient: new Tensor(gradients[i]!),
      state: Object.fromEntries(Object.entries(slots).map(([slot, node]) => [slot, new Tensor(node)])),
    })),
    { learningRate, step },
  )
  const updates = weights.flatMap(({ variable: parameter, constraint, slots }, i): (readonly [Variable, Node])[] => {
    const result = results[i]!
    return [
      [parameter, (constraint ? constraint.call(result.parameter) : result.parameter).node],
      ...Object.entries(slots).map(([slot, node]) => [node, result.state[slot]!.node] as const),
    ]
  })
  return {
    updates,
    counters: [
      [memory.step, add(step, 1).node],
      ...(typeof rate === 'number' ? [] : [[memory.learningRate, learningRate.node] as const]),
    ],
  }
}

/** The graph of a step on `size` rows of a data set in the session's memory. */
export function stepGraph(
  network: Network,
  compiled: Compiled<StepOptimizer>,
  memory: OptimizerMemory,
  data: DataVariables,
  state: StepState,
  size: number,
): StepGraph {
  const { dtype } = network
  const batch = state.whole ? wholeBatch(data, dtype) : batchFrom(data, state.start, size, state.order, dtype)
  const { loss, values, updates, counters } = trainingGraph(network, compiled, memory, batch, state.random)
  const start = new Tensor(state.start)
  const counted = state.whole
    ? [
        recorded(state.losses, start, loss),
        ...state.measuredValues.map((record, i) => recorded(record, start, values[i]!)),
      ]
    : sumUpdates(state.sums, loss, values, state.count ? new Tensor(state.count) : size)
  return {
    loss: loss.node,
    inputs: [],
    feeds: [],
    updates: [...updates, ...counted, [state.start, add(start, state.whole ? 1 : size).node], ...counters],
  }
}

/** The record with `value` at position `at`. */
function recorded(record: Variable, at: Tensor, value: Tensor): readonly [Variable, Node] {
  const expr = s.select(s.eq(s.coordinate(0), s.arg(1, 'int')), s.arg(2), s.arg(0))
  return [record, map(expr, [record, ...[at, value].map(({ node }) => broadcastTo(node, record.shape))], record)]
}

/** What a session of training holds, whichever way batches come. */
export const lastingVariables = (network: Network, memory: OptimizerMemory): Variable[] => [
  ...network.variables.map((v) => v.variable),
  ...memoryVariables(memory),
]
