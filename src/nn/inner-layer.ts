/** Layers within layers. */
import { Tensor } from '../ops/index.js'
import type { Layer, LayerContext } from './layer.js'

/**
 * What a layer gives that is a part of another: its variables, random streams and past stand under `name` within those of the
 * whole (`name/kernel`), and it learns where both do.
 */
export function callInner(
  layer: Layer, name: string, inputs: readonly Tensor[], context: LayerContext, masks: LayerContext['masks'] = inputs.map(() => null),
): readonly Tensor[] {
  const { past } = context
  const given = layer.call(inputs, {
    ...context,
    trainable: context.trainable && layer.trainable,
    masks,
    variable: (own, shape, initializer, options) =>
      context.variable(`${name}/${own}`, shape, initializer, layer.trainable ? options : { ...options, trainable: false }),
    random: (path) => context.random(`${name}/${path}`),
    past: past && { ...past, extended: (own, x) => past.extended(`${name}/${own}`, x) },
  })
  return given instanceof Tensor ? [given] : given
}
