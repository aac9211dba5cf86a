/** What transformers have in common that learn something of each feature. */
import type { FloatType } from '../../core/index.js'
import { MyelinError, typedArray } from '../../core/index.js'
import type { OptionsOf, Parameters } from '../../nn/index.js'
import type { Matrix } from '../../train/index.js'
import type { FeatureMatrix, NumbersLike } from '../check-array.js'
import { checkArray } from '../check-array.js'
import { Transformer } from '../contract.js'
import type { EstimatorState, Kind } from '../state.js'

/** A transformer whose learning is one object, saved by a declaration of its form. */
export abstract class LearningTransformer<P extends Parameters, L> extends Transformer<P> {
  /** Undefined before `fit`. */
  protected learned: L | undefined

  protected constructor(kind: string, parameters: P, options: OptionsOf<P> | undefined, private readonly form: Kind<L>) {
    super(kind, parameters, options)
  }

  /** @param what for the message: `scale` */
  protected attributes(what: string): L {
    return this.fitted(this.learned, what)
  }

  override getState(): EstimatorState | null {
    return this.learned === undefined ? null : this.stateOf(this.form, this.learned)
  }

  override setState(state: EstimatorState): void {
    this.learned = this.readStateOf(this.form, state)
  }

  /** Checks rows to be turned back. @param width the number of columns that `transform` makes */
  protected checkTransformed(X: NumbersLike, width: number): FeatureMatrix {
    const what = `${this.kind}.inverseTransform: X`
    const matrix = checkArray(what, X, { allowMissing: true })
    if (matrix.shape[1] === width) return matrix
    throw new MyelinError('shape', `${what} has ${matrix.shape[1]} columns, but transform makes ${width}`)
  }
}

/** A list of numbers in the type of other data. */
export const alike = (data: Matrix['data'], length: number): Float32Array | Float64Array =>
  typedArray((data instanceof Float32Array ? 'float32' : 'float64') satisfies FloatType, length) as Float32Array | Float64Array

/** A matrix of the same type and shape. @param of of a value and its column */
export function mapColumns({ data, shape }: FeatureMatrix, of: (value: number, column: number) => number): Matrix {
  const [, features] = shape
  const made = alike(data, data.length)
  for (let i = 0; i < data.length; i++) made[i] = of(data[i]!, i % features)
  return { data: made, shape: [...shape] }
}

/** The values of a column. */
export const columnOf = ({ data, shape: [rows, features] }: FeatureMatrix, column: number): Float64Array =>
  Float64Array.from({ length: rows }, (_, i) => data[i * features + column]!)

/** Those that are not missing. */
export const presentIn = (values: Float64Array): Float64Array => values.filter((value) => !Number.isNaN(value))

/** What is learned of each column, as a list. */
export const perColumn = (matrix: FeatureMatrix, of: (values: Float64Array, column: number) => number): Float64Array =>
  Float64Array.from({ length: matrix.shape[1] }, (_, k) => of(columnOf(matrix, k), k))
