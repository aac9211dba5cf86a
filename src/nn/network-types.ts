/** What networks are made with, and what they tell. */
import type { FloatType, Node, Shape, TypedArray, Variable } from '../core/index.js'
import type { Tensor } from '../ops/index.js'
import type { Constraint } from './constraints.js'
import type { Initializer } from './initializers.js'
import type { Layer, Past } from './layer.js'
import type { Regularizer } from './regularizers.js'

/** What a network takes beside its layers. */
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

/** A layer with the name that it has in its network. */
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
  /** Whether it is what a layer remembers of the batch before. */
  readonly state: boolean
}

/** A weight with its values, row-major. */
export interface NamedArray {
  readonly name: string
  readonly shape: Shape
  readonly data: TypedArray
}

/** The graph that a network makes of its inputs. */
export interface ForwardPass {
  readonly outputs: readonly Tensor[]
  /** Which steps of each output count: int32 [batch, steps] of ones and zeros, or null where all do. */
  readonly masks: readonly (Tensor | null)[]
  /** The inputs and what each call gives, as `tensorNames` names them. */
  readonly tensors: readonly Tensor[]
  /** New values of statistics. */
  readonly updates: readonly (readonly [Variable, Node])[]
  /** The sum of the regularisers and of what layers penalise; null where there are none. */
  readonly penalty: Tensor | null
}

/**
 * What a network is called with. Training needs the random numbers' key and step; where it is called step by step, `past` is
 * what came before, for the call of a layer that has this name.
 */
export type ForwardMode =
  { readonly training: false; readonly past?: (call: string) => Past } | { readonly training: true; readonly key: Tensor; readonly step: Tensor }

/** A weight that is not made yet. */
export interface WeightPlan extends Omit<NetworkVariable, 'variable'> {
  readonly shape: Shape
  readonly initializer: Initializer
}
/** The weights and shapes of a network, known before memory is taken for it. */
export interface NetworkPlan {
  readonly weights: readonly WeightPlan[]
  /** The shape of one row of each input and of what each call gives. */
  readonly tensors: readonly Shape[]
  /** The shape of one row of each output of the network. */
  readonly outputs: readonly Shape[]
  /** Whether a mask says of an output which of its steps count. */
  readonly maskedOutputs: readonly boolean[]
  /** What the network makes of one row, without weights: the inputs and what each call gives. */
  readonly graph: readonly Tensor[]
}

/** One row of the summary: a layer, the shape of a row of its output, its parameters and what it computes. */
export interface LayerSummary {
  readonly name: string
  readonly kind: string
  readonly outputShape: Shape
  readonly parameters: number
  /**
   * For one row: those of products of matrices and of convolutions, the zeros around included; elementwise work, sums and
   * pooling are not counted.
   */
  readonly multiplyAdds: number
  /** What the layer is applied to. */
  readonly inputs: readonly string[]
}
