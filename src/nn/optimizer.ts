/** The contract of an optimiser, and what optimisers share: formulas, coefficients of a step and weight decay. */
import type { DType, FloatType, Node, Scalar, Spec } from '../core/index.js'
import { broadcastTo, isFloat, map, scalar as s, scalarTypeOf } from '../core/index.js'
import { cast, Tensor } from '../ops/index.js'
import type { Component, Factory } from './component.js'
import { define } from './component.js'
import type { Parameters, ValuesOf } from './parameters.js'
import { choice, number } from './parameters.js'

/** A state array of one parameter, and the value that fills it at the start. */
export interface StateSpec extends Spec {
  readonly fill: number
}
export type OptimizerState = Readonly<Record<string, Tensor>>

export interface OptimizerInput {
  readonly parameter: Tensor
  /** Of the parameter's shape. */
  readonly gradient: Tensor
  readonly state: OptimizerState
  /** A scalar of the parameter's data type. */
  readonly learningRate: Tensor
  /** The number of this update, int32 scalar: 1 at the first. */
  readonly step: Tensor
}

export interface OptimizerResult {
  readonly parameter: Tensor
  readonly state: OptimizerState
}

/** The update of one parameter as a pure pair, traced into the training step. */
interface OptimizerRule {
  init(parameter: Spec): Readonly<Record<string, StateSpec>>
  update(input: OptimizerInput): OptimizerResult
}
export interface Optimizer extends Component, OptimizerRule {
  /** The learning rate at the start; in training it is a variable. */
  readonly learningRate: number
}

/** Declares an optimiser; every one has a `learningRate` and weight decay, which is applied before its own rule. */
export function defineOptimizer<const P extends Parameters>(
  kind: string,
  defaults: { readonly learningRate: number; readonly weightDecay?: number },
  parameters: P,
  build: (values: ValuesOf<P>) => OptimizerRule,
): Factory<Optimizer, P & ReturnType<typeof commonParameters>> {
  const factory = define(kind, { ...commonParameters(defaults), ...parameters }, (values) => {
    const { learningRate, weightDecay, weightDecayForm } = values as unknown as ValuesOf<
      ReturnType<typeof commonParameters>
    >
    const { init, update } = build(values as unknown as ValuesOf<P>)
    return {
      learningRate,
      init,
      update: (input: OptimizerInput) =>
        update(weightDecay === 0 ? input : decayed(input, weightDecay, weightDecayForm)),
    }
  })
  return factory as unknown as Factory<Optimizer, P & ReturnType<typeof commonParameters>>
}

const commonParameters = ({ learningRate, weightDecay = 0 }: { learningRate: number; weightDecay?: number }) => ({
  learningRate: number({ default: learningRate, min: 0, help: 'the size of a step' }),
  weightDecay: number({ default: weightDecay, min: 0, help: 'how fast parameters shrink toward 0' }),
  weightDecayForm: choice({
    default: 'decoupled',
    choices: ['decoupled', 'coupled'],
    help: "decoupled: w -= rate decay w (Keras, AdamW); coupled: decay w is added to the gradient (PyTorch's others)",
  }),
})

function decayed(input: OptimizerInput, decay: number, form: 'decoupled' | 'coupled'): OptimizerInput {
  const { parameter, gradient, learningRate } = input
  return form === 'coupled'
    ? { ...input, gradient: elementwise([gradient, parameter], (g, w) => s.add(g, s.mul(decay, w))) }
    : {
        ...input,
        parameter: elementwise([parameter, learningRate], (w, rate) => s.sub(w, s.mul(s.mul(rate, decay), w))),
      }
}

/** One formula over tensors of the first one's shape and data type; scalars among them are broadcast. */
export function elementwise(inputs: readonly [Tensor, ...Tensor[]], formula: (...values: Scalar[]) => Scalar): Tensor {
  const [{ node: first }] = inputs
  const nodes: Node[] = inputs.map(({ node }) => broadcastTo(node, first.shape))
  return new Tensor(map(formula(...nodes.map(({ dtype }, i) => s.arg(i, scalarTypeOf(dtype)))), nodes, first))
}

/**
 * A scalar that depends on the learning rate and the number of the step, computed once in float64 (1 - 0.999 has but
 * four digits in float32) and rounded to the data type of the parameters.
 */
export function coefficient(
  { learningRate, step }: OptimizerInput,
  formula: (rate: Scalar, step: Scalar) => Scalar,
): Tensor {
  const rate = cast(learningRate, 'float64').node
  const expr = formula(s.arg(0), s.toFloat(s.arg(1, 'int')))
  return cast(new Tensor(map(expr, [rate, step.node], { shape: [], dtype: 'float64' })), learningRate.dtype)
}

const smallestNormal: Readonly<Record<FloatType, number>> = { float32: 2 ** -126, float64: 2 ** -1022 }

/** 0 in place of denormal numbers, into which decaying averages fade and with which processors are slow. */
export function flushed(x: Scalar, dtype: DType): Scalar {
  return s.select(s.lt(s.abs(x), smallestNormal[isFloat(dtype) ? dtype : 'float32']), s.constant(0), x)
}

/** A state array like the parameter. */
export const stateLike = ({ shape, dtype }: Spec, fill = 0): StateSpec => ({ shape, dtype, fill })

/** How momentum holds the learning rate; the two differ when the rate changes. */
export const momentumFormParameter = choice({
  default: 'velocity',
  choices: ['velocity', 'buffer'],
  help: 'velocity: the rate is inside the memory (Keras); buffer: it multiplies the memory (PyTorch)',
})
