/** A trained network as a part of another one: its layers again, which begin with its weights. */
import { MyelinError, sameShape, shapeText } from '../core/index.js'
import type { Initializer } from './initializers.js'
import type { Layer, LayerContext } from './layer.js'
import { shortName, suggestion } from './nearest-name.js'
import type { Network } from './network.js'
import type { NamedArray } from './network-types.js'
import { SymbolicTensor } from './symbolic.js'

/** What `apply` of a network takes beside the tensors. */
export interface ReuseOptions {
  /** The tensor of the network that is given, such as a layer's name; layers that it does not need are left out. */
  readonly output?: string
  /** False freezes all layers, true has all of them trained; default: each as it is. */
  readonly trainable?: boolean
}
/** What `applyAll` of a network takes beside the tensors. */
export interface ReuseAllOptions extends Omit<ReuseOptions, 'output'> {
  /** The tensors of the network that are given; default: its outputs. */
  readonly outputs?: readonly string[]
}

/** The layer with values to begin with, by the names that it gives its weights. */
function beginningWith(layer: Layer, values: ReadonlyMap<string, NamedArray>, trainable: boolean): Layer {
  const started = (context: LayerContext): LayerContext => ({
    ...context,
    variable(name, shape, initializer, options) {
      const known = values.get(name)
      if (known && !sameShape(known.shape, shape)) {
        throw new MyelinError('shape', `${layer.kind}: its trained weight "${name}" has shape ${shapeText(known.shape)}, and ` +
          `${shapeText(shape)} is needed here; apply the network to inputs of the shape that it was trained on`)
      }
      const start: Initializer = known ? { ...initializer, values: () => known.data } : initializer
      return context.variable(name, shape, start, options)
    },
  })
  const { mask } = layer
  // a layer's config may throw where it is asked for, so that nothing of it is read here
  return Object.create(layer, {
    trainable: { value: trainable },
    config: {
      get() {
        const { trainable: _, ...config } = layer.config
        return trainable ? config : { ...config, trainable }
      },
    },
    call: { value: (inputs, context) => layer.call(inputs, started(context)) } satisfies { value: Layer['call'] },
    ...(mask && { mask: { value: (inputs, context) => mask(inputs, started(context)) } satisfies { value: Layer['mask'] } }),
  }) as Layer
}

/** What the network makes of other symbolic tensors; see `Network.applyAll`. */
export function reused(
  network: Network, x: SymbolicTensor | readonly SymbolicTensor[], outputs: readonly string[], trainable: boolean | undefined,
): readonly SymbolicTensor[] {
  const { topology: { inputs, calls }, tensorNames, layers } = network
  const given = Array.isArray(x) ? (x as readonly unknown[]) : [x]
  if (given.length !== inputs.length || !given.every((one) => one instanceof SymbolicTensor)) {
    throw new MyelinError('argument', `model "${network.name}": apply expects what input({ shape }) or apply gives` +
      `${inputs.length === 1 ? '' : `, in a list of ${inputs.length}`}; numbers go into model.predict`)
  }
  const positions = outputs.map((name) => {
    const position = tensorNames.indexOf(name)
    if (position >= 0) return position
    throw new MyelinError('argument', `model "${network.name}": there is no tensor "${shortName(name)}"` +
      `${suggestion(name, tensorNames)}`)
  })
  // weights are taken as they are now
  const weights = network.getWeights()
  const again = layers.map(({ name, layer }) => {
    const own = weights.filter((weight) => weight.name.startsWith(`${name}/`))
    return beginningWith(layer, new Map(own.map((weight) => [weight.name.slice(name.length + 1), weight])), trainable ?? layer.trainable)
  })
  const made: SymbolicTensor[] = [...given]
  for (const { layer, inputs: sources } of calls) made.push(...again[layer]!.applyAll(sources.map((i) => made[i]!)))
  return positions.map((i) => made[i]!)
}
