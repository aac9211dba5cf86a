/** Models saved while they are trained. */

import { dirname } from 'node:path'
import { MyelinError } from '../core/errors.js'
import { encodeSafetensors } from '../formats/index.js'
import { readOptions, suggestion, type Component } from '../nn/index.js'
import { boolean, number } from '../nn/parameters.js'
import type { Callback, Logs, Model } from '../train/index.js'
import { readState } from '../train/callback-state.js'
import { modeParameter, Monitor, monitorParameter } from '../train/monitor.js'
import { namedTensors } from '../train/saved-model.js'
import { requireFile } from './callback-file.js'
import { requireKind, requireWritable, safetensorsKind } from './outputs.js'
import { saveFreqParameter, type SaveFreq } from './save-freq.js'
import { writeFileAtomic } from './write-file.js'

const parameters = {
  monitor: monitorParameter('valLoss'),
  mode: modeParameter,
  saveBestOnly: boolean({ default: false, help: 'whether only a model is saved that is better than all before' }),
  saveWeightsOnly: boolean({ default: false, help: 'whether the weights are saved without the architecture' }),
  saveFreq: saveFreqParameter('when the model is saved'),
  initialValueThreshold: number({ default: undefined, help: 'only a model that is better than this is saved' }),
}

/** The options of `modelCheckpoint`. */
export interface ModelCheckpointOptions {
  /** What tells the best model; default `valLoss`. After batches there is only `loss`, the mean of the epoch so far. */
  readonly monitor?: string
  /** What is better of it; default `auto`: more for accuracy, less for others. */
  readonly mode?: 'auto' | 'min' | 'max'
  /** Default false: every model is saved. */
  readonly saveBestOnly?: boolean
  /** Default false: a file for `Model.load`; true: weights by their names, for any reader of safetensors. */
  readonly saveWeightsOnly?: boolean
  /** Default 'epoch'. */
  readonly saveFreq?: SaveFreq
  /** With `saveBestOnly`: what the first one must be better than. */
  readonly initialValueThreshold?: number
}

/**
 * Saves the model after each epoch or every so many batches, as Keras's callback of this name, each file as a whole:
 * whatever happens, it holds the old model or the new one.
 *
 * @param file a name in which `{epoch}` (from 1), `{batch}`, `{seed}`, `{loss}`, `{valLoss}` ... stand for values, with digits
 *   where wanted: `model-{epoch:03d}-{valLoss:.4f}.safetensors`
 * @throws MyelinError `argument` for wrong options and, in training, for a value that there is none of; `file` where the
 *   model cannot be written, or something that is no model would be replaced
 */
export function modelCheckpoint(file: string, options: ModelCheckpointOptions = {}): Component & Callback {
  requireFile('modelCheckpoint', file)
  const { saveBestOnly, saveWeightsOnly, saveFreq, initialValueThreshold, ...watched } = readOptions(
    'modelCheckpoint', parameters, options)
  const parts = partsOf(file)
  const monitor = new Monitor('modelCheckpoint', watched)
  const first = initialValueThreshold ?? monitor.worst
  let best = first

  const save = async (model: Model, logs: Logs, position: Readonly<Record<string, number>>): Promise<void> => {
    if (saveBestOnly) {
      const value = monitor.value(logs)
      if (value === undefined || !monitor.better(value, best)) return
      best = value
    }
    const path = parts.map((part) => typeof part === 'string' ? part : formatted(part, { ...logs, ...position, seed: model.seed })).join('')
    await requireKind(path, 'modelCheckpoint', safetensorsKind)
    await writeFileAtomic(path, saveWeightsOnly ? encodeSafetensors(namedTensors(model)) : model.save())
  }
  return {
    kind: 'modelCheckpoint',
    config: {},
    onlyWatches: true,
    async onTrainBegin({ names: perEpoch }) {
      best = first
      const names = saveFreq === 'epoch' ? perEpoch : ['loss']
      if (saveBestOnly) monitor.requireIn(names)
      requireNames(parts, ['seed', 'epoch', ...(saveFreq === 'epoch' ? [] : ['batch']), ...names])
      if (!dirname(file).includes('{')) await requireWritable(file, 'modelCheckpoint', 'models')
      if (parts.length === 1) await requireKind(file, 'modelCheckpoint', safetensorsKind)
    },
    ...(saveFreq === 'epoch' ? {
      onEpochEnd: (epoch, logs, { model }) => save(model, logs, { epoch: epoch + 1 }),
    } : {
      batchInterval: saveFreq,
      onBatchEnd: ({ epoch, batch, loss }, { model }) => save(model, { loss }, { epoch: epoch + 1, batch }),
    }),
    getState: () => ({ values: { monitor: watched.monitor, best: Number.isFinite(best) ? best : null } }),
    setState({ values: { monitor: of, ...values } }) {
      // the best of another value says nothing
      if (of !== watched.monitor) return
      best = readState('modelCheckpoint', { values }, { best: 'number or null' }).values.best ?? monitor.worst
    },
  }
}

/** `{name}`, `{name:03d}` or `{name:.4f}`: digits before the point, or behind it. */
interface Placeholder {
  readonly name: string
  readonly width: number
  readonly decimals: number | undefined
}

/** Texts and placeholders of a file's name, in turn. */
function partsOf(file: string): (string | Placeholder)[] {
  const parts = file.split(/(\{[^{}]*\})/).filter((part) => part !== '')
  return parts.map((part) => {
    const [, name, width, decimals] = /^\{(\w+)(?::(?:0?(\d{1,2})d|\.(\d{1,2})f))?\}$/.exec(part) ?? []
    if (name !== undefined) {
      return { name, width: Number(width ?? 0), decimals: decimals === undefined ? undefined : Number(decimals) }
    }
    if (!/[{}]/.test(part)) return part
    throw new MyelinError('argument', `modelCheckpoint: ${JSON.stringify(part)} in the file's name is no placeholder; write `
      + '{epoch}, {epoch:03d} or {valLoss:.4f}')
  })
}

/** @throws MyelinError `argument` for a placeholder of no value */
function requireNames(parts: readonly (string | Placeholder)[], names: readonly string[]): void {
  for (const part of parts) {
    if (typeof part === 'string' || names.includes(part.name)) continue
    throw new MyelinError('argument', `modelCheckpoint: the file's name has {${part.name}}, which is no value of this `
      + `training${suggestion(part.name, names)}`)
  }
}

/** A value that an epoch does not have, as where it is not validated, is `none`. */
function formatted({ name, width, decimals }: Placeholder, values: Logs): string {
  const value = values[name]
  if (value === undefined) return 'none'
  return decimals === undefined ? String(value).padStart(width, '0') : value.toFixed(decimals)
}
