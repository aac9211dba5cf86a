/** The network of a run as JSON: its hidden layers one after another, or a whole network, which may branch. */

import { MyelinError, type Shape } from '../core/index.js'
import {
  layersFromJson, Network, readNetworkJson, type LayerJson, type NetworkJson, type Topology,
} from '../nn/index.js'
import { shortName } from '../nn/nearest-name.js'
import { chain } from '../nn/topology.js'

/**
 * A network with its last layers, as `toJSON` of a model writes it. Its one input is the table's features; every output
 * learns the target, and the first is what the model predicts. Without `calls` the layers follow one another.
 */
export interface WholeNetwork extends Pick<NetworkJson, 'layers' | 'inputShape' | 'calls' | 'outputs'> {
  /** The shape may be left out: it is that of the features. */
  readonly inputs?: readonly { readonly name: string, readonly shape?: Shape }[]
}

/** What `toJSON` writes beside that is read, and not kept: the run has its own seed. */
export type WholeNetworkJson = WholeNetwork & Partial<Pick<NetworkJson, 'name' | 'seed' | 'dtype'>>

/** Hidden layers, behind which the last layer is that of the task and the loss; or a network with its last layers. */
export type RunNetwork = readonly LayerJson[] | WholeNetwork

/** A word for hidden layers that follow from the data: `cnn` is a convolutional network, for pictures. */
export type Architecture = 'cnn'

export const isWhole = (network: RunNetwork): network is WholeNetwork => 'layers' in network

/** The layers that stand in the document. */
export const layersIn = (network: RunNetwork): readonly LayerJson[] => isWhole(network) ? network.layers : network

/** Whether something in a layer is left to the data. */
export const hasAuto = ({ units, activation }: LayerJson): boolean => units === 'auto' || activation === 'auto'

/** A layer with these where it leaves them to the data. */
const filled = (entry: LayerJson, units: number, activation: unknown): LayerJson => ({
  ...entry,
  ...(entry.units === 'auto' && { units }),
  ...(entry.activation === 'auto' && { activation }),
})

/** A list of layers may leave only units to the data, a layer that makes an output its activation too. */
const plain = (entry: unknown, whole: boolean): LayerJson =>
  entry && typeof entry === 'object' ? filled(entry as LayerJson, 1, whole ? 'linear' : 'auto') : entry as LayerJson

/** The calls of a whole network; the shape of the input is that of the data. */
export function topologyOf({ inputs, layers, calls, outputs }: WholeNetwork): Topology {
  const { layers: read } = readNetworkJson({
    layers: layers.map((entry) => plain(entry, true)),
    ...(inputs && { inputs: inputs.map(({ name }) => ({ name, shape: [1] })), calls, outputs }),
  })
  if (!('calls' in read)) return chain(read)
  return { ...read, inputs: read.inputs.map(({ name }) => ({ name, shape: undefined })) }
}

/** The positions of the layers that make an output. */
export function headsOf(network: WholeNetwork): ReadonlySet<number> {
  const { inputs, calls, outputs } = topologyOf(network)
  return new Set(outputs.flatMap((output) => calls[output - inputs.length]?.layer ?? []))
}

/** What a run's entry says in messages. */
const refuse = (what: string, problem: string): never => {
  throw new MyelinError('argument', `${what}: ${problem}`)
}

function readWhole(value: Readonly<Record<string, unknown>>, what: string): WholeNetwork {
  const { name, seed, dtype, inputs, layers, ...rest } = value
  if (!Array.isArray(layers)) return refuse(what, 'expected a list of layers, or an object with the key "layers"')
  const open = Array.isArray(inputs) ? inputs.map((input: unknown) =>
    typeof input === 'object' && input !== null && !('shape' in input) ? { ...input, shape: [1] } : input) : inputs
  const given = { name, seed, dtype, inputs: open, layers: layers.map((entry: unknown) => plain(entry, true)), ...rest }
  const { layers: read, options } = readNetworkJson(
    Object.fromEntries(Object.entries(given).filter(([, member]) => member !== undefined)))
  if (options.dtype === 'float64') refuse(what, '"dtype" is "float64", but runs train in float32; leave it out')
  if ('calls' in read && read.inputs.length > 1) {
    refuse(what, `there are ${read.inputs.length} inputs, but a run has one table, whose features are one input`)
  }
  const network = wholeOf(value as unknown as WholeNetwork)
  const { layers: named, outputNames } = new Network(topologyOf(network))
  const twice = outputNames.find((output, i) => outputNames.indexOf(output) < i)
  if (twice !== undefined) refuse(what, `the output "${shortName(twice)}" is there twice`)
  const heads = headsOf(network)
  const astray = layers.findIndex((entry: LayerJson, i) => entry.activation === 'auto' && !heads.has(i))
  if (astray >= 0) {
    refuse(what, '"activation": "auto" is for layers that make an output; '
      + `"${shortName(named[astray]!.name)}" makes none, so name its activation, such as "relu"`)
  }
  return network
}

/** Nothing but what the network is. */
const wholeOf = ({ inputs, inputShape, layers, calls, outputs }: WholeNetwork): WholeNetwork => ({
  ...(inputShape && { inputShape }),
  ...(inputs && { inputs: inputs.map(({ name, shape }) => ({ name, ...(shape && { shape }) })) }),
  layers,
  ...(calls && { calls: calls.map(({ layer, inputs: from }) => ({ layer, inputs: from })) }),
  ...(outputs && { outputs }),
})

/**
 * The network of a run; undefined for what is neither a list nor an object.
 *
 * @param what for messages: `run: network`
 * @throws MyelinError `argument` for layers that are unknown or do not hang together, or what runs cannot train
 */
export function readNetwork(value: unknown, what: string): RunNetwork | undefined {
  if (!Array.isArray(value)) {
    return typeof value === 'object' && value !== null ? readWhole(value as Readonly<Record<string, unknown>>, what)
      : undefined
  }
  // what is no object is refused by layersFromJson
  layersFromJson(value.map((entry: unknown) => plain(entry, false)))
  return value as readonly LayerJson[]
}

/** Where nothing is left to the data: hidden layers of these units, and the last layers as the task asks for. */
export function settledNetwork(
  network: RunNetwork, hidden: number, head: { readonly units: number, readonly activation: string },
): RunNetwork {
  if (!isWhole(network)) return network.map((entry) => filled(entry, hidden, 'auto'))
  const heads = headsOf(network)
  return { ...network, layers: network.layers.map((entry, i) =>
    heads.has(i) ? filled(entry, head.units, head.activation) : filled(entry, hidden, 'auto')) }
}

/** The same for the same network, whatever defaults are written out; the input's shape is that of the data. */
export function canonicalNetwork(network: RunNetwork): unknown {
  if (!isWhole(network)) {
    return layersFromJson(network).map(({ kind, name, config }) => ({ layer: kind, name, ...config }))
  }
  const { name: _, seed: __, dtype: ___, ...rest } = new Network(topologyOf(network)).toJSON()
  return rest
}
