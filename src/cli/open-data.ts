/** DATA on the command line: a file, or the name of a data set. */

import { existsSync } from 'node:fs'
import { MyelinError } from '../core/errors.js'
import { datasetInfo, datasets, type ColumnKind, type DatasetInfo } from '../data/index.js'
import { listNames, nearestName } from '../data/names.js'
import { formatCount } from '../figures/index.js'
import { loadMnist } from '../node/mnist.js'
import { isLargeFile } from '../node/stream.js'
import { isCsv, openDataset, readData } from '../node/tables.js'
import { pictureOptions, type Run, type RunData } from '../run/index.js'
import type { Terminal } from './terminal.js'

/**
 * What is known of DATA before it is read: undefined for a file.
 *
 * @throws MyelinError `file` when it is neither a data set nor a file
 */
export function infoOf(data: string): DatasetInfo | undefined {
  const info = datasetInfo(data)
  if (info || existsSync(data)) return info
  const names = datasets.map(({ name }) => name)
  const near = nearestName(data, names)
  if (/[\\/.]/.test(data) && near === undefined) return undefined // reading it says what is wrong with the path
  const hint = near === undefined ? '' : `; did you mean "${near}"?`
  throw new MyelinError('file', `"${data}" is neither a file nor a data set${hint}; `
    + `the data sets are ${listNames(names, 20)}`)
}

/**
 * Whether the rows of DATA are read from the disk as they are needed.
 *
 * @param asked what the run says
 * @throws MyelinError `argument` for data that cannot
 */
export async function isStreamed(data: string, asked: Run['data']['stream'] = 'auto'): Promise<boolean> {
  const csv = !infoOf(data) && await isCsv(data)
  if (asked === true && !csv) {
    throw new MyelinError('argument', `${data} is no CSV file: only the rows of CSV files are streamed; leave --stream `
      + 'out')
  }
  return csv && (asked === 'auto' ? isLargeFile(data) : asked)
}

/**
 * Reads DATA.
 *
 * @param options kinds: of columns that are known; labelled: whether pictures need their classes (default true); run:
 *   what it says of a generated set and of pictures; terminal: for the progress of a download
 * @throws MyelinError `argument` when the run wants so many samples or such noise of data that are not generated
 */
export async function openData(data: string, options: {
  kinds?: ReadonlyMap<string, ColumnKind>, labelled?: boolean,
  run: Pick<Run, 'seed' | 'preprocess'> & { readonly data: Partial<Run['data']> },
  terminal: Terminal, signal?: AbortSignal,
}): Promise<RunData> {
  const { kinds, labelled = true, run, terminal, signal } = options
  const { samples, noise } = run.data.source === data ? run.data : {}
  const info = infoOf(data)
  if (info?.kind === 'generated') {
    const wanted = { ...(typeof samples === 'number' && { samples }), ...(typeof noise === 'number' && { noise }) }
    return { table: await openDataset(data, { seed: run.seed, ...wanted }) }
  }
  if (typeof samples === 'number' || typeof noise === 'number') {
    throw new MyelinError('argument', `${data} is not generated: ${typeof samples === 'number' ? '--samples'
      : '--noise'} is for the generated sets (see "myelin datasets")`)
  }
  if (!info) return readData(data, { ...(kinds && { kinds }), labelled, pictures: pictureOptions(run) })
  if (info.kind === 'bundled') return { table: await openDataset(data) }
  let announced = ''
  const { train, test } = await loadMnist({
    ...(signal && { signal }),
    onProgress({ file, received, total }) {
      if (terminal.live) {
        terminal.write(`\r\u001b[2Kdownloading ${file}: ${formatCount(received / 1024)} KiB`
          + `${total === undefined ? '' : ` of ${formatCount(total / 1024)} KiB`}${received === total ? '\n' : ''}`)
      } else if (announced !== file) {
        announced = file
        terminal.line(`downloading ${file}`)
      }
    },
  })
  return { images: train, testImages: test }
}
