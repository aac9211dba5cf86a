/** What a step of a recurrent layer costs: how often it multiplies, forward and backward. */
import { describe, expect, it } from 'vitest'
import { wasmBackend } from '../../src/backends/wasm/index.js'
import { plan } from '../../src/compile/index.js'
import type { Node } from '../../src/core/index.js'
import { constantArray, grad, placeholder, topological } from '../../src/core/index.js'
import type { Layer } from '../../src/nn/index.js'
import { gru, lstm, Network, simpleRNN } from '../../src/nn/index.js'
import { cast, evaluate, matmul, mul, scan, sigmoid, sin, sum, tensor, Tensor } from '../../src/ops/index.js'
import type { Scan } from '../../src/ops/rules/scan-graph.js'

const scansOf = (layer: Layer): Scan[] => {
  const network = new Network([layer], { inputShape: [5, 3] })
  const x = placeholder('x', [2, 5, 3], 'float32')
  const seed = { key: new Tensor(constantArray([2], new Int32Array(2))), step: new Tensor(constantArray([], new Int32Array(1))) }
  const [output] = network.forward([new Tensor(x)], { training: true, ...seed }).outputs
  const gradients = grad(sum(mul(output!, output!)).node, [x, ...network.variables.map(({ variable }) => variable)])
  return topological(gradients).filter(({ op }) => op.name === 'scan').map(({ attrs }) => attrs as Scan)
}
const productsIn = ({ graph: { step } }: Scan): number =>
  topological([...step.next, ...step.kept]).filter(({ op }) => op === (matmul.op as Node['op'])).length

describe('a recurrent layer in training', () => {
  it.each([
    ['simpleRNN', simpleRNN({ units: 4 })], ['lstm', lstm({ units: 4 })], ['gru', gru({ units: 4, recurrentDropout: 0.5 })],
  ])('multiplies once a step forward and once backward: %s', (_, layer) => {
    const scans = scansOf(layer)
    expect(scans.map(({ reverse }) => reverse)).toEqual([false, true])
    expect(scans.map(productsIn)).toEqual([1, 1])
  })

  it.each([
    ['simpleRNN', simpleRNN({ units: 4 }), 0, []],
    // of three sigmoids and two tanh one is not beside a product: that of the state
    ['lstm', lstm({ units: 4 }), 1, [[2, 4], [2, 4], [2, 4], [2, 4]]],
    ['gru', gru({ units: 4 }), 1, [[2, 8], [2, 4]]],
    ['gru, reset before', gru({ units: 4, resetAfter: false }), 0, [[2, 8], [2, 4]]],
    // softsign and softmax need what they were given
    ['softsign', simpleRNN({ units: 4, activation: 'softsign' }), 0, [[2, 4]]],
    ['softmax gates', lstm({ units: 4, recurrentActivation: 'softmax' }), 1, [[2, 4], [2, 4], [2, 4], [2, 4]]],
  ] as const)('keeps activations beside the states, not what they were computed from: %s', (_, layer, again, kept) => {
    const [forward, backward] = scansOf(layer) as [Scan, Scan]
    expect(forward.graph.step.kept.slice(forward.graph.step.carries.length).map(({ shape }) => shape)).toEqual(kept)
    const names = topological([...backward.graph.step.next, ...backward.graph.step.kept]).map(({ op }) => op.name)
    expect(names.filter((name) => name === 'sigmoid' || name === 'tanh')).toHaveLength(again)
  })

  it('hands on the gradients of the states alone, not sums for the weights', () => {
    const [, backward] = scansOf(lstm({ units: 4 }))
    expect(backward!.graph.step.carries.map(({ shape }) => shape)).toEqual([[2, 4], [2, 4]])
  })

  it('puts the gradients of the gates side by side without adding zeros', () => {
    const [, { graph: { step } }] = scansOf(lstm({ units: 4 })) as [Scan, Scan]
    const { steps } = plan({ outputs: step.kept, updates: step.carries.map((carry, i) => [carry, step.next[i]!] as const) })
    expect(steps.map(({ label }) => label).filter((label) => /join|fill/.test(label))).toEqual(['join', 'join', 'join', 'join'])
  })
})

describe('a step that computes in another type in between', () => {
  const numbers = (...shape: number[]): Tensor =>
    tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(i))).reshape(shape)
  const w = numbers(6, 6)
  const gradientOf = (step: (c: Tensor) => Tensor, differentiable: boolean): Tensor => {
    const { last } = scan([numbers(5, 4, 6)], [numbers(4, 6)], ([x], [c]) => ({ carries: [mul(step(c!), x!)] }), { differentiable })
    const { attrs } = topological([last[0]!.node]).find(({ op }) => op.name === 'scan')!
    expect(new Set((attrs as Scan).graph.step.kept.map(({ dtype }) => dtype))).toEqual(new Set(['float32']))
    return new Tensor(grad(sum(last[0]!).node, [w.node])[0]!)
  }

  it.each<[string, (c: Tensor) => Tensor]>([
    ['an activation', (c) => cast(sigmoid(cast(matmul(c, w), 'float64')), 'float32')],
    ['whole numbers', (c) => mul(cast(cast(matmul(c, w), 'int32'), 'float32'), c)],
  ])('saves what fits beside the carries, and has the same gradient: %s', async (_, step) => {
    const [saved, plain] = await evaluate([gradientOf(step, true), gradientOf(step, false)], { backend: wasmBackend })
    expect(saved).toEqual(plain)
  })

  it.each([true, false])('refuses the gradient of a product in another type, saved or not: %s', (differentiable) => {
    expect(() => gradientOf((c) => cast(sin(matmul(cast(c, 'float64'), cast(w, 'float64'))), 'float32'), differentiable))
      .toThrow('scan: the gradient of a step that multiplies in float64 beside float32 carries; multiply in float32, or begin with carries of float64')
  })
})
