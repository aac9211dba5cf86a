/** A model as a file: its architecture and weights, and what is believed of a file that a stranger may have made. */
import type { Shape } from '../core/index.js'
import { MyelinError, sameShape, shapeText } from '../core/index.js'
import type { NamedTensor } from '../formats/index.js'
import { decodeModel, encodeModel } from '../formats/index.js'
import type { Layer, Network, NetworkOptions, Registry, Topology } from '../nn/index.js'
import { readNetworkJson } from '../nn/index.js'

/** The weights of a network as a file holds them. */
export const namedTensors = (network: Network): NamedTensor[] =>
  network.getWeights().map(({ name, shape, data }) => ({ name, shape, data, dtype: network.dtype }) as NamedTensor)

/** See `Model.save`. */
export const encodeNetwork = (network: Network): Uint8Array =>
  encodeModel({ architecture: network.toJSON(), run: null, preprocess: null, weights: namedTensors(network) })

/** See `Model.load`. @param make makes the network without weights */
export function decodeNetwork<N extends Network>(
  bytes: Uint8Array,
  source: string,
  customObjects: Registry,
  make: (layers: Layer[] | Topology, options: NetworkOptions) => N,
): N {
  if (!(bytes instanceof Uint8Array)) {
    throw new MyelinError('argument', 'Model.load: expected the bytes of a file as Uint8Array; read the file first')
  }
  const { architecture, run, weights } = decodeModel(bytes, { source })
  if (run !== null) {
    throw new MyelinError(
      'file',
      `${source}: this model came from a run, with its preprocessing; read it with loadModel(bytes), whose result has ` +
        'the model itself as .model',
    )
  }
  return inFile(source, () => {
    const { layers, options } = readNetworkJson(architecture, customObjects)
    const { inputShape, ...rest } = options
    // without shapes nothing is built yet: weights are compared first
    const shapes = Array.isArray(layers) ? [inputShape] : layers.inputs.map(({ shape }) => shape)
    if (!shapes.every((shape) => shape !== undefined)) refuse('the architecture has no shape of its input')
    const open = Array.isArray(layers) ? layers : { ...layers, inputs: layers.inputs.map(({ name }) => ({ name, shape: undefined })) }
    const network = make(open, rest)
    takeWeights(network, shapes, weights)
    return network
  })
}

/**
 * Builds a network and gives it its weights, whose names, types and shapes are compared before memory is taken for them.
 * @throws MyelinError `file` for the first that does not fit
 */
export function takeWeights(
  network: Network,
  inputShapes: readonly Shape[],
  weights: ReadonlyMap<string, NamedTensor>,
): void {
  const needed = network.plan(...inputShapes).weights
  for (const { name, shape } of needed) {
    const given = weights.get(name)
    if (!given) refuse(`the weights "${name}" are missing`)
    if (!sameShape(given.shape, shape) || given.dtype !== network.dtype) {
      refuse(
        `the weights "${name}" must be ${network.dtype} ${shapeText(shape)}, received ${given.dtype} ` +
          shapeText(given.shape),
      )
    }
  }
  if (weights.size > needed.length) refuse(`there are ${weights.size} tensors, the network has ${needed.length}`)
  network.build(...inputShapes)
  network.setWeights([...weights.values()])
}

/** Every error about the contents is one of the file. */
export function inFile<T>(source: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof MyelinError)) throw error
    throw new MyelinError('file', `${source}: ${error.message}`, { cause: error })
  }
}

function refuse(problem: string): never {
  throw new MyelinError('file', `${problem}; the file was not written by Myelin`)
}
