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
    const vector = Float64Array.from({ length }, next)
    let norm = Math.sqrt(dot(vector, vector)), before
    do {
      before = norm
      for (const other of vectors) {
        const part = dot(vector, other)
        for (let i = 0; i < length; i++) vector[i]! -= part * other[i]!
      }
      norm = Math.sqrt(dot(vector, vector))
    } while (norm < before * Math.SQRT1_2)
    vectors.push(vector.map((value) => value / norm))
  }
  return Float64Array.from({ length: rows * columns }, (_, i) => {
    const row = Math.floor(i / columns),
      column = i % columns
    return tall ? vectors[column]![row]! : vectors[row]![column]!
  })
}

/** Four sums side by side, as each addition waits for the one before it. */
function dot(a: Float64Array, b: Float64Array): number {
  let s0 = 0, s1 = 0, s2 = 0, s3 = 0, i = 0
  for (; i + 4 <= a.length; i += 4) {
    s0 += a[i]! * b[i]!
    s1 += a[i + 1]! * b[i + 1]!
    s2 += a[i + 2]! * b[i + 2]!
    s3 += a[i + 3]! * b[i + 3]!
  }
  for (; i < a.length; i++) s0 += a[i]! * b[i]!
  return s0 + s1 + (s2 + s3)
}
