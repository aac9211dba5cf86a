/** The model of a run: its hidden layers, the penalties on weights, and the last layer. */

import { layersFromJson, type LayerJson } from '../nn/index.js'
import { sequential, type Model } from '../train/index.js'
import type { Head } from './head.js'
import type { SettledRun } from './settle.js'

/** The penalty of the run on a dense layer that has none of its own. */
function penalised(entry: LayerJson, { l1, l2 }: SettledRun['train']): LayerJson {
  if (entry.layer !== 'dense' || 'kernelRegularizer' in entry || (l1 === 0 && l2 === 0)) return entry
  return { ...entry, kernelRegularizer: { name: 'l1l2', l1, l2 } }
}

/**
 * Builds the model of a run with new weights, compiled.
 *
 * @param features how many numbers a row of input has
 * @param seed of weights, order and dropout; default: the run's
 * @throws MyelinError for layers, a loss or an optimiser that do not fit together
 */
export function buildModel(run: SettledRun, features: number, head: Head, seed = run.seed): Model {
  const last: LayerJson = { layer: 'dense', units: head.units, activation: head.activation }
  const layers = layersFromJson([...run.network, last].map((entry) => penalised(entry, run.train)))
  const model = sequential(layers, { seed, inputShape: [features] })
  model.compile({
    loss: head.loss,
    optimizer: run.train.optimizer,
    metrics: [run.data.task === 'regression' ? 'meanSquaredError' : 'accuracy'],
  })
  return model
}
