/** Least squares by singular values. */
import type { Matrix as Dense } from 'ml-matrix'

/** V f(S) Uᵀ y for X = U S Vᵀ, [features, outputs]. */
export async function svdSolution(
  X: Dense, y: Dense, filter: (value: number, greatest: number) => number,
): Promise<{ readonly solution: Dense, readonly singular: Float64Array }> {
  const { SingularValueDecomposition } = await import('ml-matrix')
  const svd = new SingularValueDecomposition(X, { autoTranspose: true })
  const { leftSingularVectors: u, rightSingularVectors: v } = svd
  const singular = Float64Array.from(svd.diagonal)
  const filters = singular.map((value) => filter(value, singular[0]!))
  const projected = u.transpose().mmul(y)
  // rectangular decompositions have more vectors than values
  const rank = Math.min(singular.length, projected.rows)
  for (let i = 0; i < projected.rows; i++) projected.mulRow(i, i < rank ? filters[i]! : 0)
  return { solution: v.subMatrix(0, v.rows - 1, 0, projected.rows - 1).mmul(projected), singular }
}
