/** The fully connected layer. */
import { MyelinError, shapeText } from '../../core/index.js'
import { add, matmul, mul, reshape } from '../../ops/index.js'
import type { Tensor } from '../../ops/index.js'
import { activationParameter } from '../activations.js'
import type { Initializer } from '../initializers.js'
import type { LayerContext } from '../layer.js'
import { defineLayer } from '../layer.js'
import type { Mask } from '../mask.js'
import { maskParameter, maskTensor, masked } from '../mask.js'
import { boolean, integer } from '../parameters.js'
import { weightOf, weightParameters } from '../weights.js'

/**
 * y = f(x W + b): [batch, ..., in] -> [batch, ..., units], with W [in, units] and b [units]. Names and defaults as in
 * Keras: no activation, a bias, Glorot-uniform weights. With a `kernelMask` of [in, units] ones and zeros the layer is
 * partially connected: y = f(x (W ∘ mask) + b), and the weights that are not there start at 0 and stay there.
 *
 * @throws MyelinError `argument` for wrong options, `shape` for an input without columns and for
 * a mask of another shape
 */
export const dense = defineLayer(
  'dense',
  () => ({
    units: integer({ min: 1, help: 'the number of outputs' }),
    activation: activationParameter('linear', 'the function applied to the outputs'),
    useBias: boolean({ default: true, help: 'whether a bias is added' }),
    ...weightParameters('kernel', 'the weights', 'glorotUniform'),
    ...weightParameters('bias', 'the bias', 'zeros'),
    kernelMask: maskParameter('which weights there are: a list for each input with 1 or 0 for each output'),
  }),
  () => [
    { options: { units: 3 }, inputShape: [4] },
    { options: { units: 1, activation: 'sigmoid' }, inputShape: [1] },
    { options: { units: 2, activation: 'tanh', useBias: false, kernelRegularizer: 'l2' }, inputShape: [5] },
    {
      options: { units: 3, activation: 'softmax', kernelInitializer: { name: 'randomNormal', stddev: 1 } },
      inputShape: [2, 3],
    },
    {
      options: { units: 2, kernelRegularizer: { name: 'l1l2', l1: 0.1, l2: 0.2 }, biasRegularizer: 'l1' },
      inputShape: [3],
    },
    {
      options: {
        units: 2,
        kernelMask: [
          [1, 0],
          [0, 1],
          [1, 1],
        ],
        kernelConstraint: 'maxNorm',
      },
      inputShape: [3],
    },
  ],
  (options) => ({
    call(x, context) {
      const columns = x.shape.at(-1)
      if (columns === undefined || x.shape.length < 2) {
        throw new MyelinError('shape', `dense: expected rows with at least one axis, received ${shapeText(x.shape)}`)
      }
      const kernel = kernelOf(options, columns, context)
      const rows = x.shape.length === 2 ? x : reshape(x, [x.shape.slice(0, -1).reduce((a, b) => a * b, 1), columns])
      const product = matmul(rows, kernel)
      const z = options.useBias ? add(product, weightOf(context, options, 'bias', [options.units])) : product
      return options.activation.call(x.shape.length === 2 ? z : reshape(z, [...x.shape.slice(0, -1), options.units]))
    },
    stepwise: true,
  }),
)

interface KernelOptions {
  readonly units: number
  readonly kernelInitializer: Initializer
  readonly kernelMask: Mask | null
}

function kernelOf(options: KernelOptions, columns: number, context: LayerContext): Tensor {
  const { units, kernelMask, kernelInitializer } = options
  const shape = [columns, units]
  if (!kernelMask) return weightOf(context, options, 'kernel', shape)
  const mask = maskTensor('dense: kernelMask', kernelMask, shape, context.dtype)
  return mul(weightOf(context, { ...options, kernelInitializer: masked(kernelInitializer, kernelMask) }, 'kernel', shape), mask)
}
