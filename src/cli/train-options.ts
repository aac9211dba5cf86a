/** The run that the words of `myelin train` ask for. */

import { MyelinError } from '../core/errors.js'
import { applyOptions, readRun, type GivenOptions, type Run } from '../run/index.js'
import { infoOf } from './open-data.js'

/** What commander hands over: the words as they were typed, those about the run and these. */
export interface TrainOptions extends GivenOptions {
  readonly run?: string
  readonly out?: string
  readonly json?: boolean
  readonly backup?: string
  readonly csvLog?: string
  readonly tensorboard?: string
}

type Json = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * The run of a document and of options beside it, which win. What neither says of a named data set's target and
 * split is as the set knows it. Everything is checked before data are read.
 *
 * @param data what DATA names; undefined where the document is to say it
 * @param document a run as JSON, with or without defaults
 * @param missingTarget answers, or throws, where a file is to be learned from and no target is named
 * @throws MyelinError `argument` naming the option or the entry
 */
export async function runOf(
  data: string | undefined, options: TrainOptions, document: unknown = {},
  missingTarget: (source: string) => Promise<string> = async () => '',
): Promise<Run> {
  if (!isObject(document)) return readRun(document)
  const { data: parts = {} } = document
  if (!isObject(parts)) return readRun(document)
  const source = data ?? parts.source
  if (source === undefined) {
    throw new MyelinError('argument', 'train: name a CSV file or a data set (see "myelin datasets"), '
      + 'or a run that does, with --run')
  }
  const info = typeof source === 'string' && source !== '' ? infoOf(source) : undefined
  const target = options.target ?? parts.target ?? info?.target
    ?? (typeof source === 'string' ? await missingTarget(source) : undefined)
  const split = parts.split ?? info?.fractions
  const facts = { ...parts, source, target, ...(split !== undefined && { split }) }
  return applyOptions(readRun({ ...document, data: facts }), options)
}
