/** Layers, constraints and initialisers against figures from Keras (tests/golden/generate/keras-layers.py). */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { wasmBackend } from '../../src/backends/wasm/index.js'
import type { Node } from '../../src/core/index.js'
import { constantArray, placeholder, RandomSource, variable } from '../../src/core/index.js'
import type { Constraint, Initializer, LayerFactory } from '../../src/nn/index.js'
import {
  constraints, factories, initializers, input, layers, Network, normalization, resolve, topologyOf,
} from '../../src/nn/index.js'
import { Tensor } from '../../src/ops/index.js'

interface Numbers {
  readonly shape: readonly number[]
  readonly data: readonly number[]
}
type Options = Readonly<Record<string, unknown>>
interface LayerCase {
  readonly kind: string
  readonly options: Options
  readonly inputs: readonly Numbers[]
  readonly weights: Readonly<Record<string, Numbers>>
  readonly predict?: Numbers
  readonly train?: Numbers
  readonly penalty?: number
}
const golden = JSON.parse(readFileSync('tests/golden/keras-layers.json', 'utf8')) as {
  readonly layers: readonly LayerCase[]
  readonly adapted: readonly {
    readonly axis: number
    readonly rows: Numbers
    readonly mean: readonly number[]
    readonly variance: readonly number[]
  }[]
  readonly constraints: readonly {
    readonly name: string
    readonly options: Options
    readonly weights: Numbers
    readonly result: Numbers
  }[]
  readonly initializers: readonly {
    readonly name: string
    readonly options: Options
    readonly shape: readonly number[]
    readonly mean: number
    readonly deviation: number
    readonly least: number
    readonly greatest: number
  }[]
}

/** Keras computes some of this in float32 even where its policy is float64. */
function expectClose(actual: ArrayLike<number>, expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length)
  expected.forEach((value, i) => {
    expect(Math.abs(actual[i]! - value), `element ${i}: ${actual[i]} and ${value}`).toBeLessThanOrEqual(
      1e-6 * Math.max(1, Math.abs(value)),
    )
  })
}

describe('layers give what Keras gives', () => {
  const all = factories(layers) as LayerFactory[]
  it.each(golden.layers.map((example) => [`${example.kind} ${JSON.stringify(example.options)}`, example] as const))(
    '%s',
    (_, { kind, options, inputs, weights, predict, train, penalty }) => {
      const factory = all.find((other) => other.kind === kind) as ((options: unknown) => ReturnType<LayerFactory>) &
        LayerFactory
      const tensors = inputs.map(({ shape }) => input({ shape: shape.slice(1) }))
      const network = new Network(topologyOf(tensors, [factory(options).apply(tensors)]), { dtype: 'float64' })
      const { name } = network.layers[0]!
      network.setWeights(
        Object.entries(weights).map(([own, { shape, data }]) => ({
          name: `${name}/${own}`,
          shape,
          data: Float64Array.from(data),
        })),
      )
      const nodes = inputs.map(({ shape }) => placeholder('x', shape, 'float64'))
      const key = new Tensor(constantArray([2], new Int32Array(2)))
      const step = new Tensor(constantArray([], new Int32Array(1)))
      for (const [expected, mode] of [
        [predict, { training: false }],
        [train, { training: true, key, step }],
      ] as const) {
        if (!expected) continue
        const pass = network.forward(nodes.map((node) => new Tensor(node)), mode)
        const output = pass.outputs[0]!
        expect(output.shape).toEqual(expected.shape)
        const outputs: Node[] = [output.node, ...(pass.penalty ? [pass.penalty.node] : [])]
        const program = wasmBackend
          .session(network.variables.map((v) => v.variable))
          .compile({ inputs: nodes, outputs })
        program.run(inputs.map(({ data }) => Float64Array.from(data)))
        expectClose(program.output(0), expected.data)
        if (penalty !== undefined) expectClose(program.output(1), [penalty])
      }
    },
  )

  it.each(golden.adapted.map((example) => [example.axis, example] as const))(
    'normalization along axis %i learns the mean and variance',
    (axis, { rows, mean, variance }) => {
      const adapted = normalization({ axis }).adapt({ shape: rows.shape, data: Float64Array.from(rows.data) })
      expectClose(adapted.config['mean'] as number[], mean)
      expectClose(adapted.config['variance'] as number[], variance)
    },
  )
})

describe('constraints give what Keras gives', () => {
  it.each(
    golden.constraints.map((example) => [`${example.name} ${JSON.stringify(example.options)}`, example] as const),
  )(
    '%s',
    (_, { name, options, weights, result }) => {
      const constraint = resolve('constraint', constraints, { name, ...options }) as Constraint
      const before = variable('w', weights.shape, Float64Array.from(weights.data))
      const program = wasmBackend
        .session([before])
        .compile({ outputs: [constraint.call(new Tensor(before)).node] })
      program.run()
      expectClose(program.output(0), result.data)
    },
  )
})

describe('initialisers draw as Keras does', () => {
  // Other random numbers: means and deviations of 100,000 values agree to their own spread, ends to what normals reach.
  it.each(
    golden.initializers.map((example) => [`${example.name} ${JSON.stringify(example.options)}`, example] as const),
  )('%s', (_, { name, options, shape, mean, deviation, least, greatest }) => {
    const initializer = resolve('initializer', initializers, { name, ...options }) as Initializer
    const values = Float64Array.from(initializer.values(shape, new RandomSource(3, name)))
    const average = values.reduce((a, b) => a + b, 0) / values.length
    const spread = Math.sqrt(values.reduce((a, b) => a + (b - average) ** 2, 0) / values.length)
    const slack = 6 / Math.sqrt(values.length)
    expect(Math.abs(average - mean)).toBeLessThanOrEqual(slack * deviation)
    expect(Math.abs(spread - deviation)).toBeLessThanOrEqual(slack * deviation)
    // where the ends are random, those of two draws may differ by more than half a standard deviation
    const endless = /randomNormal|orthogonal|untruncated/.test(`${name} ${String(options['distribution'])}`)
    const ends = (endless ? 1 : 0.02) * deviation
    const sorted = values.toSorted()
    expect(Math.abs(sorted[0]! - least)).toBeLessThanOrEqual(ends)
    expect(Math.abs(sorted.at(-1)! - greatest)).toBeLessThanOrEqual(ends)
  })
})
