/**
 * Layers with their variables: from layers to graph, and weights in and out. Long, as it is one public class with its
 * documentation; what its methods need beyond its own state stands in files of their own (topology, summary, reuse, JSON).
 */
import type { FloatType, Node, Shape, Variable } from '../core/index.js'
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
import { add, mul, Tensor } from '../ops/index.js'
import type { Layer, LayerContext, VariableOptions } from './layer.js'
import { readOptions } from './parameters.js'
import { firstNotFinite, requireNamedArrays } from './named-arrays.js'
import { bytesText, requireMemory } from './memory.js'
import type { NetworkJson } from './network-json.js'
import { networkJson, networkOptions } from './network-json.js'
import type {
  ForwardMode,
  ForwardPass,
  LayerSummary,
  NamedArray,
  NamedLayer,
  NetworkOptions,
  NetworkPlan,
  NetworkVariable,
  WeightPlan,
} from './network-types.js'
import type { ReuseAllOptions, ReuseOptions } from './reuse.js'
import { reused } from './reuse.js'
import type { SymbolicTensor } from './symbolic.js'
import { multiplyAdds } from './multiply-adds.js'
import { summaryTable } from './summary.js'
import type { Topology } from './topology.js'
import { callOf, chain, isChain, nameLayers, tensorNames } from './topology.js'

/** Layers and how they hang together, with their weights. `Model` adds training and predicting. */
export class Network {
  /** The name in messages and in the model file. */
  readonly name: string
  /** Where initial weights, dropout masks and the order of rows come from. */
  readonly seed: number
  /** The data type of parameters and activations. */
  readonly dtype: FloatType
  /** The layers with their names, in the order in which they are first applied. */
  readonly layers: readonly NamedLayer[]
  /** How the layers hang together. */
  readonly topology: Topology
  /** The names of the inputs and of what each call of a layer gives. */
  readonly tensorNames: readonly string[]
  private built:
    | {
        readonly inputShapes: readonly Shape[]
        readonly variables: ReadonlyMap<string, NetworkVariable>
        readonly tensors: readonly Shape[]
        readonly maskedOutputs: readonly boolean[]
      }
    | undefined
  private version = 0

  /**
   * @param layers layers one after another, or how they hang together
   * @throws MyelinError `argument` for wrong options, no layers, or two layers of one name
   */
  constructor(layers: readonly Layer[] | Topology, options: NetworkOptions = {}) {
    const { name, seed, dtype, inputShape } = networkOptions(options)
    this.name = name
    this.seed = seed
    this.dtype = dtype
    this.topology = 'calls' in layers ? layers : chain(layers)
    this.layers = nameLayers(this.topology)
    this.tensorNames = tensorNames(this.topology, this.layers)
    const known = this.topology.inputs.map(({ shape }) => shape ?? inputShape)
    if (known.every((shape) => shape !== undefined)) this.build(...known)
  }

  /** The names of the inputs, in their order. */
  get inputNames(): readonly string[] {
    return this.topology.inputs.map(({ name }) => name)
  }

  /** The names of the outputs, in their order: those of the layers that make them. */
  get outputNames(): readonly string[] {
    return this.topology.outputs.map((i) => this.tensorNames[i]!)
  }

  /** The shape of one row of each input, once built. */
  get inputShapes(): readonly Shape[] | undefined {
    return this.built?.inputShapes
  }

  /** The shape of one row of each output. @throws MyelinError `state` before the network is built */
  get outputShapes(): readonly Shape[] {
    const { tensors } = this.ready('outputShapes')
    return this.topology.outputs.map((i) => tensors[i]!)
  }

  /** The shape of one row of the first input, once built. */
  get inputShape(): Shape | undefined {
    return this.inputShapes?.[0]
  }

  /** The shape of one row of the first output. @throws MyelinError `state` before the network is built */
  get outputShape(): Shape {
    return this.outputShapes[0]!
  }

  /**
   * Whether a mask says of an output which of its steps count, so that losses and metrics leave out the others.
   * @throws MyelinError `state` before the network is built
   */
  get maskedOutputs(): readonly boolean[] {
    return this.ready('maskedOutputs').maskedOutputs
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
   * Makes the weights for rows of this shape (one for each input). `fit` does it where it was not done before; again
   * with the same shape it does nothing.
   *
   * @throws MyelinError `shape` where the layers do not fit the shape or each other, or the network was built for
   * another; `memory` where the weights could not be held
   */
  build(...inputShapes: readonly Shape[]): void {
    if (this.built) {
      const known = this.built.inputShapes
      if (known.length === inputShapes.length && known.every((shape, i) => sameShape(shape, inputShapes[i]!))) return
      throw new MyelinError(
        'shape',
        `model "${this.name}": built for rows of shape ${known.map(shapeText).join(' and ')}, ` +
          `received ${inputShapes.map(shapeText).join(' and ')}; make a new model for other data`,
      )
    }
    const { weights, tensors, maskedOutputs } = this.plan(...inputShapes)
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
    this.built = { inputShapes, variables, tensors, maskedOutputs }
  }

  /**
   * The layers applied to a batch, as graph.
   * @param inputs each [batch, ...inputShape], of the network's data type
   */
  forward(inputs: readonly Tensor[], mode: ForwardMode): ForwardPass {
    const { variables } = this.ready('forward')
    /** Of each variable its tensor in this pass, or what an earlier call of a shared layer made of it. */
    const values = new Map<string, Tensor>()
    const owners = new Map<Node, Variable>()
    const updates = new Map<Variable, Node>()
    const penalties: Tensor[] = []
    const { tensors, masks } = this.calls(inputs, ({ name, layer }, call) => ({
      training: mode.training,
      trainable: layer.trainable,
      dtype: this.dtype,
      variable: (own, shape) => {
        const path = `${name}/${own}`
        const known = variables.get(path)
        if (!known || !sameShape(known.variable.shape, shape)) throw unlike(path, known?.variable.shape, shape)
        let tensor = values.get(path)
        if (!tensor) {
          tensor = new Tensor(known.variable)
          values.set(path, tensor)
          if (known.regularizer && known.trainable) penalties.push(known.regularizer.call(tensor))
        }
        owners.set(tensor.node, known.variable)
        return tensor
      },
      update: (target, value) => {
        const owner = owners.get(target.node)!
        updates.set(owner, value.node)
        values.set(owner.name, value)
      },
      penalize: (penalty) => penalties.push(penalty),
      random: (path) => {
        if (!mode.training) throw noRandom()
        return { key: mode.key, step: mode.step, path: `${call}/${path}` }
      },
      past: mode.training ? undefined : mode.past?.(call),
    }))
    return {
      outputs: this.topology.outputs.map((i) => tensors[i]!),
      masks: this.topology.outputs.map((i) => stepMask(masks[i]!, tensors[i]!)),
      tensors,
      updates: [...updates],
      penalty: penalties.length > 0 ? penalties.reduce((a, b) => add(a, b)) : null,
    }
  }

  /**
   * The network, or what it makes by one of its layers, as a part of a new one:
   *
   *     const x = input({ shape: [28, 28, 1] })
   *     const features = trained.apply(x, { output: 'flatten_1', trainable: false })
   *     const network = model({ inputs: x, outputs: dense({ units: 3, activation: 'softmax' }).apply(features) })
   *
   * The new network's layers begin with the weights that this one has now, and go their own way from there.
   *
   * @param x what `input` or `apply` gave; with several inputs, a list
   * @throws MyelinError `state` before the network is built; `argument` for a tensor that is not there, and where there are
   * several outputs: `applyAll` gives those
   */
  apply(x: SymbolicTensor | readonly SymbolicTensor[], { output, ...options }: ReuseOptions = {}): SymbolicTensor {
    const outputs = output === undefined ? this.outputNames : [output]
    if (outputs.length > 1) {
      throw new MyelinError('argument', `model "${this.name}": apply gives one tensor, and there are ${outputs.length} ` +
        'outputs; name one, such as { output: "dense_1" }, or write applyAll(x)')
    }
    return this.applyAll(x, { ...options, outputs })[0]!
  }

  /** As `apply`, with any number of outputs, whose layers share what they share here. @throws MyelinError as `apply` */
  applyAll(x: SymbolicTensor | readonly SymbolicTensor[], options: ReuseAllOptions = {}): readonly SymbolicTensor[] {
    this.ready('apply')
    const { outputs = this.outputNames, trainable, ...unknown } = options
    readOptions('apply', {}, unknown)
    return reused(this, x, outputs, trainable)
  }

  /** Inputs and what every call gives, and which of their steps count. */
  private calls(
    inputs: readonly Tensor[],
    contextOf: (layer: NamedLayer, call: string) => Omit<LayerContext, 'masks'>,
  ): { readonly tensors: readonly Tensor[]; readonly masks: readonly (Tensor | null)[] } {
    const tensors = [...inputs]
    const masks: (Tensor | null)[] = inputs.map(() => null)
    for (const { layer: position, inputs: sources } of this.topology.calls) {
      const { name, layer } = this.layers[position]!
      const given = sources.map((i) => tensors[i]!)
      const context = { ...contextOf(this.layers[position]!, this.tensorNames[tensors.length]!), masks: sources.map((i) => masks[i]!) }
      withScope(name, () => {
        const made = layer.call(given, context)
        const outputs = made instanceof Tensor ? [made] : made
        tensors.push(...outputs)
        const mask = layer.mask ? layer.mask(given, context) : maskBehind(outputs[0]!, context.masks)
        masks.push(mask, ...outputs.slice(1).map(() => null))
      })
    }
    return { tensors, masks }
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
    requireNamedArrays(weights)
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
      const bad = firstNotFinite(weight.data)
      if (bad >= 0) throw new MyelinError('data', `setWeights: "${name}" holds ${weight.data[bad]} at position ${bad}`)
    }
    for (const [name, weight] of given) variables.get(name)!.variable.data.set(weight.data)
    this.weightsChanged()
  }

  /** What stateful layers remember of the batch before, in the order of the layers. */
  get states(): readonly NetworkVariable[] {
    return this.variables.filter(({ state }) => state)
  }

  /**
   * Makes stateful layers forget the batch before: their states become zeros.
   * @throws MyelinError `state` before the network is built
   */
  resetStates(): void {
    for (const { variable } of this.states) variable.data.fill(0)
    this.weightsChanged()
  }

  /** To be called after the host buffers of variables were written to. */
  weightsChanged(): void {
    this.version++
  }

  /** Each layer, its output, its number of parameters, and its multiply-adds for one row. @throws MyelinError `state` before the network is built */
  describe(): LayerSummary[] {
    const { tensors, inputShapes } = this.ready('summary')
    const { calls } = this.topology
    const work = multiplyAdds(this.plan(...inputShapes).graph.map(({ node }) => node))
    return this.layers.map(({ name, layer }, i) => {
      return {
        name,
        kind: layer.kind,
        outputShape: tensors[this.tensorNames.indexOf(name)]!,
        parameters: this.variables.reduce((sum, v) => sum + (v.layer === name ? v.variable.data.length : 0), 0),
        multiplyAdds: work.get(name) ?? 0,
        inputs: calls.flatMap((call) => (call.layer === i ? call.inputs.map((k) => this.tensorNames[k]!) : [])),
      }
    })
  }

  /** Layers, shapes, numbers of parameters and multiply-adds for one row as a table. @throws MyelinError `state` before the network is built */
  summary(): string {
    const count = (some: readonly NetworkVariable[]): number => some.reduce((sum, v) => sum + v.variable.data.length, 0)
    const all = count(this.variables),
      trainable = count(this.variables.filter((v) => v.trainable))
    const size = bytesText(all * bytesOf(this.dtype))
    return summaryTable(this.name, this.describe(), !isChain(this.topology), all, trainable, size)
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
   * What `build` would make for rows of these shapes: the layers are run on one row without weights.
   * @throws MyelinError `shape` where the layers do not fit the shapes or each other
   */
  plan(...inputShapes: readonly Shape[]): NetworkPlan {
    const { inputs, outputs } = this.topology
    if (inputShapes.length !== inputs.length) {
      throw new MyelinError(
        'shape',
        `model "${this.name}": expected a shape for each of ${inputs.length} inputs, received ${inputShapes.length}`,
      )
    }
    const plans = new Map<string, WeightPlan>()
    const rows = inputShapes.map((shape, i) => new Tensor(placeholder(inputs[i]!.name, [1, ...shape], this.dtype)))
    const { tensors, masks } = this.calls(rows, ({ name, layer }) => ({
      training: false,
      planning: true,
      trainable: layer.trainable,
      dtype: this.dtype,
      variable: (own, shape, initializer, options: VariableOptions = {}) => {
        const { regularizer = null, constraint = null, state = false } = options
        const trainable = layer.trainable && options.trainable !== false
        const path = `${name}/${own}`
        const known = plans.get(path)
        if (known && !sameShape(known.shape, shape)) throw unlike(path, known.shape, shape)
        plans.set(path, { name: path, layer: name, shape, initializer, trainable, regularizer, constraint, state })
        return new Tensor(placeholder(path, shape, this.dtype))
      },
      update: () => undefined,
      penalize: () => undefined,
      random: () => {
        throw noRandom()
      },
    }))
    const shapes = tensors.map(({ shape }, i) => {
      if (shape[0] === 1) return shape.slice(1)
      const { name, layer } = this.layers[callOf(this.topology, i)!.layer]!
      throw new MyelinError(
        'shape',
        `${layer.kind}: expected one row of output for one of input, received ${shapeText(shape)}; in layer "${name}"`,
      )
    })
    return {
      weights: [...plans.values()], tensors: shapes, outputs: outputs.map((i) => shapes[i]!), graph: tensors,
      maskedOutputs: outputs.map((i) => stepMask(masks[i]!, tensors[i]!) !== null),
    }
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

/** The mask where it says which steps of [batch, steps, ...] count, otherwise null. */
const stepMask = (mask: Tensor | null, { shape }: Tensor): Tensor | null =>
  mask && shape.length > 2 && sameShape(mask.shape, shape.slice(0, 2)) ? mask : null

/** Which steps of [batch, steps, ...] count: those that count in all that it was made of, where it has the same steps. */
const maskBehind = (output: Tensor, masks: readonly (Tensor | null)[]): Tensor | null =>
  masks.flatMap((mask) => stepMask(mask, output) ?? []).reduce<Tensor | null>((all, mask) => (all ? mul(all, mask) : mask), null)

const unlike = (path: string, built: Shape | undefined, asked: Shape): MyelinError =>
  new MyelinError(
    'shape',
    `variable "${path}": ${built ? `built as ${shapeText(built)}` : 'unknown'}, asked for as ${shapeText(asked)}`,
  )

const noRandom = (): MyelinError => new MyelinError('state', 'random numbers are for training only')
