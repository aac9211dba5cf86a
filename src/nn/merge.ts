/** What layers that join tensors share. */
import type { Tensor } from '../ops/index.js'
import { reshape } from '../ops/index.js'

/** Tensors of the same number of axes: those with fewer get axes of size 1 behind the rows', as in Keras. */
export function aligned(inputs: readonly Tensor[]): readonly Tensor[] {
  const rank = Math.max(...inputs.map(({ shape }) => shape.length))
  return inputs.map((x) => {
    const missing = new Array<number>(rank - x.shape.length).fill(1)
    return missing.length === 0 ? x : reshape(x, [x.shape[0]!, ...missing, ...x.shape.slice(1)])
  })
}
