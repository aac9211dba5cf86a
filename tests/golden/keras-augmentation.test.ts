/** Layers that change pictures at random, with ranges of one value, against Keras (tests/golden/generate/keras-augmentation.py). */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { wasmBackend } from '../../src/backends/wasm/index.js'
import type { FloatType } from '../../src/core/index.js'
import { constantArray, placeholder } from '../../src/core/index.js'
import type { LayerFactory } from '../../src/nn/index.js'
import { factories, layers, Network } from '../../src/nn/index.js'
import { Tensor } from '../../src/ops/index.js'

interface Case {
  readonly kind: string
  readonly options: Readonly<Record<string, unknown>>
  readonly shape: readonly number[]
  readonly input: readonly number[]
  readonly output: readonly number[]
}
const { cases } = JSON.parse(readFileSync('tests/golden/keras-augmentation.json', 'utf8')) as { cases: readonly Case[] }
const all = factories(layers) as LayerFactory[]

function outputOf({ kind, options, shape, input }: Case, dtype: FloatType): ArrayLike<number> {
  const factory = all.find((other) => other.kind === kind) as (options: unknown) => ReturnType<LayerFactory>
  const network = new Network([factory(options)], { dtype, inputShape: shape.slice(1) })
  const x = placeholder('x', shape, dtype)
  const key = new Tensor(constantArray([2], Int32Array.of(1, 2))), step = new Tensor(constantArray([], Int32Array.of(3)))
  const { outputs } = network.forward([new Tensor(x)], { training: true, key, step })
  const session = wasmBackend.session([])
  const program = session.compile({ inputs: [x], outputs: outputs.map(({ node }) => node) })
  program.run([dtype === 'float64' ? Float64Array.from(input) : Float32Array.from(input)])
  const output = program.output(0).slice()
  session.release()
  return output
}

describe('augmentation gives what Keras gives', () => {
  it.each(cases.map((example) => [`${example.kind} ${JSON.stringify(example.options)} on [${example.shape.join()}]`, example] as const))(
    '%s', (_, example) => {
      const largest = Math.max(1, ...example.input)
      for (const dtype of ['float64', 'float32'] as const) {
        const output = outputOf(example, dtype)
        expect(output.length).toBe(example.output.length)
        // positions are float32 in Keras: some units of 2^-24 of a place, over a slope of at most 1
        example.output.forEach((value, i) => expect(Math.abs(output[i]! - value), `element ${i}`).toBeLessThan(3e-6 * largest))
      }
    })
})
