/** The contract of a loss, and what losses share. */
import { MyelinError, sameShape, shapeText } from '../core/index.js'
import type { Op, Shape } from '../core/index.js'
import { equal, mean, reshape, select, Tensor } from '../ops/index.js'
import type { Component, Factory, Later } from './component.js'
import { addLater, define, functionKind } from './component.js'
import type { Parameters, ValuesOf } from './parameters.js'

/** What a loss factory makes, and what `compile` takes. */
export interface Loss extends Component {
  /** What targets are: numbers of the model's data type, or int32 numbers of classes, one for each row. */
  readonly targets: 'values' | 'classes'
  /** Whether targets are probabilities, each from 0 to 1; others are refused. Default false. */
  readonly probabilities?: boolean
  /**
   * Whether it is one number for the batch, in which rows whose targets are all 0 count for nothing, as where targets hold
   * the weight of their row: the last batch of an epoch may then be filled up with such rows. Default false.
   */
  readonly ignoresZeroRows?: boolean
  /**
   * The loss of each row.
   *
   * @param prediction [batch, ...]
   * @param target the same shape; for classes, int32 of that shape without its last axis
   * @returns [batch]; a function of one's own may give a scalar for the whole batch
   * @throws MyelinError `shape` where prediction and target do not fit together
   */
  call(prediction: Tensor, target: Tensor): Tensor
}

/** A loss of one's own: per row, or a scalar for the whole batch. */
export type LossFunction = (prediction: Tensor, target: Tensor) => Tensor

/** One case on which the conformance suite judges a loss. */
export interface LossSample {
  readonly options: Readonly<Record<string, unknown>>
  /** The shape of one row of predictions. */
  readonly outputShape: Shape
  /** The activation that gives the predictions; drawn values are its inputs. */
  readonly activation: 'linear' | 'sigmoid' | 'softmax'
  /** How targets are drawn. */
  readonly target: 'real' | 'binary' | 'oneHot' | 'class'
}

/** A function that makes losses of one kind. */
export interface LossFactory<P extends Parameters = Parameters> extends Factory<Loss, P> {
  readonly samples: readonly LossSample[]
}

/** Declares a loss: its name, its options, the cases it is tested on, and its function. */
export function defineLoss<const P extends Parameters>(
  kind: string,
  parameters: Later<P>,
  samples: Later<readonly LossSample[]>,
  build: (values: ValuesOf<P>) => Pick<Loss, 'targets' | 'probabilities'> & { call(prediction: Tensor, target: Tensor): Tensor },
): LossFactory<P> {
  return addLater(define(kind, parameters, build), 'samples', samples) as unknown as LossFactory<P>
}

/** A loss of any function of (prediction, target). */
export const lossFromFunction = (f: LossFunction): Loss => ({
  kind: functionKind,
  config: {},
  targets: 'values',
  call(prediction, target) {
    const value: unknown = f(prediction, target)
    if (!(value instanceof Tensor)) {
      throw new MyelinError(
        'argument',
        `loss: the function must return a tensor, received ${value === null ? 'null' : typeof value}`,
      )
    }
    if (value.shape.length > 0 && value.shape[0] !== prediction.shape[0]) {
      throw new MyelinError(
        'shape',
        `loss: the function must return a scalar or one value for each of the ` +
          `${prediction.shape[0]} rows, received ${shapeText(value.shape)}`,
      )
    }
    return value.shape.length > 1 ? meanOfRow(value) : value
  },
})

/** [batch, ...] -> [batch]: the mean over all axes but the first. */
export const meanOfRow = (x: Tensor): Tensor =>
  x.shape.length < 2 ? x : mean(x, { axis: x.shape.slice(1).map((_, i) => i + 1) })

/** @throws MyelinError `shape` unless both have one shape */
export function requireSameShape(name: string, prediction: Tensor, target: Tensor, hint: string): void {
  if (!sameShape(prediction.shape, target.shape)) {
    throw new MyelinError(
      'shape',
      `${name}: expected targets of the predictions' shape ${shapeText(prediction.shape)}, ` +
        `received ${shapeText(target.shape)}; ${hint}`,
    )
  }
}

/**
 * The input of the activation that made `x`, where that was `op` over the last axis: losses on it are exact. Steps may have
 * been taken as rows since, or rows as steps.
 */
export function inputOf<A>(x: Tensor, op: Op<A>): Tensor | undefined {
  const { node } = x
  if (node.op === (reshape.op as Op) && node.shape.at(-1) === node.inputs[0]!.shape.at(-1)) {
    const input = inputOf(new Tensor(node.inputs[0]!), op)
    return input && reshape(input, node.shape)
  }
  if (node.op !== (op as Op)) return undefined
  const { axis } = node.attrs as { readonly axis?: number }
  return axis === undefined || axis === node.shape.length - 1 ? new Tensor(node.inputs[0]!) : undefined
}

/** Keras's distance that probabilities keep from 0 and 1 where a logarithm is taken of them. */
export const probabilityFloor = 1e-7

/** Targets of a hinge loss: -1 in place of 0, so that targets 0 and 1 serve as well as -1 and 1. */
export const signed = (target: Tensor): Tensor => select(equal(target, 0), -1, target)
