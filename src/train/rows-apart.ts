/** Whether batches may be filled up with more rows. */
import type { Network } from '../nn/index.js'
import { kindsOf, layers } from '../nn/index.js'

/** Whether each row's outputs are its own: layers of one's own may look at several rows, and states have one for each. */
export function hasRowsApart(network: Network): boolean {
  const kinds = kindsOf(layers)
  return network.states.length === 0 && network.layers.every(({ layer }) => kinds.includes(layer.kind))
}
