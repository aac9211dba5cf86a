/** DummyRegressor. */
import { MyelinError } from '../../core/index.js'
import { quantileAt } from '../../data/quantiles.js'
import type { OptionsOf, Parameter } from '../../nn/index.js'
import { choice, number } from '../../nn/parameters.js'
import { floats, record } from '../state.js'
import type { Features } from '../supervised/classifier.js'
import type { NumberRows } from '../supervised/regressor.js'
import { NumberRegressor } from '../supervised/regressor.js'

const constant: Parameter<number | readonly number[], readonly number[], false> = {
  type: 'list',
  help: 'what the strategy "constant" answers, one number for each output',
  required: false,
  allowed: 'a number, or a list of numbers',
  read: (value) => {
    const all: readonly unknown[] = Array.isArray(value) ? value : [value]
    return all.length > 0 && all.every(Number.isFinite) ? (all as readonly number[]) : undefined
  },
  write: (value) => value,
}

const parameters = {
  strategy: choice({
    default: 'mean', choices: ['mean', 'median', 'quantile', 'constant'], help: 'what is answered for every row',
  }),
  constant,
  quantile: number({ default: undefined, min: 0, max: 1, help: 'the share of numbers below the answer of "quantile"' }),
}

interface State {
  readonly constant: Float64Array
}

/**
 * The same answer for every row: what any regressor has to beat (scikit-learn's `DummyRegressor`). With weights of rows,
 * quantiles are the least numbers that so much of the weights does not exceed.
 */
export class DummyRegressor extends NumberRegressor<typeof parameters, State> {
  protected override readonly form = record<State>({ constant: floats() })

  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options?: OptionsOf<typeof parameters>) {
    super('DummyRegressor', parameters, options)
  }

  /** The answer, one number for each output. @throws MyelinError `state` before `fit` */
  get constant(): Float64Array {
    return this.stateFor('constant').constant
  }

  protected override fits({ constant }: State, outputs: number): boolean {
    return constant.length === outputs
  }

  protected override learn({ y: { data, shape: [rows, outputs] }, weights }: NumberRows): State {
    const { strategy, constant, quantile } = this.params as {
      readonly strategy: string, readonly constant?: readonly number[], readonly quantile?: number
    }
    if (strategy === 'constant') {
      if (constant?.length === outputs) return { constant: Float64Array.from(constant) }
      throw new MyelinError('argument', `DummyRegressor: constant: expected ${outputs} number${outputs === 1 ? '' : 's'}, ` +
        `received ${constant ? constant.length : 'none'}`)
    }
    if (strategy === 'quantile' && quantile === undefined) {
      throw new MyelinError('argument', 'DummyRegressor: the strategy "quantile" needs the parameter quantile, from 0 to 1')
    }
    const share = strategy === 'quantile' ? quantile! : 0.5
    return {
      constant: Float64Array.from({ length: outputs }, (_, k) => {
        const column = Float64Array.from({ length: rows }, (_, row) => data[row * outputs + k]!)
        if (strategy === 'mean') return mean(column, weights)
        return weights ? weightedQuantile(column, weights, share) : quantileAt(column.sort(), share)
      }),
    }
  }

  protected override compute({ constant }: State, { shape: [rows] }: Features): Float64Array {
    const answers = new Float64Array(rows * constant.length)
    for (let i = 0; i < rows; i++) answers.set(constant, i * constant.length)
    return answers
  }
}

function mean(values: Float64Array, weights: Float64Array | null): number {
  let sum = 0, total = 0
  values.forEach((value, row) => {
    const weight = weights ? weights[row]! : 1
    sum += weight * value
    total += weight
  })
  return sum / total
}

/** The inverse of the weighted distribution function. */
function weightedQuantile(values: Float64Array, weights: Float64Array, share: number): number {
  const order = [...values.keys()].filter((row) => weights[row]! > 0).sort((a, b) => values[a]! - values[b]!)
  const total = order.reduce((sum, row) => sum + weights[row]!, 0)
  let sum = 0
  const found = order.find((row) => (sum += weights[row]!) >= share * total)
  return values[found ?? order.at(-1)!]!
}
