/** The nearest of known rows, by looking at all of them. */
import { MyelinError } from '../../core/index.js'
import { hostFunctions } from '../../core/scalar/host.js'
import type { OptionsOf } from '../../nn/index.js'
import { choice, integer, number } from '../../nn/parameters.js'
import type { Matrix } from '../../train/index.js'
import type { Features } from '../supervised/classifier.js'
import type { FloatMatrix } from '../supervised/forms.js'
import { Pause } from '../supervised/pause.js'

export const neighborParameters = {
  nNeighbors: integer({ default: 5, min: 1, help: 'how many neighbours answer' }),
  weights: choice({
    default: 'uniform', choices: ['uniform', 'distance'],
    help: 'whether all neighbours count alike, or by the inverse of their distance (one at distance 0 counts alone)',
  }),
  p: number({ default: 2, min: 1, help: 'the exponent of the metric minkowski: (Σ |difference|^p)^(1/p)' }),
  metric: choice({
    default: 'minkowski', choices: ['minkowski', 'euclidean', 'manhattan', 'chebyshev'], help: 'how distances are measured',
  }),
}

export type NeighborValues = Required<OptionsOf<typeof neighborParameters>>

/** The nearest rows of each row, the nearest first; of equally near ones the first. */
export interface Neighbors {
  /** [rows, neighbours] */
  readonly distances: Matrix & { readonly data: Float64Array }
  /** The numbers of the known rows, [rows, neighbours]. */
  readonly indices: Matrix & { readonly data: Int32Array }
}

/** Sums of what differences are, and distances of such sums. */
function measure({ metric, p }: NeighborValues): { add(sum: number, difference: number): number, root(sum: number): number } {
  const { pow } = hostFunctions
  const power = metric === 'euclidean' ? 2 : metric === 'manhattan' ? 1 : p
  if (metric === 'chebyshev') return { add: (sum, d) => Math.max(sum, Math.abs(d)), root: (sum) => sum }
  if (power === 1) return { add: (sum, d) => sum + Math.abs(d), root: (sum) => sum }
  if (power === 2) return { add: (sum, d) => sum + d * d, root: Math.sqrt }
  return { add: (sum, d) => sum + (d === 0 ? 0 : pow(Math.abs(d), power)), root: (sum) => (sum === 0 ? 0 : pow(sum, 1 / power)) }
}

/** @throws MyelinError `argument` where there are not so many known rows; the signal's reason */
export async function nearest(
  what: string, known: FloatMatrix, X: Features, values: NeighborValues, wanted = values.nNeighbors,
): Promise<Neighbors> {
  const [count, features] = known.shape, [rows] = X.shape
  if (wanted > count) {
    throw new MyelinError('argument', `${what}: ${wanted} neighbours of ${count} rows that fit saw; lower nNeighbors`)
  }
  const { add, root } = measure(values)
  const distances = new Float64Array(rows * wanted), indices = new Int32Array(rows * wanted)
  const pause = new Pause()
  for (let i = 0; i < rows; i++) {
    if (pause.due) await pause.take()
    const from = i * wanted
    let found = 0
    for (let row = 0; row < count; row++) {
      let sum = 0
      for (let j = 0; j < features; j++) sum = add(sum, X.data[i * features + j]! - known.data[row * features + j]!)
      if (found === wanted && sum >= distances[from + found - 1]!) continue
      let at = found < wanted ? found++ : found - 1
      for (; at > 0 && distances[from + at - 1]! > sum; at--) {
        distances[from + at] = distances[from + at - 1]!
        indices[from + at] = indices[from + at - 1]!
      }
      distances[from + at] = sum
      indices[from + at] = row
    }
  }
  const shape = [rows, wanted]
  return { distances: { data: distances.map(root), shape }, indices: { data: indices, shape } }
}

/** How much each neighbour counts, as `distances`. */
export function votesOf({ distances: { data, shape: [rows, wanted] } }: Neighbors, { weights }: NeighborValues): Float64Array {
  if (weights === 'uniform') return new Float64Array(data.length).fill(1)
  const votes = data.map((distance) => 1 / distance)
  for (let i = 0; i < rows!; i++) {
    const row = votes.subarray(i * wanted!, (i + 1) * wanted!)
    if (row.includes(Infinity)) row.forEach((vote, k) => { row[k] = vote === Infinity ? 1 : 0 })
  }
  return votes
}

/** @throws MyelinError `unsupported` for weights of rows */
export function refuseWeights(kind: string, weights: unknown): void {
  if (!weights) return
  throw new MyelinError('unsupported', `${kind}.fit: neighbours have no sampleWeight; leave it out`)
}
