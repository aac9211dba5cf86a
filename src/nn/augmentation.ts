/** What layers that change pictures at random have in common: their factors, and a draw for each picture. */
import type { Tensor } from '../ops/index.js'
import { randomUniform } from '../ops/index.js'
import { requireInnerAxes } from './convolution-layers.js'
import type { LayerContext } from './layer.js'
import type { NumberList, Parameter } from './parameters.js'

/** The least and the greatest of what is drawn. */
export type Range = readonly [lower: number, upper: number]

interface FactorOptions {
  readonly help: string
  readonly min: number
  readonly max: number
  /** Whether `min` itself may not be. */
  readonly above?: boolean
  /** What one number stands for; default from its negative to itself. */
  readonly alone?: (value: number) => Range
}

/** A range given as [lower, upper], or as one number. */
export function factor<const Required extends boolean = true>(
  { help, min, max, above = false, alone = (value) => [-Math.abs(value), Math.abs(value)], required = true as Required }:
    FactorOptions & { readonly required?: Required },
): Parameter<number | NumberList, Range, Required> {
  const legal = (n: unknown): n is number => typeof n === 'number' && n <= max && (above ? n > min : n >= min)
  return {
    type: 'list', help, required,
    allowed: `a number ${above ? 'above' : 'from'} ${min} ${above ? 'and at most' : 'to'} ${max}, or two of them: [lower, upper]`,
    read(value) {
      if (legal(value)) return alone(value)
      if (!Array.isArray(value) || value.length !== 2 || !value.every(legal)) return undefined
      return [value[0]!, value[1]!]
    },
    write(range) {
      const [lower, upper] = alone(range[1])
      return range[0] === lower && range[1] === upper ? upper : range
    },
  }
}

/** From which value to which pixels go. */
export const valueRange: Parameter<NumberList, Range, false> = {
  type: 'list', required: false, default: [0, 255],
  help: 'the least and the greatest value of a pixel, such as [0, 1] where bytes are divided by 255',
  allowed: 'two numbers, the first below the second, such as [0, 1]',
  read(value) {
    if (!Array.isArray(value) || value.length !== 2 || !value.every((n) => Number.isFinite(n))) return undefined
    const [lower, upper] = value as [number, number]
    return lower < upper ? [lower, upper] : undefined
  },
  write: (range) => range,
}

/**
 * Uniform numbers, one for each picture, which differ from step to step.
 *
 * @param path what for, such as `angle`
 * @param axes of the result: [batch, 1, 1] or [batch, 1, 1, 1]
 */
export const perPicture = (
  { shape }: Tensor, range: Range, path: string, context: LayerContext, axes: 3 | 4,
): Tensor => {
  const own = [shape[0]!, ...new Array<number>(axes - 1).fill(1)]
  const [low, high] = range[0] < range[1] ? range : [range[1], range[0]]
  return randomUniform(own, { ...context.random(path), low, high, dtype: context.dtype })
}

/** A layer's function that changes pictures in training alone. */
export const inTraining = (kind: string, change: (x: Tensor, context: LayerContext) => Tensor) => ({
  call(x: Tensor, context: LayerContext): Tensor {
    requireInnerAxes(kind, x.shape, 2)
    return context.training ? change(x, context) : x
  },
})
