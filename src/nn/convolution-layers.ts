/** What convolution layers over one, two and three axes have in common. */
import { MyelinError, shapeText } from '../core/index.js'
import { add, conv } from '../ops/index.js'
import { activationParameter } from './activations.js'
import type { LayerSample } from './layer.js'
import { defineLayer } from './layer.js'
import { boolean, choice, integer } from './parameters.js'
import { perAxis } from './per-axis.js'
import { constraintParameter, initializerParameter, regularizerParameter } from './weights.js'

export const axesInWords = ['', 'one axis', 'two axes', 'three axes'] as const

/** @throws MyelinError `shape` unless x is [rows, ...so many axes, channels] */
export function requireInnerAxes(kind: string, shape: readonly number[], axes: number): void {
  if (shape.length === axes + 2) return
  const example = [['28', '28', '28'].slice(0, axes).join(', '), '1'].join(', ')
  throw new MyelinError(
    'shape',
    `${kind}: expected rows of ${axesInWords[axes]} and channels, such as inputShape: [${example}], ` +
      `received rows of shape ${shapeText(shape.slice(1))}; add the axis of channels with reshape`,
  )
}

export const convolutionParameters = <const Padding extends string>(axes: number, paddings: readonly Padding[]) => ({
  filters: integer({ min: 1, help: 'the number of output channels' }),
  kernelSize: perAxis(axes, { default: undefined, help: 'the size of the window along each axis' }),
  strides: perAxis(axes, { default: 1, help: 'the step from one window to the next along each axis' }),
  padding: choice({
    default: 'valid' as NoInfer<Padding>, choices: paddings,
    help: 'valid: windows within the input; same: zeros around, so that stride 1 keeps the size',
  }),
  dilationRate: perAxis(axes, { default: 1, help: 'the step from one element of a window to the next' }),
  groups: integer({ default: 1, min: 1, help: 'the number of groups of channels that know nothing of each other' }),
  activation: activationParameter('linear', 'the function applied to the outputs'),
  useBias: boolean({ default: true, help: 'whether a bias is added' }),
  kernelInitializer: initializerParameter('glorotUniform', 'the initial weights'),
  biasInitializer: initializerParameter('zeros', 'the initial bias'),
  kernelRegularizer: regularizerParameter('a penalty on the weights: l1, l2 or l1l2'),
  biasRegularizer: regularizerParameter('a penalty on the bias: l1, l2 or l1l2'),
  kernelConstraint: constraintParameter('what the weights are brought back to after each update'),
  biasConstraint: constraintParameter('what the bias is brought back to after each update'),
})

/** A convolution layer over so many axes, channels last; names, defaults and weights' shapes as in Keras. */
export const convolutionLayer = <const Padding extends string>(
  kind: string, axes: number, paddings: readonly Padding[], samples: readonly LayerSample[],
) =>
  defineLayer(kind, convolutionParameters(axes, paddings), samples, (options) => ({
    call(x, context) {
      requireInnerAxes(kind, x.shape, axes)
      const channels = x.shape.at(-1)!
      const { filters, groups, strides, kernelSize, dilationRate: dilation } = options
      if (channels % groups !== 0 || filters % groups !== 0) {
        throw new MyelinError(
          'argument',
          `${kind}: ${groups} groups must divide the ${channels} channels of the input and the ${filters} filters`,
        )
      }
      const kernel = context.variable('kernel', [...kernelSize, channels / groups, filters], options.kernelInitializer, {
        regularizer: options.kernelRegularizer,
        constraint: options.kernelConstraint,
      })
      const z = conv(x, kernel, { strides, padding: options.padding as 'valid', dilation, groups })
      if (z.shape.slice(1, -1).includes(0)) {
        throw new MyelinError(
          'shape',
          `${kind}: a window of ${shapeText(kernelSize)} does not fit into rows of shape ${shapeText(x.shape.slice(1))}; ` +
            'use a smaller kernelSize, or padding: "same"',
        )
      }
      if (!options.useBias) return options.activation.call(z)
      return options.activation.call(add(z, context.variable('bias', [filters], options.biasInitializer, {
        regularizer: options.biasRegularizer,
        constraint: options.biasConstraint,
      })))
    },
  }))
