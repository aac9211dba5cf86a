/** What the tests of the lectures' numbers share: networks with given weights, in float64, and rounding. */
import type { Model, NestedNumbers, RandomSource, Tensor } from '../../src/index.js'
import { adam, dense, sequential, tensor } from '../../src/index.js'

export interface GivenLayer {
  /** One row for each unit, one column for each input, as the lectures write W. */
  readonly weights: readonly (readonly number[])[]
  readonly bias: readonly number[]
  readonly activation: string
}

export const double = (data: NestedNumbers): Tensor => tensor(data, { dtype: 'float64' })

/** A model of dense layers with these weights. */
export function network(layers: readonly GivenLayer[]): Model {
  const model = sequential(layers.map(({ bias, activation }) => dense({ units: bias.length, activation })), {
    dtype: 'float64',
    inputShape: [layers[0]!.weights[0]!.length],
  })
  setLayers(model, layers)
  return model
}

/** Puts other weights into a model made by `network`. */
export function setLayers(model: Model, layers: readonly Omit<GivenLayer, 'activation'>[]): void {
  model.setWeights(layers.flatMap(({ weights, bias }, i) => {
    const inputs = weights[0]!.length
    const columns = Array.from({ length: inputs }, (_, input) => weights.map((row) => row[input]!))
    return [
      { name: `dense_${i + 1}/kernel`, shape: [inputs, bias.length], data: Float64Array.from(columns.flat()) },
      { name: `dense_${i + 1}/bias`, shape: [bias.length], data: Float64Array.from(bias) },
    ]
  }))
}

/** One unit that fires where w x + b >= 0. */
export const perceptron = (weights: readonly number[], bias: number): Model =>
  network([{ weights: [weights], bias: [bias], activation: 'step' }])

/** The outputs for each row of x. */
export async function outputs(model: Model, x: readonly (readonly number[])[]): Promise<number[][]> {
  const { data, shape: [rows = 0, columns = 0] } = await model.predict(x)
  return Array.from({ length: rows }, (_, row) => Array.from(data.subarray(row * columns, (row + 1) * columns)))
}

/** Of a network with one output: that output for each row of x. */
export const decisions = async (model: Model, x: readonly (readonly number[])[]): Promise<number[]> =>
  (await outputs(model, x)).flat()

/** All rows of `n` bits in counting order: (0, 0), (0, 1), (1, 0), (1, 1). */
export const bits = (n: number): number[][] =>
  Array.from({ length: 2 ** n }, (_, row) => Array.from({ length: n }, (_, i) => (row >> (n - 1 - i)) & 1))

/** As a table prints it: to so many decimals. */
export const rounded = (values: ArrayLike<number>, decimals: number): number[] =>
  Array.from(values, (value) => Number(value.toFixed(decimals)))

export const xor = { x: [[0, 0], [0, 1], [1, 0], [1, 1]], y: [0, 1, 1, 0] }

/** The slides' initialiser: N(0.75, 0.01), for the first layer's weights alone. */
const aroundThreeQuarters = (shape: readonly number[], random: RandomSource): number[] =>
  Array.from({ length: shape[0]! * shape[1]! }, () => 0.75 + 0.01 * random.normal())

/** The lecture's Keras network for XOR, compiled. */
export function xorNetwork(units: number, activation: string, seed: number): Model {
  const model = sequential([
    dense({ units, activation, kernelInitializer: aroundThreeQuarters }),
    dense({ units: 1, activation: 'sigmoid' }),
  ], { seed, inputShape: [2] })
  return model.compile({ loss: 'meanSquaredError', optimizer: adam(), metrics: ['accuracy'] })
}
