/** The model of a run: its layers, the penalties on weights, and the last layer. */

import { MyelinError, shapeText, sameShape } from '../core/index.js'
import { layersFromJson, type LayerJson } from '../nn/index.js'
import { Model, sequential, type DataLike, type Matrix, type ModelData, type PredictOptions } from '../train/index.js'
import type { Head } from './head.js'
import { headsOf, isWhole, topologyOf, type WholeNetwork } from './network-document.js'
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
  const { network, train } = run
  const model = isWhole(network) ? wholeModel(network, run, features, head, seed)
    : sequential(layersFromJson([...network, { layer: 'dense', units: head.units, activation: head.activation }]
      .map((entry) => penalised(entry, train))), { seed, inputShape: [features] })
  if (!isWhole(network) && model.outputShape.length > 1) {
    const hidden = [...model.outputShape.slice(0, -1), model.describe().at(-2)!.outputShape.at(-1)!]
    throw new MyelinError('shape', `run: network: the hidden layers end in rows of shape ${shapeText(hidden)}, but the `
      + 'last layer takes rows of numbers; end with {"layer":"flatten"}, or with a global pooling')
  }
  const metrics = [run.data.task === 'regression' ? 'meanSquaredError' : 'accuracy']
  const outputs = model.outputNames
  model.compile({
    loss: head.loss, optimizer: train.optimizer, metrics: outputs.length === 1 ? metrics : outputs.map(() => metrics),
  })
  return model
}

function wholeModel(
  network: WholeNetwork, { train, data }: SettledRun, features: number, head: Head, seed: number,
): Model {
  const shape = network.inputShape ?? network.inputs?.[0]?.shape
  if (shape && !sameShape(shape, [features])) {
    throw new MyelinError('shape', `run: network takes rows of shape ${shapeText(shape)}, the data have ${features} `
      + `${features === 1 ? 'feature' : 'features'}; leave the shape out, and it is that of the data`)
  }
  if (data.task === 'classification') requireProbabilities(network, head)
  const topology = topologyOf({ ...network, layers: network.layers.map((entry) => penalised(entry, train)) })
  const model = new Model(topology, {
    seed, inputShape: [features], name: network.calls ? 'functional' : 'sequential',
  })
  model.outputShapes.forEach((outputShape, i) => {
    if (sameShape(outputShape, [head.units])) return
    throw new MyelinError('shape', `run: network: the output "${model.outputNames[i]!}" gives rows of shape `
      + `${shapeText(outputShape)}, "${data.target}" needs [${head.units}]; "units": "auto" takes what the target needs`)
  })
  return model
}

/** A dense layer of other values gives no probabilities; what other layers give is theirs to know. */
function requireProbabilities(network: WholeNetwork, { activation }: Head): void {
  for (const position of headsOf(network)) {
    const { layer, activation: given = 'linear' } = network.layers[position]!
    if (layer !== 'dense' || given === activation) continue
    throw new MyelinError('argument', `run: network: layer ${position + 1} makes an output and has the activation `
      + `${JSON.stringify(given)}, but classes with this loss need "${activation}"; "activation": "auto" takes what the `
      + 'target needs')
  }
}

/** Targets for a model of a run: all outputs learn the same. */
export const targetsOf = ({ outputNames }: Pick<Model, 'outputNames'>, targets: DataLike): ModelData =>
  outputNames.length === 1 ? targets : outputNames.map(() => targets)

/** What the first output gives, which is what a run's model predicts. */
export async function predictFirst(model: Model, x: Matrix, options: PredictOptions): Promise<Matrix> {
  const outputs: Matrix | readonly Matrix[] = await model.predict(x, options)
  return Array.isArray(outputs) ? (outputs as readonly Matrix[])[0]! : outputs
}
