/** The contract of a layer: a named function on tensors that asks its context for variables and random numbers. */
import type { FloatType, Shape } from '../core/index.js'
import { MyelinError } from '../core/index.js'
import type { Tensor } from '../ops/index.js'
import type { Component, Factory, Later } from './component.js'
import { addLater, define, made } from './component.js'
import type { Constraint } from './constraints.js'
import type { Initializer } from './initializers.js'
import type { OptionsOf, Parameters, ValuesOf } from './parameters.js'
import { boolean } from './parameters.js'
import { nameParameter } from './shared-parameters.js'
import { SymbolicTensor } from './symbolic.js'
import type { Regularizer } from './regularizers.js'

/** What a layer says of a variable that it asks for. */
export interface VariableOptions {
  /** Whether the optimiser changes it; default true. Statistics are not trainable. */
  readonly trainable?: boolean
  readonly regularizer?: Regularizer | null
  /** What the weight is brought back to after each update; default none. */
  readonly constraint?: Constraint | null
  /** Whether it is what a layer remembers of the batch before, which `resetStates` forgets; default false. */
  readonly state?: boolean
}

/** What an operation on random numbers is keyed by. */
export interface RandomKey {
  /** int32 [2]: the two words of the seed. */
  readonly key: Tensor
  /** int32 []: the number of the training step. */
  readonly step: Tensor
  /** The stream's name, such as `dropout_1/mask`. */
  readonly path: string
}

/** What came before the steps of a call, where a network is called step by step; see `incremental`. */
export interface Past {
  /** int32 [steps]: the place of each step of this call in its sequence, from 0. */
  readonly places: Tensor
  /** The greatest number of steps of a sequence. */
  readonly capacity: number
  /**
   * x [batch, steps, features] behind what was given under this name in the calls before: [batch, capacity, features]. What
   * stands behind the last step means nothing.
   */
  extended(name: string, x: Tensor): Tensor
}

/** What a layer may ask for while it is called. */
export interface LayerContext {
  readonly training: boolean
  /** Whether the layer is asked for its weights and shapes alone, on one row. */
  readonly planning?: boolean
  /** Whether the layer learns: false where it is frozen. */
  readonly trainable: boolean
  /** The data type of the model's parameters and activations. */
  readonly dtype: FloatType
  /** The variable of this name: made at the first call, the same one afterwards. */
  variable(name: string, shape: Shape, initializer: Initializer, options?: VariableOptions): Tensor
  /** The variable takes this value at the end of the step. */
  update(variable: Tensor, value: Tensor): void
  /** Adds a scalar to the loss. */
  penalize(penalty: Tensor): void
  /** The random stream of this purpose; its numbers differ from step to step. */
  random(path: string): RandomKey
  /** Of each input which steps of its rows count: int32 [batch, steps] of ones and zeros, or null where all do. */
  readonly masks: readonly (Tensor | null)[]
  /** Given where the steps of this call go on with sequences that began in earlier calls. */
  readonly past?: Past | undefined
}

/** What a layer does with its inputs. */
export interface LayerBody {
  /** @param inputs each [batch, ...] @returns [batch, ...], or as many as the layer gives */
  call(inputs: readonly Tensor[], context: LayerContext): Tensor | readonly Tensor[]
  /**
   * Which steps of the first output count. Without it they are those that count in all inputs, where the output has the
   * same steps: [batch, steps, ...].
   */
  mask?(inputs: readonly Tensor[], context: LayerContext): Tensor | null
  /**
   * Whether it can be called with some steps of its sequences [batch, steps, ...] at a time: where each step of its output is
   * made of that step of its inputs alone, or of those before as well by way of `context.past`. Default false.
   */
  readonly stepwise?: boolean
}

/** What a layer factory makes, and what `sequential` and `apply` take. */
export interface Layer extends Component, LayerBody {
  /** The name given by the user; the model numbers the others: `dense_1`. */
  readonly name: string | undefined
  /** Whether its weights are trained; a layer with `trainable: false` is frozen. */
  readonly trainable: boolean
  /** Whether it takes one tensor, or several in a list. */
  readonly takes: 'one' | 'several'
  /** How many tensors it gives: more than one where it was asked for its states as well. */
  readonly gives: number
  /**
   * The layer in a network that branches: on what `input` or `apply` gave. Applied again, it shares its weights.
   * @throws MyelinError `argument` where the layer gives several tensors: those are what `applyAll` returns
   */
  apply(x: SymbolicTensor | readonly SymbolicTensor[]): SymbolicTensor
  /** As `apply`, for a layer that gives several tensors: `const [sequence, state] = gru({ ... }).applyAll(x)`. */
  applyAll(x: SymbolicTensor | readonly SymbolicTensor[]): readonly SymbolicTensor[]
}

/** One case on which the conformance suite judges a layer: options, and the shape of one row of input. */
export interface LayerSample {
  readonly options: Readonly<Record<string, unknown>>
  /** The shape of one row; a list of shapes where the layer is given several tensors. */
  readonly inputShape: Shape | readonly Shape[]
  /** Where inputs are drawn from; default [-2, 2]. */
  readonly range?: readonly [number, number]
  /** Points that the draw stays away from: kinks and jumps. */
  readonly avoid?: readonly number[]
}

const trainableParameter = boolean({ default: true, help: 'whether the weights are trained; false freezes the layer' })
/** No interface: those lack the index signature that `Parameters` asks for. */
export type CommonParameters = {
  /** The name in messages and of the weights; default: the kind and a number, such as `dense_1`. */
  readonly name: typeof nameParameter
  /** Whether the weights are trained; default true, false freezes the layer. */
  readonly trainable: typeof trainableParameter
}

/** A function that makes layers of one kind. */
export interface LayerFactory<P extends Parameters = Parameters> extends Factory<Layer, P> {
  readonly samples: readonly LayerSample[]
}

/** Declares a layer of one input: its kind, its options, the cases it is tested on, and its function. */
export const defineLayer = <const P extends Parameters>(
  kind: string,
  parameters: Later<P>,
  samples: Later<readonly LayerSample[]>,
  build: (values: ValuesOf<P>) => Omit<LayerBody, 'call'> & { call(x: Tensor, context: LayerContext): Tensor },
): LayerFactory<P & CommonParameters> =>
  declare(kind, 'one', parameters, samples, (values: ValuesOf<P>) => {
    const { call, ...rest } = build(values)
    return {
      ...rest,
      call(inputs, context) {
        if (inputs.length !== 1) {
          throw new MyelinError('argument', `${kind}: expected one tensor, received ${inputs.length}; join them first`)
        }
        return call(inputs[0]!, context)
      },
    }
  })

/**
 * Declares a layer that joins tensors, at least two and at most `most`.
 * @param stepwise whether with these options each step of the output is made of that step of the inputs alone; default no
 */
export const defineMergeLayer = <const P extends Parameters>(
  kind: string,
  most: number,
  parameters: Later<P>,
  samples: Later<readonly LayerSample[]>,
  build: (values: ValuesOf<P>) => (inputs: readonly Tensor[]) => Tensor,
  stepwise: (values: ValuesOf<P>) => boolean = () => false,
): LayerFactory<P & CommonParameters> =>
  declare(kind, 'several', parameters, samples, (values: ValuesOf<P>) => {
    const join = build(values)
    return {
      call(inputs) {
        if (inputs.length < 2 || inputs.length > most) {
          throw new MyelinError(
            'argument',
            `${kind}: expected ${most === 2 ? 'two tensors' : 'at least two tensors'}, received ${inputs.length}; ` +
              `write ${kind}().apply([a, b]) and model({ inputs, outputs })`,
          )
        }
        return join(inputs)
      },
      stepwise: stepwise(values),
    }
  })

/**
 * Declares a layer that takes from `least` to `most` tensors: beside its input states to begin with, or the keys and
 * values of attention.
 */
export const defineLayerOfSeveral = <const P extends Parameters>(
  kind: string,
  [least, most]: readonly [number, number],
  parameters: Later<P>,
  samples: Later<readonly LayerSample[]>,
  build: (values: ValuesOf<P>) => LayerBody & { readonly gives?: number },
): LayerFactory<P & CommonParameters> =>
  declare(kind, 'several', parameters, samples, (values: ValuesOf<P>) => {
    const { call, ...rest } = build(values)
    return {
      ...rest,
      call(inputs, context) {
        if (inputs.length < least || inputs.length > most) {
          throw new MyelinError(
            'argument',
            `${kind}: expected ${least === most ? least : `${least} to ${most}`} tensors, received ${inputs.length}`,
          )
        }
        return call(inputs, context)
      },
    }
  })

function declare<P extends Parameters>(
  kind: string,
  takes: Layer['takes'],
  parameters: Later<P>,
  samples: Later<readonly LayerSample[]>,
  build: (values: ValuesOf<P>) => LayerBody & { readonly gives?: number },
): LayerFactory<P & CommonParameters> {
  const all = (): P & CommonParameters => ({ ...made(parameters), name: nameParameter, trainable: trainableParameter })
  const factory = define(kind, all, (values) => ({
    name: (values as { name?: string }).name,
    trainable: (values as { trainable: boolean }).trainable,
    takes,
    gives: 1,
    apply(this: Layer, x: SymbolicTensor | readonly SymbolicTensor[]) {
      if (this.gives > 1) {
        throw new MyelinError('argument', `${kind}: gives ${this.gives} tensors; write applyAll(x), which returns them all`)
      }
      return SymbolicTensor.of(this, x)[0]
    },
    applyAll(this: Layer, x: SymbolicTensor | readonly SymbolicTensor[]) {
      return SymbolicTensor.of(this, x)
    },
    ...build(values as unknown as ValuesOf<P>),
  }))
  return addLater(factory, 'samples', samples) as unknown as LayerFactory<P & CommonParameters>
}

export type LayerOptions<F extends LayerFactory> = OptionsOf<F['parameters']>
