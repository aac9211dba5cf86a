/** What a step of a recurrent layer costs: how often it multiplies, forward and backward. */
import { describe, expect, it } from 'vitest'
import { plan } from '../../src/compile/index.js'
import type { Node } from '../../src/core/index.js'
import { constantArray, grad, placeholder, topological } from '../../src/core/index.js'
import type { Layer } from '../../src/nn/index.js'
import { gru, lstm, Network, simpleRNN } from '../../src/nn/index.js'
import { matmul, mul, sum, Tensor } from '../../src/ops/index.js'
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
