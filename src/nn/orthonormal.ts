/** Random matrices with orthonormal columns or rows. */

/**
 * The factor Q of a random matrix's QR decomposition whose R has a positive diagonal, by Gram and Schmidt. A vector that
 * loses much of its length is cleaned once more, which keeps the full precision of float64 (Daniel, Gragg, Kaufman and
 * Stewart 1976).
 *
 * @param next draws a standard normal number
 * @returns [rows, columns], row-major: orthonormal columns, or rows where there are fewer of those
 */
export function orthonormal(rows: number, columns: number, next: () => number): Float64Array {
  const tall = rows >= columns
  const length = tall ? rows : columns
  const vectors: Float64Array[] = []
  for (let count = tall ? columns : rows; count > 0; count--) {
    const vector = new Float64Array(length)
    for (let i = 0; i < length; i++) vector[i] = next()
    let norm = Math.sqrt(dot(vector, vector)), before
    do {
      before = norm
      for (let first = 0; first < vectors.length; first += 4) clean(vector, vectors.slice(first, first + 4))
      norm = Math.sqrt(dot(vector, vector))
    } while (norm < before * Math.SQRT1_2)
    vectors.push(vector.map((value) => value / norm))
  }
  const result = new Float64Array(rows * columns)
  const [step, along] = tall ? [1, columns] : [columns, 1]
  vectors.forEach((vector, k) => {
    for (let i = 0; i < length; i++) result[k * step + i * along] = vector[i]!
  })
  return result
}

/** Takes from a vector its parts along up to four orthonormal ones: together, as memory is slower than arithmetic. */
function clean(vector: Float64Array, others: readonly Float64Array[]): void {
  const [a, b, c, d] = others
  if (!a || !b || !c || !d) {
    for (const other of others) {
      const part = dot(vector, other)
      for (let i = 0; i < vector.length; i++) vector[i]! -= part * other[i]!
    }
    return
  }
  let alongA = 0, alongB = 0, alongC = 0, alongD = 0
  for (let i = 0; i < vector.length; i++) {
    const v = vector[i]!
    alongA += v * a[i]!
    alongB += v * b[i]!
    alongC += v * c[i]!
    alongD += v * d[i]!
  }
  for (let i = 0; i < vector.length; i++) {
    vector[i]! -= alongA * a[i]! + alongB * b[i]! + alongC * c[i]! + alongD * d[i]!
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
