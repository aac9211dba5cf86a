/** A stack of layers with its variables: from layers to graph, and weights in and out. */
import type { FloatType, Node, Shape, TypedArray, Variable } from '../core/index.js'
import {
  bytesOf,
  MyelinError,
  placeholder,
  RandomSource,
  sameShape,
  shapeText,
  sizeOf,
  typedArray,
  variable,
  withScope,
} from '../core/index.js'
import { add, Tensor } from '../ops/index.js'
import type { Constraint } from './constraints.js'
import type { Initializer } from './initializers.js'
import type { Layer, LayerContext, VariableOptions } from './layer.js'
import { bytesText, requireMemory } from './memory.js'
import type { NetworkJson } from './network-json.js'
import { networkJson, networkOptions } from './network-json.js'
import { summaryTable } from './summary.js'
import type { Regularizer } from './regularizers.js'

export interface NetworkOptions {
  /** Default: `sequential`. */
  readonly name?: string
  /** Where initial weights, dropout masks and the order of rows come from; default 0. */
  readonly seed?: number
  /** The data type of parameters and activations; default `float32`. */
  readonly dtype?: FloatType
  /** The shape of one row of input, such as [784]; default: taken from the first data. */
  readonly inputShape?: Shape
}

export interface NamedLayer {
  readonly name: string
  readonly layer: Layer
}

/** A weight of the network. */
export interface NetworkVariable {
  /** Such as `dense_1/kernel`. */
  readonly name: string
  readonly layer: string
  readonly variable: Variable
  readonly trainable: boolean
  readonly regularizer: Regularizer | null
  readonly constraint: Constraint | null
}

/** A weight with its values, row-major. */
export interface NamedArray {
  readonly name: string
  readonly shape: Shape
  readonly data: TypedArray
}

export interface ForwardPass {
  readonly output: Tensor
  /** New values of statistics. */
  readonly updates: readonly (readonly [Variable, Node])[]
  /** The sum of the regularisers and of what layers penalise; null where there are none. */
  readonly penalty: Tensor | null
}

/** What a network is called with. Training needs the random numbers' key and step. */
export type ForwardMode =
  { readonly training: false } | { readonly training: true; readonly key: Tensor; readonly step: Tensor }

/** A weight that is not made yet. */
export interface WeightPlan extends Omit<NetworkVariable, 'variable'> {
  readonly shape: Shape
  readonly initializer: Initializer
}
export interface NetworkPlan {
  readonly weights: readonly WeightPlan[]
  /** The shape of one row of each layer's output. */
  readonly outputs: readonly Shape[]
}

/** One row of the summary: a layer, the shape of a row of its output, and its parameters. */
export interface LayerSummary {
  readonly name: string
  readonly kind: string
  readonly outputShape: Shape
  readonly parameters: number
}

export class SequentialNetwork {
  readonly name: string
  readonly seed: number
  readonly dtype: FloatType
  readonly layers: readonly NamedLayer[]
  private built:
    | {
        readonly inputShape: Shape
        readonly variables: ReadonlyMap<string, NetworkVariable>
        readonly outputs: readonly Shape[]
      }
    | undefined
  private version = 0

  /** @throws MyelinError `argument` for wrong options, no layers, or two layers of one name */
  constructor(layers: readonly Layer[], options: NetworkOptions = {}) {
    const { name, seed, dtype, inputShape } = networkOptions(options)
    this.name = name
    this.seed = seed
    this.dtype = dtype
    this.layers = nameLayers(layers)
    if (inputShape) this.build(inputShape)
  }

  /** The shape of one row of input, once built. */
  get inputShape(): Shape | undefined {
    return this.built?.inputShape
  }

  /** The shape of one row of output. @throws MyelinError `state` before the network is built */
  get outputShape(): Shape {
    return this.ready('outputShape').outputs.at(-1)!
  }

  /** The weights, in the order of the layers. @throws MyelinError `state` before the network is built */
  get variables(): readonly NetworkVariable[] {
    return [...this.ready('variables').variables.values()]
  }

  /** Counts the changes of weights, so that copies of them know when they are old. */
  get weightsVersion(): number {
    return this.version
  }

  /**
   * Makes the weights for rows of this shape. `fit` does it where it was not done before; again with the same shape it
   * does nothing.
   *
   * @throws MyelinError `shape` where the layers do not fit the shape or each other, or the network was built for
   * another; `memory` where the weights could not be held
   */
  build(inputShape: Shape): void {
    if (this.built) {
      if (sameShape(this.built.inputShape, inputShape)) return
      throw new MyelinError(
        'shape',
        `model "${this.name}": built for rows of shape ${shapeText(this.built.inputShape)}, ` +
          `received ${shapeText(inputShape)}; make a new model for other data`,
      )
    }
    const { weights, outputs } = this.plan(inputShape)
    this.requireMemoryFor(weights)
    const variables = new Map<string, NetworkVariable>()
    for (const { initializer, shape, ...rest } of weights) {
      const { name } = rest
      const values = initializer.values(shape, new RandomSource(this.seed, name))
      if (values.length !== sizeOf(shape)) {
        throw new MyelinError(
          'shape',
          `initializer of "${name}": expected ${sizeOf(shape)} values for shape ` +
            `${shapeText(shape)}, received ${values.length}`,
        )
      }
      variables.set(name, { ...rest, variable: variable(name, shape, typedArray(this.dtype, values)) })
    }
    this.built = { inputShape, variables, outputs }
  }

  /**
   * The layers applied to a batch, as graph.
   * @param x [batch, ...inputShape], of the network's data type
   */
  forward(x: Tensor, mode: ForwardMode): ForwardPass {
    const { variables } = this.ready('forward')
    const updates: (readonly [Variable, Node])[] = []
    const penalties: Tensor[] = []
    const tensors = new Map<string, Tensor>()
    let output = x
    for (const { name, layer } of this.layers) {
      const context: LayerContext = {
        training: mode.training,
        trainable: layer.trainable,
        dtype: this.dtype,
        variable: (own, shape) => {
          const path = `${name}/${own}`
          const known = variables.get(path)
          if (!known || !sameShape(known.variable.shape, shape)) {
            throw new MyelinError(
              'shape',
              `variable "${path}": ${known ? `built as ${shapeText(known.variable.shape)}` : 'unknown'}, ` +
                `asked for as ${shapeText(shape)}`,
            )
          }
          let tensor = tensors.get(path)
          if (!tensor) {
            tensor = new Tensor(known.variable)
            tensors.set(path, tensor)
            if (known.regularizer && known.trainable) penalties.push(known.regularizer.call(tensor))
          }
          return tensor
        },
        update: (target, value) => updates.push([target.node as Variable, value.node]),
        penalize: (penalty) => penalties.push(penalty),
        random: (path) => {
          if (!mode.training) throw new MyelinError('state', 'random numbers are for training only')
          return { key: mode.key, step: mode.step, path: `${name}/${path}` }
        },
      }
      output = withScope(name, () => layer.call(output, context))
    }
    return { output, updates, penalty: penalties.length > 0 ? penalties.reduce((a, b) => add(a, b)) : null }
  }

  /** A copy of all weights and statistics. @throws MyelinError `state` before the network is built */
  getWeights(): NamedArray[] {
    return [...this.ready('getWeights').variables.values()].map(({ name, variable: { shape, data } }) => ({
      name,
      shape,
      data: data.slice(),
    }))
  }

  /**
   * Takes over weights by their names; values are converted to the network's data type.
   *
   * @throws MyelinError `state` before the network is built, `argument` for a missing or unknown name, `shape` for
   * another shape, `data` for NaN or Infinity; then nothing is changed
   */
  setWeights(weights: readonly NamedArray[]): void {
    const { variables } = this.ready('setWeights')
    const given = new Map(weights.map((weight) => [weight.name, weight]))
    for (const name of given.keys()) {
      if (!variables.has(name)) {
        throw new MyelinError(
          'argument',
          `setWeights: the model has no "${name}"; it has ${[...variables.keys()].join(', ')}`,
        )
      }
    }
    for (const [
      name,
      {
        variable: { shape },
      },
    ] of variables) {
      const weight = given.get(name)
      if (!weight) throw new MyelinError('argument', `setWeights: "${name}" is missing`)
      if (!sameShape(weight.shape, shape) || weight.data.length !== sizeOf(shape)) {
        throw new MyelinError(
          'shape',
          `setWeights: "${name}" has shape ${shapeText(shape)}, received ${shapeText(weight.shape)} ` +
            `with ${weight.data.length} values`,
        )
      }
      const bad = weight.data.findIndex((value: number) => !Number.isFinite(value))
      if (bad >= 0) throw new MyelinError('data', `setWeights: "${name}" holds ${weight.data[bad]} at position ${bad}`)
    }
    for (const [name, weight] of given) variables.get(name)!.variable.data.set(weight.data)
    this.weightsChanged()
  }

  /** To be called after the host buffers of variables were written to. */
  weightsChanged(): void {
    this.version++
  }

  /** Each layer, its output and its number of parameters. @throws MyelinError `state` before the network is built */
  describe(): LayerSummary[] {
    const { outputs } = this.ready('summary')
    return this.layers.map(({ name, layer }, i) => ({
      name,
      kind: layer.kind,
      outputShape: outputs[i]!,
      parameters: this.variables.reduce((sum, v) => sum + (v.layer === name ? v.variable.data.length : 0), 0),
    }))
  }

  /** Layers, shapes and numbers of parameters as a table. @throws MyelinError `state` before the network is built */
  summary(): string {
    const count = (some: readonly NetworkVariable[]): number => some.reduce((sum, v) => sum + v.variable.data.length, 0)
    const all = count(this.variables),
      trainable = count(this.variables.filter((v) => v.trainable))
    return summaryTable(this.name, this.describe(), all, trainable, bytesText(all * bytesOf(this.dtype)))
  }

  /**
   * The architecture as JSON, without weights.
   * @throws MyelinError `unsupported` where an option is a function
   */
  toJSON(): NetworkJson {
    return networkJson(this)
  }

  private ready(what: string): NonNullable<typeof this.built> {
    if (!this.built) {
      throw new MyelinError(
        'state',
        `${what}: model "${this.name}" has no weights yet; give inputShape, call build(inputShape), or fit first`,
      )
    }
    return this.built
  }

  /**
   * What `build` would make for rows of this shape: the layers are run on one row without weights.
   * @throws MyelinError `shape` where the layers do not fit the shape or each other
   */
  plan(inputShape: Shape): NetworkPlan {
    const plans = new Map<string, WeightPlan>()
    let x = new Tensor(placeholder('x', [1, ...inputShape], this.dtype))
    const outputs = this.layers.map(({ name, layer }) => {
      const context: LayerContext = {
        training: false,
        trainable: layer.trainable,
        dtype: this.dtype,
        variable: (own, shape, initializer, options: VariableOptions = {}) => {
          const { regularizer = null, constraint = null } = options
          const trainable = layer.trainable && options.trainable !== false
          const path = `${name}/${own}`
          plans.set(path, { name: path, layer: name, shape, initializer, trainable, regularizer, constraint })
          return new Tensor(placeholder(path, shape, this.dtype))
        },
        update: () => undefined,
        penalize: () => undefined,
        random: () => {
          throw new MyelinError('state', 'random numbers are for training only')
        },
      }
      x = withScope(name, () => layer.call(x, context))
      if (x.shape[0] !== 1) {
        throw new MyelinError(
          'shape',
          `${layer.kind}: expected one row of output for one of input, received ${shapeText(x.shape)}; ` +
            `in layer "${name}"`,
        )
      }
      return x.shape.slice(1)
    })
    return { weights: [...plans.values()], outputs }
  }

  private requireMemoryFor(plans: readonly WeightPlan[]): void {
    const bytesOfLayer = (layer: string): number =>
      plans.reduce((sum, plan) => sum + (plan.layer === layer ? sizeOf(plan.shape) * bytesOf(this.dtype) : 0), 0)
    requireMemory(
      `model "${this.name}"`,
      this.layers.map(({ name }) => ({
        what: `layer "${name}"`,
        bytes: bytesOfLayer(name),
        advice: `make "${name}" or its input smaller`,
      })),
    )
  }
}

/** Numbers layers of one kind from 1, in this model alone: dense_1, dense_2. */
function nameLayers(layers: readonly Layer[]): NamedLayer[] {
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
  for (const { name } of layers) {
    if (name === undefined) continue
    if (taken.has(name))
      throw new MyelinError('argument', `sequential: two layers have the name "${name}"; names must differ`)
    taken.add(name)
  }
  const counts = new Map<string, number>()
  return layers.map((layer) => {
    if (layer.name !== undefined) return { name: layer.name, layer }
    let number = counts.get(layer.kind) ?? 0
    do number++
    while (taken.has(`${layer.kind}_${number}`))
    counts.set(layer.kind, number)
    return { name: `${layer.kind}_${number}`, layer }
  })
}
