/** How a network's layers hang together: inputs, calls of layers, outputs, and the names of all. */
import type { Shape } from '../core/index.js'
import { MyelinError } from '../core/index.js'
import type { Layer } from './layer.js'
import type { NamedLayer } from './network-types.js'

/** An input of a network. */
export interface NetworkInput {
  readonly name: string
  /** The shape of one row; undefined: known once there is data. */
  readonly shape: Shape | undefined
}

/** One use of a layer; a layer that is used again shares its weights. */
export interface LayerCall {
  /** The position of the layer. */
  readonly layer: number
  /** The tensors that it is applied to. */
  readonly inputs: readonly number[]
}

/** Tensors are numbered: first the inputs, then what each call gives. Calls come after those that they need. */
export interface Topology {
  readonly inputs: readonly NetworkInput[]
  readonly layers: readonly Layer[]
  readonly calls: readonly LayerCall[]
  /** The tensors that are outputs. */
  readonly outputs: readonly number[]
}

/**
 * Layers one after another.
 * @throws MyelinError `argument` for a layer that gives several tensors
 */
export function chain(layers: readonly Layer[]): Topology {
  const several = Array.isArray(layers) ? layers.find((layer: Partial<Layer> | undefined) => (layer?.gives ?? 1) > 1) : undefined
  if (several) {
    throw new MyelinError('argument', `sequential: ${several.kind} gives ${several.gives} tensors here, and the next layer takes ` +
      'one; leave out returnState, or write model({ inputs, outputs }) with applyAll')
  }
  return {
    inputs: [{ name: 'input', shape: undefined }],
    layers,
    calls: layers.map((_, i) => ({ layer: i, inputs: [i] })),
    outputs: [layers.length],
  }
}

/** Whether a list of layers says all. */
export const isChain = ({ inputs, layers, calls, outputs }: Topology): boolean =>
  inputs.length === 1 &&
  inputs[0]!.name === 'input' &&
  calls.length === layers.length &&
  layers.every(({ gives }) => gives === 1) &&
  calls.every((call, i) => call.layer === i && call.inputs.length === 1 && call.inputs[0] === i) &&
  outputs.length === 1 &&
  outputs[0] === layers.length

/**
 * The name of what a layer's first call gives is the layer's, of its second call `dense_1:2`; where a call gives several
 * tensors, those after the first are `lstm_1.1`, `lstm_1.2`.
 */
export function tensorNames({ inputs, calls }: Topology, layers: readonly NamedLayer[]): string[] {
  const counts = new Map<number, number>()
  return [
    ...inputs.map(({ name }) => name),
    ...calls.flatMap(({ layer: position }) => {
      const count = (counts.get(position) ?? 0) + 1
      counts.set(position, count)
      const { name, layer } = layers[position]!
      const first = count === 1 ? name : `${name}:${count}`
      return Array.from({ length: layer.gives }, (_, i) => (i === 0 ? first : `${first}.${i}`))
    }),
  ]
}

/** The call that gives the tensor of this number; undefined for an input. */
export function callOf({ inputs, layers, calls }: Topology, tensor: number): LayerCall | undefined {
  let next = inputs.length
  return tensor < next ? undefined : calls.find(({ layer }) => tensor < (next += layers[layer]!.gives))
}

/**
 * Numbers layers of one kind from 1, in this model alone: dense_1, dense_2.
 * @throws MyelinError `argument` for no layers, something that is no layer, or two things of one name
 */
export function nameLayers({ inputs, layers }: Topology): NamedLayer[] {
  if (!Array.isArray(layers) || layers.length === 0) {
    throw new MyelinError(
      'argument',
      'sequential: expected a list of layers with at least one, such as [dense({ units: 1 })]',
    )
  }
  layers.forEach((layer: Partial<Layer> | undefined, i) => {
    if (typeof layer !== 'object' || typeof layer.call !== 'function' || typeof layer.kind !== 'string') {
      const what = typeof layer === 'function' ? 'a function (call it: dense({ ... }))' : typeof layer
      throw new MyelinError('argument', `sequential: expected a layer at position ${i + 1}, received ${what}`)
    }
  })
  const taken = new Set<string>()
  for (const { name } of [...inputs, ...layers]) {
    if (name === undefined) continue
    if (taken.has(name))
      throw new MyelinError('argument', `sequential: two layers have the name "${name}"; names must differ`)
    taken.add(name)
  }
  const counts = new Map<string, number>()
  return layers.map((layer: Layer) => {
    if (layer.name !== undefined) return { name: layer.name, layer }
    let number = counts.get(layer.kind) ?? 0
    do number++
    while (taken.has(`${layer.kind}_${number}`))
    counts.set(layer.kind, number)
    return { name: `${layer.kind}_${number}`, layer }
  })
}
