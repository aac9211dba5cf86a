/** Outputs and gradients of layers against figures from Keras (tests/golden/generate/keras-gradients.py). */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { wasmBackend } from '../../src/backends/wasm/index.js'
import type { FloatType } from '../../src/core/index.js'
import { constantArray, grad, placeholder, typedArray } from '../../src/core/index.js'
import type { Layer, LayerFactory } from '../../src/nn/index.js'
import { factories, input, layers, Network, topologyOf } from '../../src/nn/index.js'
import { add, mul, sum, Tensor } from '../../src/ops/index.js'

interface Numbers {
  readonly shape: readonly number[]
  readonly data: readonly number[]
}
interface Case {
  readonly kind: string
  readonly options: Readonly<Record<string, unknown>>
  readonly training: boolean
  /** Which steps of the first inputs count. */
  readonly masks: readonly (readonly (readonly number[])[])[] | null
  readonly inputs: readonly Numbers[]
  readonly weights: Readonly<Record<string, Numbers>>
  readonly outputs: readonly Numbers[]
  readonly cotangents: readonly Numbers[]
  readonly inputGradients: readonly Numbers[]
  readonly weightGradients: Readonly<Record<string, Numbers>>
}
const { cases } = JSON.parse(readFileSync('tests/golden/keras-gradients.json', 'utf8')) as { readonly cases: readonly Case[] }

function expectClose(what: string, actual: ArrayLike<number>, { data }: Numbers, tolerance: number): void {
  expect(actual.length, what).toBe(data.length)
  data.forEach((value, i) => {
    const bound = tolerance * Math.max(1, Math.abs(value))
    expect(Math.abs(actual[i]! - value), `${what}[${i}]: ${actual[i]} and ${value}`).toBeLessThanOrEqual(bound)
  })
}

/** The function of a layer that is told that only these steps of its first inputs count. */
function maskedCall(layer: Layer, masks: Case['masks']): Layer['call'] {
  const call = layer.call.bind(layer)
  const given = (masks ?? []).map((mask) => new Tensor(constantArray([mask.length, mask[0]!.length], Int32Array.from(mask.flat()))))
  return (inputs, context) => call(inputs, { ...context, masks: inputs.map((_, i) => given[i] ?? null) })
}

describe.each([['float64', 1e-9], ['float32', 1e-5]] as const)('layers give what Keras gives, and its gradients: %s', (dtype: FloatType, tolerance) => {
  const all = factories(layers) as LayerFactory[]
  const numbered = cases.map((example, i) => [`${i} ${example.kind} ${JSON.stringify(example.options)}`, example] as const)
  it.each(numbered)('%s', (_, example) => {
    const factory = all.find(({ kind }) => kind === example.kind) as unknown as (options: unknown) => Layer
    const rows = example.inputs.map(({ shape }) => input({ shape: shape.slice(1) }))
    // the network is made with one row, where the mask does not fit
    const plain = factory({ ...example.options, name: 'layer' })
    const network = new Network(topologyOf(rows, plain.applyAll(rows)), { dtype })
    network.setWeights(Object.entries(example.weights).map(([own, { shape, data }]) =>
      ({ name: `layer/${own}`, shape, data: typedArray(dtype, data) })))
    const nodes = example.inputs.map(({ shape }) => placeholder('x', shape, dtype))
    const constant = ({ shape, data }: Numbers): Tensor => new Tensor(constantArray(shape, typedArray(dtype, data)))
    const seed = { key: new Tensor(constantArray([2], new Int32Array(2))), step: new Tensor(constantArray([], new Int32Array(1))) }
    Object.assign(plain, { call: maskedCall(plain, example.masks) })
    const { outputs } = network.forward(nodes.map((node) => new Tensor(node)), example.training ? { training: true, ...seed } : { training: false })
    const total = outputs.map((output, i) => sum(mul(output, constant(example.cotangents[i]!)))).reduce((a, b) => add(a, b))
    const variables = network.variables.map(({ variable }) => variable)
    const learned = network.variables.filter(({ trainable }) => trainable)
    const wanted = [...(example.inputGradients.length > 0 ? nodes : []), ...learned.map(({ variable }) => variable)]
    const program = wasmBackend.session(variables).compile({ inputs: nodes, outputs: [...outputs.map(({ node }) => node), ...grad(total.node, wanted)] })
    program.run(example.inputs.map(({ data }) => typedArray(dtype, data)))
    const expected = [
      ...example.outputs.map((numbers, i) => [`output ${i}`, numbers] as const),
      ...example.inputGradients.map((numbers, i) => [`gradient of input ${i}`, numbers] as const),
      ...learned.map(({ name }) => [`gradient of ${name}`, example.weightGradients[name.slice('layer/'.length)]!] as const),
    ]
    expect(outputs.map(({ shape }) => shape)).toEqual(example.outputs.map(({ shape }) => shape))
    expected.forEach(([what, numbers], i) => expectClose(what, program.output(i), numbers, tolerance))
  })
})
