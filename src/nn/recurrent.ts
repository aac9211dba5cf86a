/** What recurrent layers have in common: everything but the step itself. */
import type { Shape } from '../core/index.js'
import { fill, MyelinError, shapeText } from '../core/index.js'
import { add, flip, matmul, mul, randomBernoulli, reshape, scan, select, Tensor, transpose } from '../ops/index.js'
import { activationParameter } from './activations.js'
import type { Initializer } from './initializers.js'
import { zeros } from './initializers.js'
import type { Later } from './component.js'
import type { CommonParameters, Layer, LayerBody, LayerContext, LayerFactory, LayerSample } from './layer.js'
import { defineLayerOfSeveral } from './layer.js'
import type { Parameters, ValuesOf } from './parameters.js'
import { boolean, integer, number } from './parameters.js'
import { constraintParameter, initializerParameter, regularizerParameter } from './weights.js'

/** Keras's options and defaults. */
export const recurrentParameters = {
  units: integer({ min: 1, help: 'the number of outputs, and of the numbers that a state holds' }),
  activation: activationParameter('tanh', 'the function applied to the new state'),
  useBias: boolean({ default: true, help: 'whether a bias is added' }),
  kernelInitializer: initializerParameter('glorotUniform', 'the initial weights of the inputs'),
  recurrentInitializer: initializerParameter('orthogonal', 'the initial weights of the state before'),
  biasInitializer: initializerParameter('zeros', 'the initial bias'),
  kernelRegularizer: regularizerParameter('a penalty on the weights of the inputs: l1, l2 or l1l2'),
  recurrentRegularizer: regularizerParameter('a penalty on the weights of the state: l1, l2 or l1l2'),
  biasRegularizer: regularizerParameter('a penalty on the bias: l1, l2 or l1l2'),
  kernelConstraint: constraintParameter('what the weights of the inputs are brought back to after each update'),
  recurrentConstraint: constraintParameter('what the weights of the state are brought back to after each update'),
  biasConstraint: constraintParameter('what the bias is brought back to after each update'),
  dropout: number({ default: 0, min: 0, below: 1, help: 'the part of the inputs that is set to 0, the same at each step' }),
  recurrentDropout: number({
    default: 0, min: 0, below: 1, help: 'the part of the state that the next step does not read, the same at each step',
  }),
  returnSequences: boolean({ default: false, help: 'whether the outputs of all steps are given, instead of the last one' }),
  returnState: boolean({ default: false, help: 'whether the last state is given as well: use applyAll' }),
  goBackwards: boolean({ default: false, help: 'whether the steps are read from the last to the first' }),
  stateful: boolean({ default: false, help: 'whether a row of a batch goes on with the states of that row of the batch before' }),
  batchSize: integer({ default: 1, min: 1, help: 'with stateful: how many rows every batch has' }),
}
export type RecurrentOptions = ValuesOf<typeof recurrentParameters>

/** One kind of step. */
export interface Cell {
  /** How many times `units` columns the weights have. */
  readonly gates: number
  /** How many arrays [batch, units] are handed from step to step; the first is the output. */
  readonly states: number
  /** The shape of the bias. */
  readonly biasShape: Shape
  readonly biasInitializer: Initializer
  /** Of the bias the part that joins the inputs' product before the steps. */
  inputBias(bias: Tensor): Tensor
  /**
   * The next states.
   * @param x [batch, gates · units]: the inputs of this step times their weights, with the bias
   * @param states [batch, units] each
   * @param read what the weights of the state are multiplied with: the first state, less what is dropped
   * @param weights [units, gates · units]
   * @param bias the whole bias; null where there is none
   */
  step(x: Tensor, states: readonly Tensor[], read: (h: Tensor) => Tensor, weights: Tensor, bias: Tensor | null): readonly Tensor[]
}

/** What a layer of two directions knows of each. */
export interface Direction {
  readonly returnSequences: boolean
  readonly returnState: boolean
  readonly goBackwards: boolean
  readonly stateful: boolean
  /** How many states it has. */
  readonly states: number
  /** A layer with the same options, which reads the steps the other way. */
  reversed(): RecurrentLayer
}
export interface RecurrentLayer extends Layer {
  readonly direction: Direction
}
export const isRecurrent = (layer: Layer): layer is RecurrentLayer => 'direction' in layer

/**
 * A recurrent layer: [batch, steps, features] -> [batch, units], or [batch, steps, units] with `returnSequences`; states to
 * begin with may follow the input, [batch, units] each, otherwise they are zeros. The inputs' part of all steps is one
 * matrix product before the first of them. A step that a mask leaves out hands on the state, and its output is that of
 * the step before. With `stateful` a batch begins with the last states of the one before, in training, evaluating and
 * predicting, until `resetStates` of the network; gradients do not go back into that batch. Then every batch must have
 * `batchSize` rows, and shuffling should be off.
 */
export const recurrentLayer = <const P extends typeof recurrentParameters & Parameters>(
  kind: string, states: number, parameters: Later<P>, samples: Later<readonly LayerSample[]>, cellOf: (options: ValuesOf<P>) => Cell,
): LayerFactory<P & CommonParameters> => {
  const factory = defineLayerOfSeveral(kind, [1, 1 + states], parameters, samples, (values) => {
    const options = values as unknown as RecurrentOptions
    const { returnSequences, returnState, goBackwards, stateful } = options
    const cell = cellOf(values)
    const reversed = (): RecurrentLayer =>
      (factory as unknown as (options: unknown) => RecurrentLayer)({ ...values, goBackwards: !goBackwards })
    const body: LayerBody & { gives: number; direction: Direction } = {
      gives: returnState ? 1 + states : 1,
      direction: { returnSequences, returnState, goBackwards, stateful, states, reversed },
      call: (inputs, context) => run(kind, options, cell, inputs, context),
      mask: (_, { masks }) => (returnSequences ? masks[0]! : null),
    }
    return body
  })
  return factory
}

function run(kind: string, options: RecurrentOptions, cell: Cell, inputs: readonly Tensor[], context: LayerContext): Tensor | Tensor[] {
  const [x, ...first] = inputs as readonly [Tensor, ...Tensor[]]
  const [batch, steps, features] = requireSequence(kind, x)
  const { units, returnSequences, goBackwards: reverse } = options
  const width = cell.gates * units
  const weights = (name: 'kernel' | 'recurrent', rows: number): Tensor =>
    context.variable(name === 'kernel' ? name : 'recurrentKernel', [rows, width], options[`${name}Initializer`], {
      regularizer: options[`${name}Regularizer`],
      constraint: options[`${name}Constraint`],
    })
  const kernel = weights('kernel', features)
  const recurrent = weights('recurrent', units)
  const bias = options.useBias
    ? context.variable('bias', cell.biasShape, cell.biasInitializer, {
        regularizer: options.biasRegularizer,
        constraint: options.biasConstraint,
      })
    : null
  const kept = (what: 'dropout' | 'recurrentDropout', size: number): Tensor | null => dropMask(what, options[what], [batch, size], context)
  const inputKept = kept('dropout', features)
  const stateKept = kept('recurrentDropout', units)
  const read = (h: Tensor): Tensor => (stateKept ? mul(h, stateKept) : h)
  const given = inputKept ? mul(x, reshape(inputKept, [batch, 1, features])) : x
  const product = matmul(reshape(transpose(given, [1, 0, 2]), [steps * batch, features]), kernel)
  const projected = reshape(bias ? add(product, cell.inputBias(bias)) : product, [steps, batch, width])
  const mask = context.masks[0] ?? null
  const states = options.stateful ? statesBefore(kind, options, cell, batch, context) : []
  const begin = statesToBeginWith(kind, first.length === 0 && !context.planning ? states : first, cell.states, [batch, units], x)
  const { last, all } = scan(
    mask ? [projected, transpose(mask)] : [projected],
    begin,
    ([row, counts], states) => {
      const next = cell.step(row!, states, read, recurrent, bias)
      if (!counts) return { carries: next }
      const condition = reshape(counts, [batch, 1])
      return { carries: next.map((state, i) => select(condition, state, states[i]!)) }
    },
    { reverse, differentiable: context.training },
  )
  states.forEach((state, i) => context.update(state, last[i]!))
  // as in Keras, the outputs of a backward run come in the order in which they were made
  const sequence = returnSequences ? transpose(reverse ? flip(all[0]!, 0) : all[0]!, [1, 0, 2]) : last[0]!
  return options.returnState ? [sequence, ...last] : sequence
}

/** @throws MyelinError `shape` unless x is [batch, steps, features] with at least one step */
function requireSequence(kind: string, { shape }: Tensor): readonly [number, number, number] {
  const [batch, steps, features] = shape
  if (batch === undefined || !steps || features === undefined || shape.length !== 3) {
    throw new MyelinError('shape', `${kind}: expected rows of steps and features, such as inputShape: [20, 1], received rows of ` +
      `shape ${shapeText(shape.slice(1))}; add the axis of features with reshape`)
  }
  return [batch, steps, features]
}

/** @throws MyelinError `shape` for a batch of another size than `batchSize` */
function statesBefore(
  kind: string, { units, batchSize }: RecurrentOptions, cell: Cell, batch: number, context: LayerContext,
): readonly Tensor[] {
  if (batch !== batchSize && !context.planning) {
    throw new MyelinError('shape', `${kind}: stateful with batches of ${batchSize} rows, received ${batch}; give fit, evaluate and ` +
      `predict a batchSize of ${batchSize} and a multiple of so many rows, or set the layer's batchSize`)
  }
  return Array.from({ length: cell.states }, (_, i) =>
    context.variable(`state_${i + 1}`, [batchSize, units], zeros(), { trainable: false, state: true }))
}

/** @throws MyelinError `argument` for some states but not all, `shape` for states that are not [batch, units] */
function statesToBeginWith(kind: string, given: readonly Tensor[], count: number, shape: Shape, { dtype }: Tensor): readonly Tensor[] {
  if (given.length === 0) return Array.from({ length: count }, () => new Tensor(fill(0, { shape, dtype })))
  if (given.length !== count) {
    throw new MyelinError('argument', `${kind}: expected ${count} states behind the input, or none, received ${given.length}`)
  }
  const wrong = given.find((state) => state.shape.length !== 2 || state.shape[1] !== shape[1])
  if (wrong) {
    throw new MyelinError('shape', `${kind}: expected states of ${shape[1]} units, received rows of shape ${shapeText(wrong.shape.slice(1))}`)
  }
  return given
}

/** Ones that are zeros with the probability `rate`, divided by 1 - rate; null where nothing is dropped. */
function dropMask(purpose: string, rate: number, shape: Shape, context: LayerContext): Tensor | null {
  if (!context.training || rate === 0) return null
  const { dtype } = context
  return mul(randomBernoulli(shape, { ...context.random(purpose), probability: 1 - rate, dtype }), 1 / (1 - rate))
}
