/** A network's architecture as JSON: written from declared options, and read with everything unknown refused. */
import type { FloatType, Shape } from '../core/index.js'
import { MyelinError } from '../core/index.js'
import { factories, kindsOf } from './component.js'
import type { Layer } from './layer.js'
import * as layers from './layers/index.js'
import { suggestion } from './nearest-name.js'
import type { NetworkOptions, SequentialNetwork } from './network.js'
import type { Parameter } from './parameters.js'
import { choice, integer, readOptions } from './parameters.js'

/** A layer's kind and its options, flat: `{ layer: 'dense', units: 32, activation: 'relu' }`. */
export type LayerJson = { readonly layer: string } & Readonly<Record<string, unknown>>

export interface NetworkJson {
  readonly name: string
  readonly seed: number
  readonly dtype: FloatType
  /** Absent before the network is built. */
  readonly inputShape?: Shape
  readonly layers: readonly LayerJson[]
}

const shape: Parameter<Shape | undefined, Shape, false> = {
  type: 'name',
  help: 'the shape of one row of input',
  required: false,
  allowed: 'a list of sizes, such as [784] or [28, 28]',
  read: (value) =>
    Array.isArray(value) && value.length > 0 && value.every((n) => Number.isSafeInteger(n) && (n as number) > 0)
      ? (value as number[])
      : undefined,
  write: (value) => value,
}
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

export const networkJson = (network: SequentialNetwork): NetworkJson => ({
  name: network.name,
  seed: network.seed,
  dtype: network.dtype,
  ...(network.inputShape && { inputShape: network.inputShape }),
  layers: network.layers.map(({ name, layer }) => ({ layer: layer.kind, name, ...layer.config })),
})

/**
 * Layers from JSON, such as a run's `network`.
 * @throws MyelinError `argument` for anything but known layers with known options
 */
export function layersFromJson(json: unknown): Layer[] {
  if (!Array.isArray(json)) throw new MyelinError('argument', 'layers: expected a list of layers')
  return json.map((entry: unknown, i) => {
    const { layer: kind, ...options } = (typeof entry === 'object' && entry !== null ? entry : {}) as Readonly<
      Record<string, unknown>
    >
    if (typeof kind !== 'string') {
      throw new MyelinError(
        'argument',
        `layers: entry ${i + 1} must be an object with the key "layer", such as {"layer":"dense","units":10}`,
      )
    }
    const factory = factories(layers).find((f) => f.kind === kind)
    if (!factory)
      throw new MyelinError('argument', `layers: unknown layer "${kind}"${suggestion(kind, kindsOf(layers))}`)
    return factory(options) as Layer
  })
}

/**
 * The layers and options of an architecture; nothing in it is executed.
 * @throws MyelinError `argument` for anything but what `toJSON` writes
 */
export function readNetworkJson(json: unknown): { layers: Layer[]; options: NetworkOptions } {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new MyelinError('argument', 'architecture: expected an object with the key "layers"')
  }
  const { layers: list, ...options } = json as Readonly<Record<string, unknown>>
  return { layers: layersFromJson(list), options: readOptions('architecture', parameters, options) }
}
