/** The losses of one row in stochastic gradient descent, as in scikit-learn: p is w · x + b. */
import { hostFunctions } from '../../core/scalar/host.js'

export interface RowLoss {
  /** Labels are 0 and 1, otherwise -1 and 1. */
  readonly zeroOne?: boolean
  value(y: number, p: number): number
  /** The derivative by p. */
  slope(y: number, p: number): number
}

const { exp, log1p } = hostFunctions

const hinge = (threshold: number): RowLoss => ({
  value: (y, p) => (y * p <= threshold ? threshold - y * p : 0),
  slope: (y, p) => (y * p <= threshold ? -y : 0),
})

/** log(1 + exp(p)) - y p, and its derivative: the branches keep digits. */
const logLoss: RowLoss = {
  zeroOne: true,
  value: (y, p) => {
    if (p <= -2) return log1p(exp(p)) - y * p
    return log1p(exp(-p)) + (1 - y) * p
  },
  slope: (y, p) => {
    if (p <= -37) return exp(p) - y
    const e = exp(-p)
    return (1 - y - y * e) / (1 + e)
  },
}

const modifiedHuber: RowLoss = {
  value: (y, p) => {
    const z = y * p
    return z >= 1 ? 0 : z >= -1 ? (1 - z) * (1 - z) : -4 * z
  },
  slope: (y, p) => {
    const z = y * p
    return z >= 1 ? 0 : z >= -1 ? 2 * (1 - z) * -y : -4 * y
  },
}

const squaredHinge: RowLoss = {
  value: (y, p) => (y * p < 1 ? (1 - y * p) * (1 - y * p) : 0),
  slope: (y, p) => (y * p < 1 ? -2 * y * (1 - y * p) : 0),
}

const squaredError: RowLoss = { value: (y, p) => 0.5 * (p - y) * (p - y), slope: (y, p) => p - y }

const huber = (epsilon: number): RowLoss => ({
  value: (y, p) => {
    const error = Math.abs(y - p)
    return error <= epsilon ? 0.5 * error * error : epsilon * (error - 0.5 * epsilon)
  },
  slope: (y, p) => Math.max(-epsilon, Math.min(epsilon, p - y)),
})

const epsilonInsensitive = (epsilon: number): RowLoss => ({
  value: (y, p) => Math.max(0, Math.abs(y - p) - epsilon),
  slope: (y, p) => (y - p > epsilon ? -1 : p - y > epsilon ? 1 : 0),
})

const squaredEpsilonInsensitive = (epsilon: number): RowLoss => ({
  value: (y, p) => {
    const over = Math.max(0, Math.abs(y - p) - epsilon)
    return over * over
  },
  slope: (y, p) => (y - p > epsilon ? -2 * (y - p - epsilon) : p - y > epsilon ? 2 * (p - y - epsilon) : 0),
})

/** Those for numbers, by name. */
export const numberLosses = {
  squaredError: () => squaredError,
  huber,
  epsilonInsensitive,
  squaredEpsilonInsensitive,
}

/** Those for classes, by name; the ones for numbers take -1 and 1 as such. */
export const labelLosses = {
  hinge: () => hinge(1),
  logLoss: () => logLoss,
  modifiedHuber: () => modifiedHuber,
  squaredHinge: () => squaredHinge,
  perceptron: () => hinge(0),
  ...numberLosses,
}
