/** The fully connected layer. */
import { MyelinError, shapeText } from '../../core/index.js'
import { add, matmul, reshape } from '../../ops/index.js'
import { activationParameter } from '../activations.js'
import { defineLayer } from '../layer.js'
import { boolean, integer } from '../parameters.js'
import { initializerParameter, regularizerParameter } from '../weights.js'

/**
 * y = f(x W + b): [batch, ..., in] -> [batch, ..., units], with W [in, units] and b [units]. Names and defaults as in
 * Keras: no activation, a bias, Glorot-uniform weights.
 *
 * @throws MyelinError `argument` for wrong options, `shape` for an input without columns
 */
export const dense = defineLayer(
  'dense',
  {
    units: integer({ min: 1, help: 'the number of outputs' }),
    activation: activationParameter('linear', 'the function applied to the outputs'),
    useBias: boolean({ default: true, help: 'whether a bias is added' }),
    kernelInitializer: initializerParameter('glorotUniform', 'the initial weights'),
    biasInitializer: initializerParameter('zeros', 'the initial bias'),
    kernelRegularizer: regularizerParameter('a penalty on the weights: l1, l2 or l1l2'),
    biasRegularizer: regularizerParameter('a penalty on the bias: l1, l2 or l1l2'),
  },
  [
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
  ],
  (options) => ({
    call(x, context) {
      const columns = x.shape.at(-1)
      if (columns === undefined || x.shape.length < 2) {
        throw new MyelinError('shape', `dense: expected rows with at least one axis, received ${shapeText(x.shape)}`)
      }
      const kernel = context.variable('kernel', [columns, options.units], options.kernelInitializer, {
        regularizer: options.kernelRegularizer,
      })
      const rows = x.shape.length === 2 ? x : reshape(x, [x.shape.slice(0, -1).reduce((a, b) => a * b, 1), columns])
      let z = matmul(rows, kernel)
      if (options.useBias) {
        z = add(
          z,
          context.variable('bias', [options.units], options.biasInitializer, { regularizer: options.biasRegularizer }),
        )
      }
      return options.activation.call(x.shape.length === 2 ? z : reshape(z, [...x.shape.slice(0, -1), options.units]))
    },
  }),
)
