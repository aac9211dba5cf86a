/** Random problems of any size: classes and numbers, by the rules and the defaults of scikit-learn's generators. */

import { MyelinError } from '../../core/errors.js'
import { RandomSource } from '../../core/random.js'
import { checkSize, type GeneratorOptions } from '../generators.js'
import { makeTable, type Table } from '../table.js'

const maximumValues = 100_000_000

function checkWhole(name: string, options: Readonly<Record<string, number>>): void {
  for (const [option, value] of Object.entries(options)) {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new MyelinError('argument', `${name}: ${option} must be an integer of at least 0, received ${value}`)
    }
  }
}

function checkValues(name: string, samples: number, features: number): void {
  if (features >= 1 && samples * features <= maximumValues) return
  throw new MyelinError('argument', `${name}: features must be at least 1, and samples x features at most `
    + `${maximumValues}, received ${samples} x ${features}`)
}

const normals = (random: RandomSource, n: number) => Float64Array.from({ length: n }, () => random.normal())

/** Columns x1, x2, ... in random order, in rows of random order, and the target. */
function tableOf(
  name: string, columns: readonly Float64Array[], target: string, values: Float64Array, random: RandomSource,
): Table {
  const rows = random.permutation(values.length)
  const order = random.permutation(columns.length)
  const shuffled = (column: Float64Array): Float64Array => Float64Array.from(rows, (row) => column[row]!)
  return makeTable([
    ...Array.from(order, (column, i) => [`x${i + 1}`, shuffled(columns[column]!)] as const),
    [target, shuffled(values)] as const,
  ], { source: name })
}

/** What `makeClassification` takes. */
export interface ClassificationOptions extends Omit<GeneratorOptions, 'noise'> {
  /** Number of rows. Default 100. */
  samples?: number
  /** Columns, in random order: informative, redundant, repeated ones, and for the rest noise. Default 20. */
  features?: number
  /** Columns that tell the class; default 2. */
  informative?: number
  /** Columns that are sums of informative ones; default 2. */
  redundant?: number
  /** Columns that are copies of informative or redundant ones; default 0. */
  repeated?: number
  /** Default 2. */
  classes?: number
  /** Clouds of points of each class; default 2. */
  clustersPerClass?: number
  /** The part of each class; default equal parts. */
  weights?: readonly number[]
  /** The part of rows that get a class by chance; default 0.01. */
  flipY?: number
  /** Half of the side of the hypercube at whose corners the clouds lie; default 1. More is easier. */
  classSep?: number
}

/**
 * Normal clouds at the corners of a hypercube, each sheared on its own: scikit-learn's make_classification (Guyon,
 * "Design of experiments of the NIPS 2003 variable selection benchmark"). Columns x1, x2, ... and class.
 *
 * @throws MyelinError `argument` for options that do not fit together
 */
export function makeClassification(options: ClassificationOptions = {}): Table {
  const {
    samples = 100, features = 20, informative = 2, redundant = 2, repeated = 0, classes = 2, clustersPerClass = 2,
    weights = Array.from({ length: classes }, () => 1 / classes), flipY = 0.01, classSep = 1, seed = 0,
  } = options
  const name = 'classification'
  checkSize(name, samples, 0)
  checkWhole(name, { features, informative, redundant, repeated, classes, clustersPerClass })
  checkValues(name, samples, features)
  const fail = (problem: string): never => {
    throw new MyelinError('argument', `${name}: ${problem}`)
  }
  if (informative < 1 || informative + redundant + repeated > features) {
    fail(`informative (${informative}, at least 1), redundant (${redundant}) and repeated (${repeated}) columns must `
      + `be at most features (${features}) together`)
  }
  const clusters = classes * clustersPerClass
  if (classes < 2 || clustersPerClass < 1 || clusters > samples || (informative < 31 && clusters > 2 ** informative)) {
    fail(`${classes} classes (at least 2) of ${clustersPerClass} clusters (at least 1) must be at most as many as `
      + `samples (${samples}) and as the corners of a cube of ${informative} informative columns`)
  }
  const whole = weights.reduce((sum, weight) => sum + weight, 0)
  if (weights.length !== classes || !weights.every((weight) => weight >= 0) || Math.abs(whole - 1) > 1e-6) {
    fail(`weights must be ${classes} numbers of at least 0 that add up to 1, received `
      + weights.slice(0, 10).join(', '))
  }
  if (!(flipY >= 0 && flipY <= 1)) fail(`flipY must be from 0 to 1, received ${flipY}`)
  if (!(classSep > 0 && Number.isFinite(classSep))) fail(`classSep must be a number above 0, received ${classSep}`)

  const random = new RandomSource(seed, `data/${name}`)
  const mixing = (): number => 2 * random.uniform() - 1
  const sizes = Array.from({ length: clusters }, (_, k) =>
    Math.floor(samples * weights[k % classes]! / clustersPerClass))
  const rest = samples - sizes.reduce((sum, size) => sum + size, 0)
  for (let k = 0; k < rest; k++) sizes[k % clusters]!++
  const corners = distinctCorners(clusters, informative, random)
  const columns = Array.from({ length: informative }, () => new Float64Array(samples))
  const labels = new Float64Array(samples)
  let row = 0
  sizes.forEach((size, k) => {
    const shear = Array.from({ length: informative }, () => Array.from({ length: informative }, mixing))
    for (const end = row + size; row < end; row++) {
      const point = normals(random, informative)
      columns.forEach((column, j) => {
        const center = corners[k]![j] ? classSep : -classSep
        column[row] = point.reduce((sum, value, i) => sum + value * shear[i]![j]!, center)
      })
      labels[row] = k % classes
    }
  })
  const sumOf = (parts: readonly Float64Array[]) => {
    const factors = parts.map(mixing)
    return Float64Array.from(labels, (_, i) => parts.reduce((sum, part, j) => sum + part[i]! * factors[j]!, 0))
  }
  const told = columns.slice()
  for (let i = 0; i < redundant; i++) columns.push(sumOf(told))
  const telling = columns.length
  for (let i = 0; i < repeated; i++) columns.push(columns[random.integer(telling)]!)
  while (columns.length < features) columns.push(normals(random, samples))
  for (let i = 0; i < samples; i++) if (random.uniform() < flipY) labels[i] = random.integer(classes)
  return tableOf(name, columns, 'class', labels, random)
}

/** So many different corners of a hypercube, as one bit for each side. */
function distinctCorners(n: number, sides: number, random: RandomSource): boolean[][] {
  const seen = new Map<string, boolean[]>()
  if (sides < 20) { // few corners: all of them, shuffled
    for (const corner of random.permutation(2 ** sides).subarray(0, n)) {
      seen.set(String(corner), Array.from({ length: sides }, (_, side) => (corner >> side) % 2 === 1))
    }
  }
  while (seen.size < n) {
    const corner = Array.from({ length: sides }, () => random.uniform() < 0.5)
    seen.set(corner.join(), corner)
  }
  return [...seen.values()]
}

/** What `makeRegression` takes. */
export interface RegressionOptions extends GeneratorOptions {
  /** Number of rows. Default 100. */
  samples?: number
  /** Standard deviation of the normal noise added to y. Default 0. */
  noise?: number
  /** Columns, all standard normal. Default 100. */
  features?: number
  /** Columns that y depends on; default 10, or all of fewer. */
  informative?: number
  /** The mean of y; default 0. */
  bias?: number
}

/**
 * A linear problem: y = Σ cᵢ xᵢ + bias + noise with cᵢ uniform in [0, 100) for the informative columns and 0 for
 * the others: scikit-learn's make_regression. Columns x1, x2, ... and y.
 *
 * @throws MyelinError `argument` for options that do not fit together
 */
export function makeRegression(options: RegressionOptions = {}): Table {
  const { samples = 100, noise = 0, features = 100, bias = 0, seed = 0 } = options
  const { informative = Math.min(10, features) } = options
  const name = 'regression'
  checkSize(name, samples, noise)
  checkWhole(name, { features, informative })
  checkValues(name, samples, features)
  if (informative > features || !Number.isFinite(bias)) {
    throw new MyelinError('argument', `${name}: informative must be at most features, and bias a finite number, `
      + `received ${informative} of ${features} and ${bias}`)
  }
  const random = new RandomSource(seed, `data/${name}`)
  const columns = Array.from({ length: features }, () => normals(random, samples))
  const coefficients = Array.from({ length: informative }, () => 100 * random.uniform())
  const y = Float64Array.from({ length: samples }, (_, row) =>
    coefficients.reduce((sum, factor, i) => sum + factor * columns[i]![row]!, bias)
    + (noise > 0 ? noise * random.normal() : 0))
  return tableOf(name, columns, 'y', y, random)
}
