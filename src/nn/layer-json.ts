/** Layers from JSON, and the option of a layer that holds another one. */
import { MyelinError } from '../core/index.js'
import type { Factory } from './component.js'
import type { Layer } from './layer.js'
import { shortName, suggestion } from './nearest-name.js'
import type { Parameter } from './parameters.js'

/** A layer's kind and its options, flat: `{ layer: 'dense', units: 32, activation: 'relu' }`. */
export type LayerJson = { readonly layer: string } & Readonly<Record<string, unknown>>

/**
 * The layers that JSON may name. They come from the module that reads networks: this one, which layers that hold others
 * are made with, cannot import them all.
 */
let known: () => readonly Factory[] = () => []

/** What JSON may name wherever nothing else is said. */
export function knowLayers(factories: () => readonly Factory[]): void {
  known = factories
}

/** Reads with layers of one's own, which are looked for first. */
export function withLayers<T>(custom: readonly Factory[], read: () => T): T {
  const before = known
  known = () => [...custom, ...before()]
  try {
    return read()
  } finally {
    known = before
  }
}

/**
 * @param what whose layer it is, for messages: `layers`
 * @param place where in it the layer stands
 * @throws MyelinError `argument` for anything but a known layer with known options
 */
export function layerFromJson(what: string, place: string, entry: unknown): Layer {
  const { layer: kind, ...options } = (typeof entry === 'object' && entry !== null ? entry : {}) as Readonly<
    Record<string, unknown>
  >
  if (typeof kind !== 'string') {
    throw new MyelinError(
      'argument',
      `${what}: ${place} must be an object with the key "layer", such as {"layer":"dense","units":10}`,
    )
  }
  const all = known()
  const factory = all.find((f) => f.kind === kind)
  if (!factory) {
    const advice = suggestion(kind, all.map((f) => f.kind))
    throw new MyelinError('argument', `${what}: unknown layer "${shortName(kind)}"${advice}`)
  }
  return factory(options) as Layer
}

/** What `layerFromJson` makes the same layer of. */
export const layerJson = ({ kind, config }: Layer): LayerJson => ({ layer: kind, ...config })

const isLayer = (value: object): value is Layer => typeof (value as Partial<Layer>).call === 'function' && 'kind' in value

function read(value: unknown, what: string): Layer | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (isLayer(value)) return value
  return 'layer' in value ? layerFromJson(what, 'the layer', value) : undefined
}

/** An option that holds a layer: what a layer's function makes, or JSON such as `{ layer: 'dense', units: 10 }`. */
export const layerParameter = (help: string, allowed: string): Parameter<Layer | LayerJson, Layer, true> =>
  ({ type: 'layer', help, required: true, allowed, read, write: layerJson })

/** The same, but by default there is none. */
export const optionalLayerParameter = (help: string, allowed: string): Parameter<Layer | LayerJson | null, Layer | null, false> => ({
  ...layerParameter(help, `${allowed}, or null`),
  required: false,
  default: null,
  read: (value, what) => (value === null ? null : read(value, what)),
  write: (value) => value && layerJson(value),
})
