/** Random matrices with orthonormal columns or rows. */

/**
 * The factor Q of a random matrix's QR decomposition whose R has a positive diagonal, by Gram and Schmidt, with each
 * vector cleaned twice, which keeps the full precision of float64.
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
    for (let pass = 0; pass < 2; pass++) {
      for (const other of vectors) {
        const part = dot(vector, other)
        for (let i = 0; i < length; i++) vector[i]! -= part * other[i]!
      }
    }
    const norm = Math.sqrt(dot(vector, vector))
    vectors.push(vector.map((value) => value / norm))
  }
  return Float64Array.from({ length: rows * columns }, (_, i) => {
    const row = Math.floor(i / columns),
      column = i % columns
    return tall ? vectors[column]![row]! : vectors[row]![column]!
  })
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
