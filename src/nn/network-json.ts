/** A network's architecture as JSON: written from declared options, and read with everything unknown refused. */
import type { FloatType, Shape } from '../core/index.js'
import { MyelinError } from '../core/index.js'
import type { Factory, Registry } from './component.js'
import { factories } from './component.js'
import type { Layer } from './layer.js'
import type { LayerJson } from './layer-json.js'
import { knowLayers, layerFromJson, withLayers } from './layer-json.js'
import * as layers from './layers/index.js'
import { shortName } from './nearest-name.js'
import type { Network } from './network.js'
import type { NetworkOptions } from './network-types.js'
import type { Parameter } from './parameters.js'
import { choice, integer, readOptions } from './parameters.js'
import { shapeParameter } from './shared-parameters.js'
import type { LayerCall, Topology } from './topology.js'
import { isChain, nameLayers, tensorNames } from './topology.js'

/** The architecture of a network as JSON: what `toJSON` writes. */
export interface NetworkJson {
  readonly name: string
  readonly seed: number
  readonly dtype: FloatType
  /** Absent before the network is built. */
  readonly inputShape?: Shape
  readonly layers: readonly LayerJson[]
  /** Of a network that branches: inputs with the shapes of their rows. */
  readonly inputs?: readonly { readonly name: string; readonly shape: Shape }[]
  /** Which layer is applied to which tensors; what its calls give is called `dense_1`, `dense_1:2`, ... */
  readonly calls?: readonly { readonly layer: string; readonly inputs: readonly string[] }[]
  /** The tensors that are outputs. */
  readonly outputs?: readonly string[]
}

knowLayers(() => factories(layers))

const shape: Parameter<Shape | undefined, Shape, false> = { ...shapeParameter, required: false }
const text: Parameter<string, string, false> = {
  type: 'name',
  help: 'the name of the model',
  required: false,
  default: 'sequential',
  allowed: 'a text that is not empty',
  read: (value) => (typeof value === 'string' && value.length > 0 ? value : undefined),
  write: (value) => value,
}
const parameters = {
  name: text,
  seed: integer({ default: 0, help: 'where random numbers come from' }),
  dtype: choice({
    default: 'float32',
    choices: ['float32', 'float64'],
    help: 'the data type of parameters and activations',
  }),
  inputShape: shape,
}

/** Options of a network, checked and completed. @throws MyelinError `argument` */
export function networkOptions(
  options: NetworkOptions,
): Required<Omit<NetworkOptions, 'inputShape'>> & { inputShape?: Shape } {
  return readOptions('sequential', parameters, options)
}

export function networkJson(network: Network): NetworkJson {
  const { topology, tensorNames: names, layers } = network
  const head = { name: network.name, seed: network.seed, dtype: network.dtype }
  const list = layers.map(({ name, layer }) => ({ layer: layer.kind, name, ...layer.config }))
  if (isChain(topology)) return { ...head, ...(network.inputShape && { inputShape: network.inputShape }), layers: list }
  return {
    ...head,
    // what a file or a run left open is known once the network is built
    inputs: topology.inputs.map(({ name, shape }, i) => ({ name, shape: (network.inputShapes?.[i] ?? shape)! })),
    layers: list,
    calls: topology.calls.map(({ layer, inputs }) => ({
      layer: layers[layer]!.name,
      inputs: inputs.map((i) => names[i]!),
    })),
    outputs: topology.outputs.map((i) => names[i]!),
  }
}

/** Layers of one's own by name. @throws MyelinError `argument` for what is no layer's function */
function customLayers(custom: Registry): Factory[] {
  const wrong = Object.entries(custom).find(([, value]) => typeof value !== 'function' || !('samples' in value))
  if (wrong) {
    throw new MyelinError(
      'argument',
      `customObjects: "${shortName(wrong[0])}" must be what defineLayer gave, received ${typeof wrong[1]}`,
    )
  }
  return factories(custom)
}

/**
 * Layers from JSON, such as a run's `network`.
 *
 * @param custom layers of one's own, what `defineLayer` gave; they are looked for first
 * @throws MyelinError `argument` for anything but known layers with known options
 */
export function layersFromJson(json: unknown, custom: Registry = {}): Layer[] {
  if (!Array.isArray(json)) throw new MyelinError('argument', 'layers: expected a list of layers')
  return withLayers(customLayers(custom), () => json.map((entry: unknown, i) => layerFromJson('layers', `entry ${i + 1}`, entry)))
}

/**
 * The layers and options of an architecture; nothing in it is executed.
 *
 * @param custom as in `layersFromJson`
 * @throws MyelinError `argument` for anything but what `toJSON` writes
 */
export function readNetworkJson(
  json: unknown,
  custom: Registry = {},
): { layers: Layer[] | Topology; options: NetworkOptions } {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new MyelinError('argument', 'architecture: expected an object with the key "layers"')
  }
  const { layers: list, inputs, calls, outputs, ...rest } = json as Readonly<Record<string, unknown>>
  const layers = layersFromJson(list, custom)
  const options = readOptions('architecture', parameters, rest)
  if (inputs === undefined && calls === undefined && outputs === undefined) return { layers, options }
  return { layers: readTopology(layers, inputs, calls, outputs), options }
}

const inputParameters = { name: text, shape: shapeParameter }
const refuse = (what: string): never => {
  throw new MyelinError('argument', `architecture: ${what}`)
}

function readTopology(layers: Layer[], inputs: unknown, calls: unknown, outputs: unknown): Topology {
  if (!Array.isArray(inputs) || !Array.isArray(calls) || !Array.isArray(outputs)) {
    return refuse('a network that branches has the lists "inputs", "calls" and "outputs"')
  }
  if (inputs.length === 0 || outputs.length === 0) return refuse('"inputs" and "outputs" must not be empty')
  const entries = inputs.map((entry: unknown) => readOptions('architecture: inputs', inputParameters, entry))
  const named = nameLayers({ inputs: entries, layers, calls: [], outputs: [] })
  const done: LayerCall[] = []
  const position = (name: unknown): number => {
    const found = tensorNames({ inputs: entries, layers, calls: done, outputs: [] }, named).indexOf(name as string)
    if (found >= 0) return found
    const received = typeof name === 'string' ? `"${shortName(name)}"` : typeof name
    return refuse(`there is no tensor ${received} where it is read`)
  }
  for (const call of calls as unknown[]) {
    const { layer, inputs: sources } = (call ?? {}) as Readonly<Record<string, unknown>>
    const found = named.findIndex(({ name }) => name === layer)
    if (found < 0 || !Array.isArray(sources)) {
      return refuse('each of "calls" is such as {"layer":"dense_1","inputs":["input"]}, with the name of a layer')
    }
    done.push({ layer: found, inputs: sources.map(position) })
  }
  const uncalled = named.find((_, i) => !done.some(({ layer }) => layer === i))
  if (uncalled) return refuse(`the layer "${shortName(uncalled.name)}" is not among "calls"`)
  return { inputs: entries, layers, calls: done, outputs: outputs.map(position) }
}
