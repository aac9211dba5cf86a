/** How a network's layers hang together: inputs, calls of layers, outputs, and the names of all. */
import type { Shape } from '../core/index.js'
import { MyelinError } from '../core/index.js'
import type { Layer } from './layer.js'

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

/** Tensors are numbered: first the inputs, then the output of each call. Calls come after those that they need. */
export interface Topology {
  readonly inputs: readonly NetworkInput[]
  readonly layers: readonly Layer[]
  readonly calls: readonly LayerCall[]
  /** The tensors that are outputs. */
  readonly outputs: readonly number[]
}

/** Layers one after another. */
export const chain = (layers: readonly Layer[]): Topology => ({
  inputs: [{ name: 'input', shape: undefined }],
  layers,
  calls: layers.map((_, i) => ({ layer: i, inputs: [i] })),
  outputs: [layers.length],
})

/** Whether a list of layers says all. */
export const isChain = ({ inputs, layers, calls, outputs }: Topology): boolean =>
  inputs.length === 1 &&
  inputs[0]!.name === 'input' &&
  calls.length === layers.length &&
  calls.every((call, i) => call.layer === i && call.inputs.length === 1 && call.inputs[0] === i) &&
  outputs.length === 1 &&
  outputs[0] === layers.length

/** The name of a layer's first output is the layer's, that of its second `dense_1:2`. */
export function tensorNames({ inputs, calls }: Topology, layers: readonly { readonly name: string }[]): string[] {
  const counts = new Map<number, number>()
  return [
    ...inputs.map(({ name }) => name),
    ...calls.map(({ layer }) => {
      const count = (counts.get(layer) ?? 0) + 1
      counts.set(layer, count)
      return count === 1 ? layers[layer]!.name : `${layers[layer]!.name}:${count}`
    }),
  ]
}

/**
 * Numbers layers of one kind from 1, in this model alone: dense_1, dense_2.
 * @throws MyelinError `argument` for no layers, something that is no layer, or two things of one name
 */
export function nameLayers({ inputs, layers }: Topology): { readonly name: string; readonly layer: Layer }[] {
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
