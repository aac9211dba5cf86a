/** Kernels of support vector machines, computed by the engine. */
import { MyelinError } from '../../core/index.js'
import { choice, integer, number } from '../../nn/parameters.js'
import { add, exp, matmul, maximum, mul, pow, sub, tanh, tensor, transpose } from '../../ops/index.js'
import type { Tensor } from '../../ops/index.js'
import type { FloatMatrix } from '../supervised/forms.js'
import { orWord } from '../supervised/parameters.js'

export const kernelParameters = {
  kernel: choice({
    default: 'rbf', choices: ['linear', 'poly', 'rbf', 'sigmoid'],
    help: 'x · z; (gamma x · z + coef0)^degree; exp(-gamma |x - z|²); tanh(gamma x · z + coef0)',
  }),
  degree: integer({ default: 3, min: 0, help: 'the exponent of poly' }),
  gamma: orWord(['scale', 'auto'], number({ default: 1, min: 0, help: 'the factor in poly, rbf and sigmoid; scale: 1 / ' +
    '(features * variance of X), auto: 1 / features' }), 'scale'),
  coef0: number({ default: 0, help: 'what is added in poly and sigmoid' }),
}

/** A kernel with its numbers. */
export interface KernelValues {
  readonly kernel: 'linear' | 'poly' | 'rbf' | 'sigmoid'
  readonly degree: number
  readonly coef0: number
}

/** The factor that `gamma` stands for. */
export function gammaOf(gamma: number | 'scale' | 'auto', { data, shape: [, features] }: FloatMatrix): number {
  if (typeof gamma === 'number') return gamma
  if (gamma === 'auto') return 1 / features
  const mean = data.reduce((a, b) => a + b, 0) / data.length
  const variance = data.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / data.length
  return variance === 0 ? 1 : 1 / (features * variance)
}

const constant = ({ data, shape }: FloatMatrix): Tensor => tensor(data, { shape })

/** |x|² for each row. */
function squares({ data, shape: [rows, features] }: FloatMatrix): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => {
    let sum = 0
    for (let j = i * features; j < (i + 1) * features; j++) sum += data[j]! * data[j]!
    return sum
  })
}

/** More numbers than this would take more than a gigabyte. */
const mostValues = 2 ** 27

/**
 * The kernel of each row of one matrix with each of another, [rows, others], row-major.
 *
 * @throws MyelinError `unsupported` where that takes more than a gigabyte
 */
export async function kernelMatrix(
  what: string, a: FloatMatrix, b: FloatMatrix, { kernel, degree, coef0 }: KernelValues, gamma: number,
): Promise<Float64Array> {
  const rows = a.shape[0], others = b.shape[0]
  if (rows * others > mostValues) {
    throw new MyelinError('unsupported', `${what}: the kernel of ${rows} rows with ${others} takes ${
      Math.ceil(rows * others * 8 / 2 ** 30)} GB; give fewer rows, or use SGDClassifier or an MLP`)
  }
  const products = matmul(constant(a), transpose(constant(b)))
  const inner = (): Tensor => add(mul(products, gamma), coef0)
  const result = kernel === 'linear' ? products
    : kernel === 'sigmoid' ? tanh(inner())
    : kernel === 'poly' ? power(inner(), degree)
    : exp(mul(maximum(sub(add(
      tensor(squares(a), { shape: [rows, 1] }), tensor(squares(b), { shape: [1, others] })), mul(products, 2)), 0), -gamma))
  return (await result.data()) as Float64Array
}

/** By squaring, for the sign stays that of the base. */
function power(base: Tensor, degree: number): Tensor {
  if (degree === 0) return pow(base, 0)
  let result: Tensor | undefined, square = base
  for (let left = degree; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = result ? mul(result, square) : square
    if (left > 1) square = mul(square, square)
  }
  return result!
}
