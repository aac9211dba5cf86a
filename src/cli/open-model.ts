/** MODEL on the command line. */

import { readFileChecked } from '../node/write-file.js'
import { loadModel, type TrainedModel } from '../run/index.js'

/** @throws MyelinError `file` when it cannot be read, or is no model file, or was damaged */
export async function openModel(path: string): Promise<TrainedModel> {
  return loadModel(await readFileChecked(path), { source: path })
}
