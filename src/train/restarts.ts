/** Training from several seeds, of which the best is kept: the remedy against local minima. */
import { MyelinError } from '../core/index.js'
import { readOptions } from '../nn/index.js'
import { integer } from '../nn/parameters.js'
import { requireCallbacks } from './callback.js'
import type { FitOptions } from './fit-options.js'
import type { History } from './history.js'
import type { Matrix, ModelData } from './matrix.js'
import { Model } from './model.js'
import { modeParameter, Monitor, monitorParameter } from './monitor.js'

const { default: _, ...monitor } = monitorParameter('loss')
const restartParameters = {
  restarts: integer({ default: 10, min: 1, help: 'how many trainings there are, each from another seed' }),
  seed: integer({ default: 0, help: 'the seed of the first training; the others follow it one by one' }),
  monitor,
  mode: modeParameter,
}

/** One of several trainings. */
export interface Restart {
  readonly seed: number
  /** Null where the loss became NaN or infinite. */
  readonly history: History | null
  /** The monitored value of the weights that training ended with; null where there is none that is finite. */
  readonly value: number | null
}

/** What several trainings led to. */
export interface RestartsResult<Prediction = Matrix> {
  /** The best of the models, as training from its seed alone would have left it. */
  readonly model: Model<Prediction>
  /** Its history. */
  readonly history: History
  readonly seed: number
  /** All trainings, in their order; fewer than were asked for where a signal ended them. */
  readonly restarts: readonly Restart[]
}

/** Options of `fitWithRestarts`: those of `fit`, and how many trainings there are and how they are compared. */
export interface RestartsOptions extends Omit<FitOptions, 'seed' | 'initialEpoch'> {
  /** How many trainings there are; default 10. */
  readonly restarts?: number
  /** The seed of the first training; the others have the numbers after it. Default 0. */
  readonly seed?: number
  /** The value by which models are compared; default `valLoss`, or `loss` where nothing is validated. */
  readonly monitor?: string
  /** What is better: `min`, `max`, or `auto`, the default: more for accuracy, less for others. */
  readonly mode?: 'auto' | 'min' | 'max'
  /** Before each training; `number` is from 1. */
  readonly onRestart?: (restart: { readonly number: number; readonly restarts: number; readonly seed: number }) => void
}

/**
 * Trains from several seeds and keeps the best model, with the bits that training from its seed alone gives:
 *
 *     const build = (seed: number) => sequential([dense({ units: 1 })], { seed }).compile({ loss: 'mse' })
 *     const { model, seed } = await fitWithRestarts(build, x, y, { restarts: 10, epochs: 300 })
 *
 * Models are compared by the monitored value of their last epoch, or of the epoch whose weights `earlyStopping` put
 * back. A training whose loss becomes NaN is left out. A signal ends the training that is under way and begins no other.
 *
 * @param build makes a new compiled model of this seed
 * @param options those of `fit`, and these: `restarts`, `seed`, `monitor`, `mode`, `onRestart`
 * @throws MyelinError as `fit`; `nan` where the loss of every training became NaN or infinite
 */
export function fitWithRestarts<Prediction = Matrix>(
  build: (seed: number) => Model<Prediction>,
  x: ModelData,
  y: ModelData,
  options: RestartsOptions = {},
): Promise<RestartsResult<Prediction>> {
  return bestOfRestarts(build, (model, fit) => model.fit(x, y, fit), options)
}

/** The same of models that `train` trains. */
export async function bestOfRestarts<Prediction = Matrix>(
  build: (seed: number) => Model<Prediction>,
  train: (model: Model<Prediction>, options: FitOptions) => Promise<History>,
  options: RestartsOptions,
): Promise<RestartsResult<Prediction>> {
  const { restarts: asked, seed: asFirst, monitor, mode: asMode, onRestart, callbacks = [], ...fit } = options
  requireCallbacks(callbacks)
  const given = { restarts: asked, seed: asFirst, monitor, mode: asMode }
  const { restarts: count, seed: first, mode } = readOptions('fitWithRestarts', restartParameters, given)
  let watched: Monitor | undefined
  const compared = {
    onTrainBegin: ({ names }: { readonly names: readonly string[] }) => {
      const name = monitor ?? (names.includes('valLoss') ? 'valLoss' : 'loss')
      watched = new Monitor('fitWithRestarts', { monitor: name, mode })
      watched.requireIn(names)
    },
  }
  const restarts: Restart[] = []
  let best: Omit<RestartsResult<Prediction>, 'restarts'> | undefined
  let bestValue: number | null = null
  let failure: unknown
  for (let number = 1; number <= count; number++) {
    const seed = first + number - 1
    const model = build(seed)
    requireNew(model, seed, best?.model)
    onRestart?.({ number, restarts: count, seed })
    let history: History
    try {
      history = await train(model, { ...fit, callbacks: [...callbacks, compared] })
    } catch (error) {
      if (!(error instanceof MyelinError) || error.code !== 'nan') throw error
      failure ??= error
      restarts.push({ seed, history: null, value: null })
      continue
    }
    const shown = watched!.ofHistory(history)
    const value = shown !== undefined && Number.isFinite(shown) ? shown : null
    restarts.push({ seed, history, value })
    if (!best || (value !== null && (bestValue === null || watched!.better(value, bestValue)))) {
      best = { model, history, seed }
      bestValue = value
    }
    if (history.stopped === 'aborted') break
  }
  if (!best) throw failure
  return { ...best, restarts }
}

function requireNew(model: unknown, seed: number, before: unknown): asserts model is Model<unknown> {
  const problem =
    !(model instanceof Model) ? `gave ${model === null ? 'null' : typeof model}, expected a compiled model`
    : model === before ? 'gave the same model again, expected a new one'
    : model.seed !== seed ? `gave a model of seed ${model.seed}, expected one of the seed that it is told, ${seed}`
    : undefined
  if (problem === undefined) return
  throw new MyelinError(
    'argument',
    `fitWithRestarts: the function ${problem}; write (seed) => sequential([...], { seed }).compile({ ... })`,
  )
}
