/** Networks that branch: layers applied to symbolic tensors, and what an output is made of. */
import type { Shape } from '../core/index.js'
import { MyelinError } from '../core/index.js'
import type { Layer } from './layer.js'
import { readOptions } from './parameters.js'
import { nameParameter, shapeParameter } from './shared-parameters.js'
import type { LayerCall, Topology } from './topology.js'

/** What `input` makes and layers are applied to: a place in a network that does not hold numbers yet. */
export class SymbolicTensor {
  private constructor(
    /** The layer that makes it; null for an input. */
    readonly layer: Layer | null,
    /** What the layer is applied to. */
    readonly inputs: readonly SymbolicTensor[],
    /** Of an input: the shape of one row. */
    readonly shape: Shape | undefined,
    /** Of an input, where it was given one. */
    readonly name: string | undefined,
    /** All that this use of the layer gives, itself among them. */
    readonly siblings: readonly SymbolicTensor[] = [],
  ) {}

  /** An input of a network; `input({ shape })` checks what it is given. */
  static input(shape: Shape, name: string | undefined): SymbolicTensor {
    return new SymbolicTensor(null, [], shape, name)
  }

  /**
   * What a layer makes of other symbolic tensors; `layer.apply(x)` and `layer.applyAll(x)` are the ways to call it.
   *
   * @throws MyelinError `argument` for what is no symbolic tensor
   */
  static of(layer: Layer, x: SymbolicTensor | readonly SymbolicTensor[]): readonly [SymbolicTensor, ...SymbolicTensor[]] {
    const inputs: readonly unknown[] = Array.isArray(x) ? x : [x]
    if (inputs.length === 0 || !inputs.every((item) => item instanceof SymbolicTensor)) {
      throw new MyelinError(
        'argument',
        `${layer.kind}: apply expects what input({ shape }) or apply gives` +
          `${layer.takes === 'several' ? ', in a list' : ''}; numbers go into model.predict`,
      )
    }
    const all: SymbolicTensor[] = []
    for (let i = 0; i < layer.gives; i++) all.push(new SymbolicTensor(layer, inputs as SymbolicTensor[], undefined, undefined, all))
    return all as [SymbolicTensor, ...SymbolicTensor[]]
  }
}

const parameters = { shape: shapeParameter, name: nameParameter }

/**
 * An input of a network that branches: `const x = input({ shape: [4] })`, then `dense({ units: 3 }).apply(x)`, and
 * `model({ inputs: x, outputs: y })` at the end.
 *
 * @param options the shape of one row, such as [28, 28], and a name for data and messages
 * @throws MyelinError `argument` for a missing or wrong shape
 */
export function input(options: { readonly shape: Shape; readonly name?: string }): SymbolicTensor {
  const { shape, name } = readOptions('input', parameters, options)
  return SymbolicTensor.input(shape, name as string | undefined)
}

/**
 * The layers and calls between inputs and outputs.
 * @throws MyelinError `argument` for an output that needs another input, an input that no output needs, or no input
 */
export function topologyOf(inputs: readonly SymbolicTensor[], outputs: readonly SymbolicTensor[]): Topology {
  for (const [what, list] of [
    ['inputs', inputs],
    ['outputs', outputs],
  ] as const) {
    if (list.length === 0 || !list.every((item: unknown) => item instanceof SymbolicTensor)) {
      throw new MyelinError('argument', `model: ${what} must be symbolic tensors: what input({ shape }) or apply gives`)
    }
  }
  const found = new Map<SymbolicTensor, number>()
  inputs.forEach((tensor, i) => {
    if (tensor.layer || found.has(tensor)) {
      throw new MyelinError('argument', `model: input ${i + 1} is not what input({ shape }) gives, or is there twice`)
    }
    found.set(tensor, i)
  })
  const layers: Layer[] = []
  const calls: LayerCall[] = []
  const used = new Set<SymbolicTensor>()
  let count = inputs.length
  const visit = (tensor: SymbolicTensor): number => {
    used.add(tensor)
    const known = found.get(tensor)
    if (known !== undefined) return known
    if (!tensor.layer) {
      throw new MyelinError(
        'argument',
        `model: the outputs need an input${tensor.name ? ` "${tensor.name}"` : ''} that is not among inputs`,
      )
    }
    const sources = tensor.inputs.map(visit)
    if (!layers.includes(tensor.layer)) layers.push(tensor.layer)
    calls.push({ layer: layers.indexOf(tensor.layer), inputs: sources })
    for (const sibling of tensor.siblings) found.set(sibling, count++)
    return found.get(tensor)!
  }
  const positions = outputs.map(visit)
  const unused = inputs.findIndex((tensor) => !used.has(tensor))
  if (unused >= 0) throw new MyelinError('argument', `model: no output needs input ${unused + 1}; leave it out`)
  const names = inputs.map(({ name }, i) => name ?? (inputs.length === 1 ? 'input' : `input_${i + 1}`))
  return {
    inputs: inputs.map(({ shape }, i) => ({ name: names[i]!, shape })),
    layers,
    calls,
    outputs: positions,
  }
}
