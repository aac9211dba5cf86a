/** Gradients against central differences, in float64 through the reference interpreter. */
import type { Node, TypedArray } from '../../../src/core/index.js'
import { addNodes, constantArray, grad, isFloat, map, RandomSource, reduce, scalar, sizeOf } from '../../../src/core/index.js'
import type { InputValues } from '../../../src/backends/reference/index.js'
import { interpreter } from '../../../src/backends/reference/index.js'

export interface GradientOptions {
  /** 2 also checks the gradient of the gradient; default 1. */
  readonly order?: 1 | 2
  /** At most so many elements of each input are moved; default 40. */
  readonly elements?: number
  /** The largest step of the differences; it must stay below the distance to the next kink. Default 0.01. */
  readonly step?: number
}

/**
 * Compares d sum(of * random) / d by with central differences: |a - n| <= 1e-7 max(1, |a|, |n|) in every element.
 *
 * @param by placeholders or variables of floating-point type; float32 ones are computed with in float64 too
 * @param values of all placeholders, and of variables where they differ from their host buffers
 * @throws Error that lists the elements that differ
 */
export function checkGradients(of: Node, by: readonly Node[], values: InputValues, options: GradientOptions = {}): void {
  const { order = 1, elements = 40, step = 0.01 } = options
  const random = new RandomSource(2, 'cotangents')
  const cotangent = randomArray(of, random)
  const loss = weightedSum(of, cotangent)
  const gradients = grad(loss, by)
  const wide = widened(by, values)
  const analytic = interpreter(gradients)(wide)
  const forward = interpreter([of])
  const weights = interpreter([cotangent])(new Map()).get(cotangent)!
  const wrong: string[] = []
  by.forEach((input, k) => {
    const x = wide.get(input)! as Float64Array
    const a = analytic.get(gradients[k]!)!
    const picks = x.length <= elements ? x.keys() : random.permutation(x.length).subarray(0, elements)
    for (const i of picks) {
      const n = numericSlope(x, i, step, () => forward(wide).get(of)!, weights)
      if (!(Math.abs(a[i]! - n) <= 1e-7 * Math.max(1, Math.abs(a[i]!), Math.abs(n)))) {
        wrong.push(`input ${k}, element ${i} (x = ${x[i]}): gradient ${a[i]}, central difference ${n}`)
      }
    }
  })
  if (wrong.length > 0) {
    throw new Error(`the ${order === 1 ? '' : 'first '}gradient is wrong in ${wrong.length} elements ` +
      `(or a kink is near: see SampleInput.avoid):\n${wrong.slice(0, 5).join('\n')}`)
  }
  if (order === 2) {
    const sums = gradients.map((g) => weightedSum(g, randomArray(g, random)))
    if (sums.length > 0) checkGradients(sums.reduce(addNodes), by, values, { elements, step })
  }
}

/** sum(node * weights), a scalar. */
export function weightedSum(node: Node, weights: Node): Node {
  const product = map(scalar.mul(scalar.arg(0), scalar.arg(1)), [node, weights], node)
  return reduce('add', product, node.shape.map((_, axis) => axis))
}

/** A constant like `node`, uniform in [-1, 1], the same numbers in both float types. */
export function randomArray(node: Node, random: RandomSource): Node {
  const numbers = Array.from({ length: sizeOf(node.shape) }, () => Math.fround(2 * random.uniform() - 1))
  return constantArray(node.shape, node.dtype === 'float32' ? Float32Array.from(numbers) : Float64Array.from(numbers))
}

/** The values with float64 copies of what will be moved. */
function widened(by: readonly Node[], values: InputValues): InputValues {
  const wide = new Map(values)
  for (const input of by) {
    if (!isFloat(input.dtype)) throw new Error('gradients flow to floating-point inputs only')
    const value = values.get(input) ?? (input as Partial<{ data: TypedArray }>).data
    if (!value) throw new Error('an input has no value')
    wide.set(input, Float64Array.from(value))
  }
  return wide
}

/** Central differences at four steps, extrapolated to step zero (Richardson): the error falls with step^8. */
function numericSlope(
  x: Float64Array, i: number, largest: number, evaluate: () => TypedArray, weights: TypedArray,
): number {
  const at = x[i]!
  const row: number[] = []
  for (let level = 0; level < 4; level++) {
    const h = largest / 2 ** level
    x[i] = at + h
    const above = evaluate()
    x[i] = at - h
    const below = evaluate()
    x[i] = at
    let slope = 0
    for (let k = 0; k < weights.length; k++) slope += weights[k]! * (above[k]! - below[k]!)
    row.push(slope / (2 * h))
  }
  for (let power = 4; row.length > 1; power *= 4) {
    for (let k = 0; k + 1 < row.length; k++) row[k] = row[k + 1]! + (row[k + 1]! - row[k]!) / (power - 1)
    row.pop()
  }
  return row[0]!
}
