/** What convolution layers over one, two and three axes have in common. */
import { MyelinError, shapeText } from '../core/index.js'
import type { Tensor } from '../ops/index.js'
import { add, conv, convTranspose, reshape } from '../ops/index.js'
import type { Activation } from './activations.js'
import { activationParameter } from './activations.js'
import type { Later } from './component.js'
import type { LayerContext, LayerSample } from './layer.js'
import { defineLayer } from './layer.js'
import type { NumberList } from './parameters.js'
import { boolean, choice, integer } from './parameters.js'
import { perAxis } from './per-axis.js'
import { weightOf, weightParameters } from './weights.js'

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

const windowParameters = <const Padding extends string>(axes: number, paddings: readonly Padding[]) => ({
  kernelSize: perAxis(axes, { default: undefined, help: 'the size of the window along each axis' }),
  strides: perAxis(axes, { default: 1, help: 'the step from one window to the next along each axis' }),
  padding: choice({
    default: 'valid' as NoInfer<Padding>, choices: paddings,
    help: 'valid: windows within the input; same: zeros around, so that stride 1 keeps the size',
  }),
  dilationRate: perAxis(axes, { default: 1, help: 'the step from one element of a window to the next' }),
})

const filters = integer({ min: 1, help: 'the number of output channels' })
const depthMultiplier = integer({ default: 1, min: 1, help: 'the number of filters of each input channel' })
const outputParameters = {
  activation: activationParameter('linear', 'the function applied to the outputs'),
  useBias: boolean({ default: true, help: 'whether a bias is added' }),
  ...weightParameters('bias', 'the bias', 'zeros'),
}

interface Outputs {
  readonly kernelSize: NumberList
  readonly activation: Activation
  readonly useBias: boolean
}

/** Adds the bias and applies the activation. @throws MyelinError `shape` for windows that do not fit */
function outputsOf(
  kind: string, x: Tensor, z: Tensor, options: Outputs, context: LayerContext,
): Tensor {
  if (z.shape.slice(1, -1).includes(0)) {
    throw new MyelinError(
      'shape',
      `${kind}: a window of ${shapeText(options.kernelSize)} does not fit into rows of shape ${shapeText(x.shape.slice(1))}; ` +
        'use a smaller kernelSize, or padding: "same"',
    )
  }
  return options.activation.call(options.useBias ? add(z, weightOf(context, options, 'bias', [z.shape.at(-1)!])) : z)
}

/** A convolution layer over so many axes, channels last; names, defaults and weights' shapes as in Keras. */
export const convolutionLayer = <const Padding extends string>(
  kind: string, axes: number, paddings: readonly Padding[], samples: Later<readonly LayerSample[]>,
) =>
  defineLayer(
    kind,
    () => ({
      filters,
      ...windowParameters(axes, paddings),
      groups: integer({ default: 1, min: 1, help: 'the number of groups of channels that know nothing of each other' }),
      ...weightParameters('kernel', 'the weights', 'glorotUniform'),
      ...outputParameters,
    }),
    samples,
    (options) => ({
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
        const kernel = weightOf(context, options, 'kernel', [...kernelSize, channels / groups, filters])
        return outputsOf(kind, x, conv(x, kernel, { strides, padding: options.padding as 'valid', dilation, groups }), options, context)
      },
    }),
  )

/** A convolution in which each channel has filters of its own, as many as `depthMultiplier` says; as in Keras. */
export const depthwiseConvolutionLayer = (kind: string, axes: number, samples: Later<readonly LayerSample[]>) =>
  defineLayer(
    kind,
    () => ({
      ...windowParameters(axes, ['valid', 'same']),
      depthMultiplier,
      ...weightParameters('depthwise', 'the weights', 'glorotUniform'),
      ...outputParameters,
    }),
    samples,
    (options) => ({
      call(x, context) {
        requireInnerAxes(kind, x.shape, axes)
        return outputsOf(kind, x, depthwise(x, options, context, 'kernel'), options, context)
      },
    }),
  )

/** A convolution of each channel by itself, then one of all channels at each position; as in Keras. */
export const separableConvolutionLayer = (kind: string, axes: number, samples: Later<readonly LayerSample[]>) =>
  defineLayer(
    kind,
    () => ({
      filters,
      ...windowParameters(axes, ['valid', 'same']),
      depthMultiplier,
      ...weightParameters('depthwise', 'the weights within channels', 'glorotUniform'),
      ...weightParameters('pointwise', 'the weights between channels', 'glorotUniform'),
      ...outputParameters,
    }),
    samples,
    (options) => ({
      call(x, context) {
        requireInnerAxes(kind, x.shape, axes)
        const apart = depthwise(x, options, context, 'depthwiseKernel')
        const shape = [...options.kernelSize.map(() => 1), apart.shape.at(-1)!, options.filters]
        return outputsOf(kind, x, conv(apart, weightOf(context, options, 'pointwise', shape, 'pointwiseKernel')), options, context)
      },
    }),
  )

interface Depthwise {
  readonly kernelSize: NumberList
  readonly strides: NumberList
  readonly padding: 'valid' | 'same'
  readonly dilationRate: NumberList
  readonly depthMultiplier: number
}

function depthwise(x: Tensor, options: Depthwise, context: LayerContext, own: string): Tensor {
  const { kernelSize, depthMultiplier, strides, padding, dilationRate: dilation } = options
  const groups = x.shape.at(-1)!
  const kernel = weightOf(context, options, 'depthwise', [...kernelSize, groups, depthMultiplier], own)
  return conv(x, reshape(kernel, [...kernelSize, 1, groups * depthMultiplier]), { strides, padding, dilation, groups })
}

/** A convolution the other way: what would be the input of a convolution with such an output; as in Keras. */
export const transposedConvolutionLayer = (kind: string, axes: number, samples: Later<readonly LayerSample[]>) =>
  defineLayer(
    kind,
    () => ({
      filters,
      ...windowParameters(axes, ['valid', 'same']),
      outputPadding: perAxis(axes, {
        default: null, min: 0, help: 'the elements at the end beyond the least size, fewer than strides; default: what padding says',
      }),
      ...weightParameters('kernel', 'the weights', 'glorotUniform'),
      ...outputParameters,
    }),
    samples,
    (options) => {
      const { filters, kernelSize, strides, padding, outputPadding, dilationRate: dilation } = options
      if (outputPadding?.some((n, i) => n >= strides[i]!)) {
        throw new MyelinError(
          'argument', `${kind}: outputPadding must be less than strides, received ${shapeText(outputPadding)} and ${shapeText(strides)}`)
      }
      return {
        call(x, context) {
          requireInnerAxes(kind, x.shape, axes)
          const kernel = weightOf(context, options, 'kernel', [...kernelSize, filters, x.shape.at(-1)!])
          const z = convTranspose(x, kernel, { strides, padding, dilation, ...(outputPadding && { outputPadding }) })
          return outputsOf(kind, x, z, options, context)
        },
      }
    },
  )
