/** The options of `myelin train` as a run. */

import type { DatasetInfo } from '../data/index.js'
import { MyelinError } from '../core/errors.js'
import { losses, optimizers, resolve, type LayerJson, type Registry } from '../nn/index.js'
import { readRun, type Run } from '../run/index.js'
import { classesValue, hiddenValue, integerValue, numberValue, splitValue } from './values.js'

/** What commander hands over: the words as they were typed. */
export interface TrainOptions {
  readonly target?: string
  readonly task?: string
  readonly classes?: string
  readonly hidden?: string
  readonly activation?: string
  readonly dropout?: string
  readonly loss?: string
  readonly optimizer?: string
  readonly learningRate?: string
  readonly momentum?: string
  readonly batchSize?: string
  readonly epochs?: string
  readonly l1?: string
  readonly l2?: string
  readonly earlyStopping?: boolean
  readonly patience?: string
  readonly split?: string
  readonly seed?: string
  readonly out?: string
  readonly json?: boolean
}

const given = <T>(text: string | undefined, read: (text: string) => T): T | undefined =>
  text === undefined ? undefined : read(text)

/** A name of a registry; the message about another one names the option. */
function known(option: string, registry: Registry, name: string): string {
  resolve(option, registry, name)
  return name
}

/** Hidden layers, each with dropout behind it where that is asked for; without `--hidden` one, fit for the data. */
function networkOf({ hidden, activation = 'relu', dropout }: TrainOptions): Run['network'] {
  const rate = given(dropout, (text) => numberValue('--dropout', text, { least: 0, below: 1 })) ?? 0
  const sizes = hidden === undefined ? ['auto'] : hiddenValue(hidden)
  return sizes.flatMap((units): LayerJson[] => [
    { layer: 'dense', units, activation },
    ...(rate > 0 ? [{ layer: 'dropout', rate }] : []),
  ])
}

function optimizerOf({ optimizer = 'adam', learningRate, momentum }: TrainOptions): Run['train']['optimizer'] {
  return {
    name: known('--optimizer', optimizers, optimizer),
    ...(learningRate !== undefined && { learningRate: numberValue('--learning-rate', learningRate, { above: 0 }) }),
    ...(momentum !== undefined && { momentum: numberValue('--momentum', momentum, { least: 0, below: 1 }) }),
  }
}

function earlyStoppingOf({ earlyStopping, patience }: TrainOptions): Run['train']['earlyStopping'] {
  const epochs = given(patience, (text) => integerValue('--patience', text, 1))
  if (earlyStopping === false) {
    if (epochs === undefined) return null
    throw new MyelinError('argument', '--patience has no meaning with --no-early-stopping; leave one of them out')
  }
  return earlyStopping || epochs !== undefined ? { patience: epochs ?? 10 } : 'auto'
}

/**
 * The run that the options ask for; everything is checked before data are read.
 *
 * @param info the data set, where DATA names one: it knows its target, and a split that suits it
 * @param target the column to predict
 * @throws MyelinError `argument` naming the option
 */
export function runOf(source: string, target: string, options: TrainOptions, info?: DatasetInfo): Run {
  return readRun({
    version: 1,
    seed: given(options.seed, (text) => integerValue('--seed', text)),
    data: {
      source, target, task: options.task,
      classes: given(options.classes, classesValue),
      split: given(options.split, splitValue) ?? info?.fractions,
    },
    network: networkOf(options),
    train: {
      loss: given(options.loss, (name) => known('--loss', losses, name)),
      optimizer: optimizerOf(options),
      epochs: given(options.epochs, (text) => integerValue('--epochs', text, 1)),
      batchSize: given(options.batchSize, (text) => integerValue('--batch-size', text, 1)),
      l1: given(options.l1, (text) => numberValue('--l1', text, { least: 0 })),
      l2: given(options.l2, (text) => numberValue('--l2', text, { least: 0 })),
      earlyStopping: earlyStoppingOf(options),
    },
  })
}
