/** DATA on the command line: a file, or the name of a data set. */

import { existsSync } from 'node:fs'
import { MyelinError } from '../core/errors.js'
import { datasetInfo, datasets, type ColumnKind, type DatasetInfo } from '../data/index.js'
import { listNames, nearestName } from '../data/names.js'
import { formatCount } from '../figures/index.js'
import { loadMnist } from '../node/mnist.js'
import { openDataset, readData } from '../node/tables.js'
import type { RunData } from '../run/index.js'
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
 * Reads DATA.
 *
 * @param options kinds: of columns that are known; seed: of generated sets; terminal: for the progress of a download
 */
export async function openData(
  data: string,
  options: { kinds?: ReadonlyMap<string, ColumnKind>, seed: number, terminal: Terminal, signal?: AbortSignal },
): Promise<RunData> {
  const { kinds, seed, terminal, signal } = options
  const info = infoOf(data)
  if (!info) return readData(data, { ...(kinds && { kinds }) })
  if (info.kind !== 'images') return { table: await openDataset(data, info.kind === 'generated' ? { seed } : {}) }
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
