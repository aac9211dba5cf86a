/** Training several networks together, each by losses of its own: adversarial networks, encoders with decoders, twins. */
import type { Backend } from '../core/index.js'
import { defaultBackend, MyelinError, RandomSource } from '../core/index.js'
import type { Network, Optimizer, StepOptimizer } from '../nn/index.js'
import { isFullBatch, optimizers, parameters, readOptions, resolve } from '../nn/index.js'
import type { Tensor } from '../ops/index.js'
import { now, SliceSize, Turns } from './event-loop.js'
import { dataVariables } from './graph.js'
import type { DataLike, Matrix } from './matrix.js'
import { inputRows, rowsOf } from './matrix.js'
import type { Named } from './objective.js'
import type { OptimizerMemory } from './step.js'

/** What a step's loss is made of, for one batch. */
export interface TrainerContext<N extends string = string> {
  /** The networks, in training: `networks.generator(noise)` is the output for a batch of inputs. */
  readonly networks: Readonly<Record<N, (...inputs: Tensor[]) => Tensor>>
  /** The rows of this batch, by the name that the data have in `fit`. @throws MyelinError `argument` for another name */
  batch(name: string): Tensor
  /** The number of rows in this batch. */
  readonly rows: number
  /** Normal random numbers with mean 0 and standard deviation 1, new ones in each step; `name` tells them from others. */
  normal(name: string, shape: readonly number[]): Tensor
  /** Random numbers uniform in [0, 1), new ones in each step. */
  uniform(name: string, shape: readonly number[]): Tensor
}

/** A loss, and the networks that it trains. */
export interface TrainerStep<N extends string = string> {
  /** The name in the history; default: that of the first network that it trains. */
  readonly name?: string
  /** The networks whose weights this step changes; the others' stay as they are. */
  readonly trains: N | readonly N[]
  /** Default `adam`. */
  readonly optimizer?: Named | Optimizer
  /**
   * The loss of a batch, a scalar, as a graph; more scalars beside it are shown in the history. It is called a few times
   * and compiled, not once a batch. The penalties of the trained networks are added.
   */
  loss(context: TrainerContext<N>): Tensor | { readonly loss: Tensor; readonly [metric: string]: Tensor }
}

/** What `trainer` takes. */
export interface TrainerOptions<N extends string> {
  readonly networks: Readonly<Record<N, Network>>
  /** Done in this order on each batch. */
  readonly steps: readonly TrainerStep<NoInfer<N>>[]
}

/** The values of an epoch: each step's loss under its name, and its other values as `discriminator_accuracy`. */
export type TrainerLogs = Readonly<Record<string, number>>

/** What `Trainer.fit` takes beside the data. */
export interface TrainerFitOptions {
  /** Rows in a batch; default 32. What is left over of an epoch is a smaller batch. */
  readonly batchSize?: number
  /** Default 1. */
  readonly epochs?: number
  /** Whether each epoch has an order of its own; default true. */
  readonly shuffle?: boolean
  /** Where orders and random numbers come from; default 0. */
  readonly seed?: number
  /** Stops training at the end of a batch; weights are those reached by then. */
  readonly signal?: AbortSignal
  readonly backend?: Backend
  /** Called after each epoch, with the networks' weights up to date. `epoch` counts from 0. */
  readonly onEpoch?: (epoch: number, logs: TrainerLogs) => void | Promise<void>
  /** Called now and then within an epoch. */
  readonly onProgress?: (progress: { readonly epoch: number; readonly batch: number; readonly batches: number }) => void
}

/** What `Trainer.fit` returns. */
export interface TrainerHistory {
  readonly epoch: readonly number[]
  readonly history: Readonly<Record<string, readonly number[]>>
  readonly stopped: 'completed' | 'aborted'
}

const { boolean, integer } = parameters
const fitParameters = {
  batchSize: integer({ default: 32, min: 1, help: 'rows in a batch' }),
  epochs: integer({ default: 1, min: 1, help: 'passes over the data' }),
  shuffle: boolean({ default: true, help: 'whether each epoch has an order of its own' }),
  seed: integer({ default: 0, help: 'where orders and random numbers come from' }),
}

/**
 * Trains networks together, by one loss or several in turns:
 *
 *     const gan = trainer({ networks: { generator, discriminator }, steps: [
 *       { trains: 'discriminator', loss: ({ networks, batch, normal, rows }) => ... },
 *       { trains: 'generator', loss: ({ networks, normal, rows }) => ... },
 *     ] })
 *     await gan.fit({ real: images }, { epochs: 20 })
 *
 * Each step is compiled once, with its gradients and the update of its optimiser. What layers keep of batches, such as
 * the means of batch normalization, changes in the networks that a step trains, by the last of its calls.
 *
 * @throws MyelinError `argument` for no steps, unknown networks, or optimisers that want all rows at once
 */
export const trainer = <N extends string>(options: TrainerOptions<N>): Trainer<N> => new Trainer(options)

/** A step that was checked. */
export interface Step {
  readonly name: string
  readonly trains: readonly string[]
  readonly optimizer: StepOptimizer
  readonly loss: TrainerStep['loss']
}
/** A step with what its optimiser remembers. */
export interface StepMemory {
  readonly step: Step
  /** Of each network that it trains. */
  readonly networks: ReadonlyMap<string, OptimizerMemory>
}

/** Networks with the steps that train them; see `trainer`. */
export class Trainer<N extends string = string> {
  private readonly networks: Readonly<Record<string, Network>>
  private readonly steps: readonly Step[]
  /** Kept from one `fit` to the next. */
  private memories: readonly StepMemory[] | undefined
  private epochs = 0

  constructor({ networks, steps }: TrainerOptions<N>) {
    this.networks = networks
    if (!Array.isArray(steps) || steps.length === 0) {
      throw new MyelinError('argument', 'trainer: expected steps with at least one, such as [{ trains: "generator", loss }]')
    }
    this.steps = steps.map((step: TrainerStep<N>) => stepOf(step, networks))
    const names = this.steps.map(({ name }) => name)
    const twice = names.find((name, i) => names.indexOf(name) !== i)
    if (twice) throw new MyelinError('argument', `trainer: two steps have the name "${twice}"; give one of them another name`)
    for (const [name, { dtype }] of Object.entries<Network>(networks)) {
      if (dtype !== this.dtype) {
        throw new MyelinError('dtype', `trainer: the networks must compute in one type; "${name}" is ${dtype}, others ${this.dtype}`)
      }
    }
  }

  private get dtype(): Network['dtype'] {
    return Object.values(this.networks)[0]!.dtype
  }

  /**
   * Trains on rows.
   *
   * @param data arrays by name with the same number of rows, as `Model.fit` takes them; the losses see batches of them
   * @throws MyelinError `argument` or `data` for wrong options and data, `state` for a network that is not built,
   * `nan` where a loss becomes NaN or infinite; the networks then have the weights of the last epoch's end
   */
  async fit(data: Readonly<Record<string, DataLike>>, options: TrainerFitOptions = {}): Promise<TrainerHistory> {
    const { signal, backend = defaultBackend(), onEpoch, onProgress, ...plain } = options
    const { batchSize, epochs, shuffle, seed } = readOptions('trainer.fit', fitParameters, plain)
    const names = Object.keys(data)
    const arrays = names.map((name) => inputRows(`trainer.fit: ${name}`, data[name], this.dtype))
    const rows = requireSameRows(names, arrays)
    for (const [name, network] of Object.entries(this.networks)) {
      if (!network.inputShapes) {
        throw new MyelinError('state', `trainer: the network "${name}" has no weights yet; give it inputShape, or call build(inputShape)`)
      }
    }
    const { TrainerRun, optimizerMemory } = await import('./on-demand.js')
    this.memories ??= this.steps.map((step) => ({
      step,
      networks: new Map(step.trains.map((name) => [name, optimizerMemory(this.networks[name]!, step.optimizer)] as const)),
    }))
    const run = new TrainerRun(this.networks, this.memories, {
      names, data: dataVariables('data', { x: arrays, y: [], weights: null }), rows, size: Math.min(batchSize, rows), seed, backend,
    })
    const history: Record<string, number[]> = {}
    const done: number[] = []
    const turns = new Turns()
    const slice = new SliceSize()
    try {
      for (let epoch = 0; epoch < epochs; epoch++) {
        run.startEpoch(shuffle ? new RandomSource(seed, 'shuffle', this.epochs + epoch).permutation(rows) : null)
        while (run.left > 0) {
          if (signal?.aborted) break
          const count = slice.steps(run.left)
          const began = now()
          for (let i = 0; i < count; i++) run.batch()
          slice.took(count, now() - began)
          if (turns.due(now())) {
            onProgress?.({ epoch, batch: run.batches - run.left, batches: run.batches })
            await turns.take()
          }
        }
        if (signal?.aborted) break
        const logs = run.endEpoch()
        const bad = Object.entries(logs).find(([, value]) => !Number.isFinite(value))
        if (bad) {
          throw new MyelinError('nan', `trainer.fit: in epoch ${epoch + 1} ${bad[0]} became ${bad[1]}${run.cause()}; ` +
            'use a smaller learning rate, or check the losses. The networks have the weights of the epoch before')
        }
        run.download()
        done.push(epoch)
        for (const [name, value] of Object.entries(logs)) (history[name] ??= []).push(value)
        await onEpoch?.(epoch, logs)
      }
      if (signal?.aborted) run.download()
      this.epochs += done.length
      return { epoch: done, history, stopped: done.length === epochs ? 'completed' : 'aborted' }
    } finally {
      run.session.release()
    }
  }
}

function stepOf(given: TrainerStep, networks: Readonly<Record<string, Network>>): Step {
  const { trains, optimizer: like = 'adam', loss, name } = given
  const list = typeof trains === 'string' ? [trains] : trains
  const unknown = Array.isArray(list) ? list.find((one) => !Object.hasOwn(networks, one)) : undefined
  if (!Array.isArray(list) || list.length === 0 || unknown !== undefined) {
    throw new MyelinError('argument', `trainer: a step's "trains" must name networks among ${Object.keys(networks).join(', ')}` +
      (unknown === undefined ? '' : `, received "${unknown}"`))
  }
  if (typeof loss !== 'function') throw new MyelinError('argument', 'trainer: a step needs "loss", a function that gives a scalar')
  const optimizer = resolve('optimizer', optimizers, like) as Optimizer
  if (isFullBatch(optimizer)) {
    throw new MyelinError('argument', `trainer: ${optimizer.kind} takes all rows in each step; use an optimiser for batches, such as adam`)
  }
  return { name: name ?? list[0]!, trains: list, optimizer, loss }
}

function requireSameRows(names: readonly string[], arrays: readonly Matrix[]): number {
  if (arrays.length === 0) {
    throw new MyelinError('argument', 'trainer.fit: expected at least one array of rows by its name, such as { x: rows }')
  }
  const rows = rowsOf(arrays[0]!)
  const other = arrays.findIndex((array) => rowsOf(array) !== rows)
  if (other >= 0) {
    throw new MyelinError('data', `trainer.fit: ${names[0]} has ${rows} rows, ${names[other]} ${rowsOf(arrays[other]!)}; they must be the same rows`)
  }
  if (rows === 0) throw new MyelinError('data', 'trainer.fit: there are no rows to train on')
  return rows
}
