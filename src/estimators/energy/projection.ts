/** The projection onto patterns. */

/** What is left of a pattern, in parts of its length, that is taken for a combination of others. */
const dependent = 1e-10

/**
 * W = P^+ P, the orthogonal projection onto the span of the patterns: an orthonormal basis by Gram and Schmidt's method,
 * twice over each pattern against rounding, and the sum of its outer products.
 *
 * @param patterns [count, units]
 */
export function projectionWeights(patterns: Float64Array, count: number, units: number): Float64Array {
  const basis: Float64Array[] = []
  for (let p = 0; p < count; p++) {
    const rest = patterns.slice(p * units, (p + 1) * units)
    const whole = norm(rest)
    for (let pass = 0; pass < 2; pass++) {
      for (const direction of basis) {
        const part = dot(rest, direction)
        for (let i = 0; i < units; i++) rest[i]! -= part * direction[i]!
      }
    }
    const left = norm(rest)
    if (left > dependent * whole) basis.push(rest.map((value) => value / left))
  }
  const weights = new Float64Array(units * units)
  for (const direction of basis) {
    for (let i = 0; i < units; i++) {
      for (let j = 0; j < units; j++) weights[i * units + j]! += direction[i]! * direction[j]!
    }
  }
  return weights
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((total, value, i) => total + value * b[i]!, 0)
const norm = (a: Float64Array): number => Math.sqrt(dot(a, a))
