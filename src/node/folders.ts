/** Where data lie on this computer: the user's data folder, the cache, and the data sets of the package. */

import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { MyelinError } from '../core/errors.js'

type Environment = Readonly<Record<string, string | undefined>>

/** The folder that `MYELIN_DATA` names; undefined when it is not set. */
export function dataFolder(environment: Environment = process.env): string | undefined {
  return environment.MYELIN_DATA || undefined
}

/** The cache: `$XDG_CACHE_HOME/myelin`, on Windows `%LOCALAPPDATA%\myelin\cache`, otherwise `~/.cache/myelin`. */
export function cacheFolder(environment: Environment = process.env, platform: string = process.platform): string {
  if (environment.XDG_CACHE_HOME) return join(environment.XDG_CACHE_HOME, 'myelin')
  if (platform === 'win32' && environment.LOCALAPPDATA) return join(environment.LOCALAPPDATA, 'myelin', 'cache')
  return join(homedir(), '.cache', 'myelin')
}

/**
 * The package's `datasets` folder, found upwards from this module, which lies in `src/node` or in a file of `dist`.
 *
 * @throws MyelinError `file` when it is not there
 */
export function datasetsFolder(from: string = fileURLToPath(import.meta.url)): string {
  for (let folder = dirname(from), last = ''; folder !== last; last = folder, folder = dirname(folder)) {
    const datasets = join(folder, 'datasets')
    if (existsSync(join(datasets, 'iris.csv'))) return datasets
  }
  throw new MyelinError('file', `the folder "datasets" of the package is missing above ${from}; install myelin again`)
}
