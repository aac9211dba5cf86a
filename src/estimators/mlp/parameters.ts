/** The parameters of MLPClassifier and MLPRegressor, as data. */
import type { FloatType } from '../../core/index.js'
import { MyelinError } from '../../core/index.js'
import type { OptionsOf, Parameter, ValuesOf } from '../../nn/index.js'
import { activations, suggestion } from '../../nn/index.js'
import { boolean, choice, integer, number } from '../../nn/parameters.js'
import { randomState } from '../supervised/parameters.js'

type Sizes = number | readonly number[]

const hiddenLayerSizes: Parameter<Sizes, readonly number[], false> = {
  type: 'list',
  help: 'the number of units of each hidden layer',
  required: false,
  default: [100],
  allowed: 'a list of integers, each at least 1, or one such; an empty list has no hidden layer',
  read: (value) => {
    const sizes: readonly unknown[] = Array.isArray(value) ? value : [value]
    return sizes.every((size) => Number.isSafeInteger(size) && (size as number) >= 1) ? (sizes as number[]) : undefined
  },
  write: (value) => value,
}

/** scikit-learn's names of activations, and the network's. */
export const activationNames = { identity: 'linear', logistic: 'sigmoid', tanh: 'tanh', relu: 'relu' } as const
type Activations = string | readonly string[]
const known = [...new Set([...Object.keys(activationNames), ...Object.keys(activations)])]

const activation: Parameter<Activations, Activations, false> = {
  type: 'name',
  help: 'the activation of the hidden layers, or a list with one for each',
  required: false,
  default: 'relu',
  choices: known,
  allowed: `one of ${known.join(', ')}, or a list of such`,
  read: (value, what) => {
    const names: readonly unknown[] = Array.isArray(value) ? value : [value]
    for (const name of names) {
      if (typeof name !== 'string') return undefined
      if (!known.includes(name)) {
        throw new MyelinError('argument', `${what}: unknown name "${name.slice(0, 60)}"${suggestion(name, known)}`)
      }
    }
    return value as Activations
  },
  write: (value) => value,
}

/** A number, or a word or value that stands beside numbers. */
const numberOr = <const W>(
  word: W, numbers: Parameter<number, number>, allowed: string,
): Parameter<number | W, number | W, false> => ({
  ...numbers,
  required: false,
  default: word,
  allowed,
  read: (value, what) => (value === word ? word : numbers.read(value, what)),
  write: (value) => value,
})

const patience = integer({ default: 10, min: 1, help: 'for how many epochs in a row there may be no improvement of tol' })
const nIterNoChange: Parameter<number, number, false> = {
  ...patience,
  allowed: `${patience.allowed}, or Infinity`,
  read: (value, what) => (value === Infinity ? Infinity : patience.read(value, what)),
  // JSON has no Infinity
  write: (value, what) => {
    if (value < Infinity) return value
    throw new MyelinError('unsupported', `${what} is Infinity, which JSON cannot hold; use a large number`)
  },
}

/** Takes a line of what training tells. */
export type Printer = (line: string) => void

const verbose: Parameter<false | Printer, false | Printer, false> = {
  type: 'boolean',
  help: 'a function that takes a line for each epoch, such as console.log',
  required: false,
  default: false,
  allowed: 'false, or a function that takes lines, such as console.log',
  read: (value) => (value === false || typeof value === 'function' ? (value as false | Printer) : undefined),
  write: (value, what) => {
    if (value === false) return false
    throw new MyelinError('unsupported', `${what} is a function, which JSON cannot hold; set it to false`)
  },
}

const dtype: Parameter<FloatType, FloatType, false> = {
  type: 'choice',
  help: "the type of weights and computations; default: the data's, float32 for Float32Array and float64 for all else",
  required: false,
  choices: ['float32', 'float64'],
  allowed: '"float32" or "float64"',
  read: (value) => (value === 'float32' || value === 'float64' ? value : undefined),
  write: (value) => value,
}

/** What both have, in scikit-learn's order; `dropout` and `dtype` are beyond it. */
export const mlpParameters = {
  hiddenLayerSizes,
  activation,
  solver: choice({ default: 'adam', choices: ['lbfgs', 'sgd', 'adam'], help: 'the optimiser' }),
  alpha: number({ default: 1e-4, min: 0, help: 'the factor of the penalty on squared weights, ½ Σ w² / rows of a batch' }),
  batchSize: numberOr('auto', integer({ default: 200, min: 1, help: 'rows in a step, for sgd and adam' }),
    'an integer, at least 1, or "auto": 200, or all rows where there are fewer'),
  learningRate: choice({
    default: 'constant',
    choices: ['constant', 'invscaling', 'adaptive'],
    help: "sgd's learning rate: learningRateInit; that / (rows seen + 1)^powerT; or a fifth whenever training stands still",
  }),
  learningRateInit: number({ default: 1e-3, above: 0, help: 'the learning rate at the start, for sgd and adam' }),
  powerT: number({ default: 0.5, min: 0, help: 'the exponent of invscaling' }),
  maxIter: integer({ default: 200, min: 1, help: 'the greatest number of epochs; of lbfgs of iterations' }),
  shuffle: boolean({ default: true, help: 'whether the rows have another order in each epoch, for sgd and adam' }),
  randomState: randomState('the seed of the initial weights, the validation part and the order of rows, or a generator; default 0'),
  tol: number({ default: 1e-4, min: 0, help: "the least improvement of an epoch that counts; lbfgs's gtol" }),
  verbose,
  warmStart: boolean({ default: false, help: 'whether fit goes on from the weights of the last fit' }),
  momentum: number({ default: 0.9, min: 0, max: 1, help: 'the part of the last step that sgd keeps' }),
  nesterovsMomentum: boolean({ default: true, help: 'whether momentum is that of Nesterov' }),
  earlyStopping: boolean({
    default: false, help: 'whether a part of the rows is kept to see when their score stops improving, for sgd and adam',
  }),
  validationFraction: number({ default: 0.1, min: 0, below: 1, help: 'that part' }),
  beta1: number({ default: 0.9, min: 0, below: 1, help: "the part of the mean of gradients that adam keeps" }),
  beta2: number({ default: 0.999, min: 0, below: 1, help: "the part of the mean of squared gradients that adam keeps" }),
  epsilon: number({ default: 1e-8, above: 0, help: "what adam adds to the root of the mean of squares" }),
  nIterNoChange,
  maxFun: integer({ default: 15000, min: 1, help: "the greatest number of evaluations of the loss by lbfgs" }),
  dropout: number({ default: 0, min: 0, below: 1, help: 'the part of each hidden layer that is left out at random in a step' }),
  dtype,
}

export type MlpParameters = typeof mlpParameters
export type MlpOptions = OptionsOf<MlpParameters>
type Optional = 'randomState' | 'dtype'
/** The checked parameters that both have. */
export type MlpValues = Omit<ValuesOf<MlpParameters>, Optional> & Partial<Pick<ValuesOf<MlpParameters>, Optional>>
