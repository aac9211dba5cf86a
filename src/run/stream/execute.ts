/** Runs on CSV files larger than memory. */

import { MyelinError } from '../../core/index.js'
import type { EncodedRows, RowBlock } from '../../data/stream/encoded-rows.js'
import { prepareStream, type Digest, type PreparedStream, type PrepareProgress } from '../../data/stream/prepare.js'
import type { ByteSource, Storage } from '../../data/stream/storage.js'
import { NumberSummary } from '../../data/stream/summary.js'
import { fitBlocks } from '../../train/fit-blocks.js'
import type { Model } from '../../train/index.js'
import type { Block, RowBlocks } from '../../train/row-blocks.js'
import { trainRows, type ExecuteOptions, type RunResult } from '../execute.js'
import { fingerprintOfStream } from '../fingerprint.js'
import type { Head } from '../head.js'
import { targetsOf } from '../network.js'
import { pictureOptions } from '../picture-options.js'
import { readRun } from '../read-run.js'
import type { Run, RunOptions } from '../run.js'
import { score, Scorer } from './scorer.js'

/** Rows on a disk. */
export interface StreamedRows {
  readonly source: ByteSource
  readonly storage: Storage
  /** Makes a hash of the cells. */
  readonly digest: () => Digest
}

/** What `executeStream` takes beside run and file. */
export interface ExecuteStreamOptions extends ExecuteOptions {
  /** Told of both passes over the file, before training. */
  readonly onPrepare?: (progress: PrepareProgress) => void
}

/**
 * As `executeRun`, of a CSV text of any size: memory does not depend on the number of its rows. See `prepareStream` for
 * what differs from a run in memory; the same run on the same rows gives the same weights again, to the bit.
 *
 * @throws MyelinError as `executeRun`; `argument` for a run that is not to stream; `file` where there is no room on the
 *   disk
 */
export async function streamRun(
  document: Run | RunOptions, { source, storage, digest }: StreamedRows, options: ExecuteStreamOptions = {},
): Promise<RunResult> {
  const asked = readRun(document)
  const { task, target, classes, split, stream } = asked.data
  if (stream === false) {
    throw new MyelinError('argument', `${source.name}: the run has its rows in memory (data.stream is false); execute `
      + 'it by executeRun, or let it stream')
  }
  if (Object.keys(pictureOptions(asked)).length > 0) {
    throw new MyelinError('argument', `${source.name}: a table, but the run says how to read pictures; leave that out`)
  }
  const { pictures: _, ...how } = asked.preprocess
  const prepared = await prepareStream(source, storage, {
    target, fractions: split, seed: asked.seed, ...how, digest, signal: options.signal,
    onProgress: options.onPrepare, ...(task !== 'auto' && { task }), ...(classes && { classes }),
  })
  try {
    return await trainPrepared(asked, prepared, options)
  } finally {
    await prepared.close()
  }
}

async function trainPrepared(asked: Run, prepared: PreparedStream, options: ExecuteStreamOptions): Promise<RunResult> {
  const { preprocessor, notices, hash, train, validation, test } = prepared
  const parts = { train, validation, test }
  return trainRows(asked, {
    preprocessor, notices, stream: true,
    rows: { train: train.rows, validation: validation.rows, test: test.rows },
    validationVariance: preprocessor.target.task === 'regression' ? await variance(validation) : 0,
    fingerprint: (run) => fingerprintOfStream(run, hash),
    fit: (model, head, fitOptions) => fitBlocks(model, blocksOf(train, head, model), {
      ...fitOptions, validation: validation.rows > 0 ? blocksOf(validation, head, model) : null,
    }),
    async evaluate(part, trained) {
      const scorer = new Scorer(preprocessor.target)
      for await (const block of parts[part].inOrder()) {
        await score(scorer, trained, { data: block.x, shape: [block.rows, parts[part].width] }, block.y, options)
      }
      return scorer.evaluation()
    },
  }, options)
}

/** Of the targets; 0 where there are none. */
async function variance(rows: EncodedRows): Promise<number> {
  const summary = new NumberSummary(0)
  for await (const { y } of rows.inOrder()) summary.add(y)
  if (summary.minimum >= summary.maximum) return 0
  const { scale } = summary.standard()
  return scale * scale
}

/** Rows as training takes them. */
function blocksOf(encoded: EncodedRows, head: Head, model: Model): RowBlocks {
  const block = ({ rows, x, y }: RowBlock): Block =>
    ({ x: { data: x, shape: [rows, encoded.width] }, y: targetsOf(model, head.targets(y)) })
  async function* blocks(rows: AsyncGenerator<RowBlock>): AsyncGenerator<Block> {
    for await (const one of rows) yield block(one)
  }
  return {
    rows: encoded.rows,
    capacity: (multiple) => encoded.capacity(multiple),
    shuffled: (seed, epoch, multiple) => blocks(encoded.shuffled(seed, epoch, multiple)),
    inOrder: (multiple) => blocks(encoded.inOrder(multiple)),
    blank: (rows) => block({ rows, x: new Float32Array(rows * encoded.width), y: new Float64Array(rows) }),
  }
}
