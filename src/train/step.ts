/** One training step as a graph: a batch, forward, loss, gradients, the optimiser's updates, and what is counted. */
import type { FloatType, Node, Variable } from '../core/index.js'
import { broadcastTo, grad, keyOf, map, scalar as s, sizeOf, typedArray, variable } from '../core/index.js'
import type { Metric, Network, Optimizer, StepOptimizer } from '../nn/index.js'
import { isFullBatch, scheduledRate } from '../nn/index.js'
import { add, Tensor } from '../ops/index.js'
import type { Batch, DataVariables, Sums } from './graph.js'
import {
  batchFrom,
  batchLoss,
  metricSum,
  scalarVariable,
  sumUpdates,
  sumVariables,
  variablesOf,
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

/** The variables that a run of training adds to network, optimiser and data. */
export class StepState {
  /** The order of the rows in this epoch; absent where one batch holds them all. */
  readonly order: Variable | null
  /** The first row of the next batch; where one batch holds all rows, the number of steps since the last reading. */
  readonly start = scalarVariable('start', 'int32')
  readonly key: Variable
  /** Steps that this optimiser has not seen, but the random numbers are to be beyond; absent where there are none. */
  readonly unseen: Variable | null
  /** Sums over the batches of an epoch; where one batch is an epoch, the last values of each. */
  readonly sums: Sums
  readonly losses: Variable
  readonly metricValues: readonly Variable[]

  constructor(
    readonly whole: boolean,
    rows: number,
    seed: number,
    unseen: number,
    metrics: readonly Metric[],
    dtype: FloatType,
  ) {
    this.order = whole
      ? null
      : variable(
          'order',
          [rows],
          Int32Array.from({ length: rows }, (_, i) => i),
        )
    this.key = variable('key', [2], Int32Array.from(keyOf(seed)))
    this.unseen = unseen === 0 ? null : scalarVariable('unseen', 'int32', unseen)
    this.sums = sumVariables('epoch', metrics, dtype)
    const record = (name: string): Variable =>
      variable(`history/${name}`, [historyLength], typedArray(dtype, historyLength))
    this.losses = record('loss')
    this.metricValues = metrics.map(({ name }) => record(name))
  }

  get variables(): Variable[] {
    return [this.key, ...(this.order ? [this.order] : []), ...this.lasting]
  }

  /** Those that do not follow from seed and epoch. */
  get lasting(): Variable[] {
    const counted = this.whole ? [this.losses, ...this.metricValues] : [this.sums.loss, ...this.sums.metrics]
    return [this.start, ...(this.unseen ? [this.unseen] : []), ...counted]
  }
}

export interface StepGraph {
  readonly loss: Node
  readonly updates: readonly (readonly [Variable, Node])[]
}

/** The graph of a step on `size` rows. */
export function stepGraph(
  network: Network,
  { optimizer, metrics, ...objective }: Compiled<StepOptimizer>,
  memory: OptimizerMemory,
  data: DataVariables,
  state: StepState,
  size: number,
): StepGraph {
  const { dtype } = network
  const batch: Batch = state.whole ? wholeBatch(data, dtype) : batchFrom(data, state.start, size, state.order, dtype)
  const step = new Tensor(memory.step)
  const { learningRate: rate } = optimizer
  const learningRate = typeof rate === 'number' ? new Tensor(memory.learningRate) : scheduledRate(rate, step, dtype)
  const {
    outputs,
    updates: statistics,
    penalty,
  } = network.forward(batch.x, {
    training: true,
    key: new Tensor(state.key),
    step: state.unseen ? add(step, new Tensor(state.unseen)) : step,
  })
  const total = batchLoss(objective, outputs, batch, penalty)
  const trainable = network.variables.filter((v) => v.trainable)
  const gradients = grad(
    total.node,
    trainable.map((v) => v.variable),
  )
  const results = optimizer.update(
    trainable.map(({ name, variable: parameter }, i) => ({
      parameter: new Tensor(parameter),
      gradient: new Tensor(gradients[i]!),
      state: Object.fromEntries(Object.entries(memory.slots.get(name)!).map(([slot, node]) => [slot, new Tensor(node)])),
    })),
    { learningRate, step },
  )
  const parameters = trainable.flatMap(({ name, variable: parameter, constraint }, i): (readonly [Variable, Node])[] => {
    const result = results[i]!
    return [
      [parameter, (constraint ? constraint.call(result.parameter) : result.parameter).node],
      ...Object.entries(memory.slots.get(name)!).map(([slot, node]) => [node, result.state[slot]!.node] as const),
    ]
  })
  const start = new Tensor(state.start)
  const values = metrics.map((metric) => metricSum(metric, outputs, batch))
  const counted = state.whole
    ? [
        recorded(state.losses, start, total),
        ...state.metricValues.map((record, i) => recorded(record, start, values[i]!)),
      ]
    : sumUpdates(state.sums, total, values, size)
  return {
    loss: total.node,
    updates: [
      ...parameters,
      ...statistics,
      ...counted,
      [state.start, add(start, state.whole ? 1 : size).node],
      [memory.step, add(step, 1).node],
      ...(typeof rate === 'number' ? [] : [[memory.learningRate, learningRate.node] as const]),
    ],
  }
}

/** The record with `value` at position `at`. */
function recorded(record: Variable, at: Tensor, value: Tensor): readonly [Variable, Node] {
  const expr = s.select(s.eq(s.coordinate(0), s.arg(1, 'int')), s.arg(2), s.arg(0))
  return [record, map(expr, [record, ...[at, value].map(({ node }) => broadcastTo(node, record.shape))], record)]
}

/** All that a session of training holds. */
export const sessionVariables = (
  network: Network,
  memory: OptimizerMemory,
  data: DataVariables,
  state: StepState,
): Variable[] => [
  ...network.variables.map((v) => v.variable),
  ...memoryVariables(memory),
  ...variablesOf(data),
  ...state.variables,
]
