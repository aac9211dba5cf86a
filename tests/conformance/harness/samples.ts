/** Inputs for the conformance suite: placeholders and values drawn as an operation's samples ask for. */
import type { DType, FloatType, Node, SampleInput, TypedArray } from '../../../src/core/index.js'
import { isFloat, placeholder, RandomSource, sizeOf, typedArray } from '../../../src/core/index.js'
import type { InputValues } from '../../../src/backends/reference/index.js'

export interface DrawnInputs {
  readonly nodes: readonly Node[]
  readonly values: InputValues
}

/**
 * Placeholders with values for a sample's inputs; floats become `float`, with the same float32 values in both.
 * @param path names the random stream
 */
export function drawInputs(inputs: readonly SampleInput[], float: FloatType, path: string): DrawnInputs {
  const nodes = inputs.map((input, i) => placeholder(`input ${i}`, input.shape, floatAs(input.dtype ?? 'float32', float)))
  const random = new RandomSource(1, path)
  const spread = new Map<string, number[]>()
  const values = new Map<Node, TypedArray>()
  inputs.forEach((input, i) => {
    const { dtype } = nodes[i]!
    if (input.values) {
      values.set(nodes[i]!, typedArray(dtype, input.values.map(isFloat(dtype) ? Math.fround : Number)))
    } else if (isFloat(dtype)) {
      const numbers = takeSpread(inputs, i, random, spread)
      values.set(nodes[i]!, typedArray(dtype, numbers))
    } else {
      const [low, high] = input.range ?? [0, 3]
      values.set(nodes[i]!, typedArray(dtype, Array.from({ length: sizeOf(input.shape) }, () =>
        low + random.integer(high - low + 1))))
    }
  })
  return { nodes, values }
}

export const floatAs = (dtype: DType, float: FloatType): DType => (isFloat(dtype) ? float : dtype)

/**
 * Inputs that share a range share one set of numbers, each from its own cell of the range: so no two of them are closer
 * than half a cell, and a maximum has no ties for a central difference to stumble over.
 */
function takeSpread(
  inputs: readonly SampleInput[], index: number, random: RandomSource, pools: Map<string, number[]>,
): number[] {
  const keyOf = (input: SampleInput): string =>
    input.values || !isFloat(input.dtype ?? 'float32') ? '' : JSON.stringify([input.range ?? [-2, 2], input.avoid ?? []])
  const input = inputs[index]!
  const key = keyOf(input)
  let pool = pools.get(key)
  if (!pool) {
    const count = inputs.reduce((sum, other) => sum + (keyOf(other) === key ? sizeOf(other.shape) : 0), 0)
    const pieces = allowed(input.range ?? [-2, 2], input.avoid ?? [])
    const total = pieces.reduce((sum, [low, high]) => sum + high - low, 0)
    pool = [...random.permutation(count)].map((cell) => {
      let at = ((cell + 0.25 + 0.5 * random.uniform()) / count) * total
      for (const [low, high] of pieces) {
        if (at <= high - low) return Math.fround(low + at)
        at -= high - low
      }
      return Math.fround(pieces.at(-1)![1])
    })
    pools.set(key, pool)
  }
  return pool.splice(0, sizeOf(input.shape))
}

/** What is left of a range when 0.05 around each avoided point is taken out. */
function allowed([low, high]: readonly [number, number], avoid: readonly number[]): [number, number][] {
  const pieces: [number, number][] = []
  let from = low
  for (const point of [...avoid].sort((a, b) => a - b)) {
    if (point - 0.05 > from && point - 0.05 < high) pieces.push([from, point - 0.05])
    from = Math.max(from, point + 0.05)
  }
  if (from < high) pieces.push([from, high])
  if (pieces.length === 0) throw new Error(`nothing is left of the range ${low} .. ${high} without ${avoid.join(', ')}`)
  return pieces
}
