/** Dropout, which several layers have inside. */
import type { Shape } from '../core/index.js'
import type { Tensor } from '../ops/index.js'
import { mul, randomBernoulli } from '../ops/index.js'
import type { LayerContext } from './layer.js'

/**
 * In training 0 with probability `rate` and else divided by 1 - rate, otherwise x itself.
 * @param path the name of the random stream
 * @param shape of what is drawn, which stretches over x; default that of x
 */
export function dropped(x: Tensor, rate: number, path: string, context: LayerContext, shape: Shape = x.shape): Tensor {
  if (!context.training || rate === 0) return x
  const kept = randomBernoulli(shape, { ...context.random(path), probability: 1 - rate, dtype: context.dtype })
  return mul(x, mul(kept, 1 / (1 - rate)))
}
