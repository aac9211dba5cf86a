/**
 * Prints what products of the built library make of x x - fl(x x), the rounding error of a square: 0 where products are rounded
 * before they are added. With `wide` or `fused` by vectors of that kind. Run by tests/wide-vectors.test.ts, in another Node.
 */
import { matmul, tensor } from '../../dist/index.js'
import { useWideVectors } from '../../dist/node/index.js'

const [mode] = process.argv.slice(2)
if (mode && !useWideVectors({ fused: mode === 'fused' })) throw new Error('this Node joins no vectors')

const found = {}
for (const [Values, power] of [[Float32Array, -12], [Float64Array, -27]]) {
  // enough rows and columns for whole tiles; each element is the same
  const x = 1 + 2 ** power, [rounded] = Values.of(x * x)
  const left = tensor(Values.from({ length: 26 }, (_, i) => i % 2 === 0 ? -rounded : x)).reshape([13, 2])
  const right = tensor(Values.from({ length: 74 }, (_, i) => i < 37 ? 1 : x)).reshape([2, 37])
  const product = matmul(left, right)
  found[product.dtype] = [...new Set(await product.data())]
}
console.log(JSON.stringify(found))
