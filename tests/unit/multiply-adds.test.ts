/** Multiply-adds of layers for one row, against figures by hand. */
import { describe, expect, it } from 'vitest'
import type { Layer } from '../../src/nn/index.js'
import { input, layers, model, sequential } from '../../src/index.js'

const {
  add, bidirectional, conv1D, conv2D, conv2DTranspose, dense, depthwiseConv2D, embedding, gru, lstm, maxPooling2D,
  multiHeadAttention, separableConv2D, simpleRNN, timeDistributed,
} = layers

const workOf = (layer: Layer, inputShape: readonly number[]): number =>
  sequential([layer], { inputShape }).describe()[0]!.multiplyAdds

describe('multiply-adds of one row', () => {
  it.each<[string, Layer, readonly number[], number]>([
    ['dense', dense({ units: 100 }), [784], 784 * 100],
    ['dense on each of 5 steps', dense({ units: 4 }), [5, 3], 5 * 3 * 4],
    // each of 28 x 28 x 8 outputs sees a window of 5 x 5, zeros around the picture included
    ['conv2D that keeps the size', conv2D({ filters: 8, kernelSize: 5, padding: 'same' }), [28, 28, 1], 28 * 28 * 8 * 25],
    // windows begin at 0, 2 and 4; a filter sees the channels of its group alone
    ['conv2D with strides and groups', conv2D({ filters: 6, kernelSize: 3, strides: 2, groups: 2 }), [8, 8, 4], 3 * 3 * 6 * 9 * 2],
    ['conv2D of 1 x 1', conv2D({ filters: 5, kernelSize: 1 }), [4, 4, 7], 16 * 7 * 5],
    ['conv1D with holes', conv1D({ filters: 2, kernelSize: 3, dilationRate: 2 }), [9, 4], 5 * 2 * 3 * 4],
    ['depthwiseConv2D', depthwiseConv2D({ kernelSize: 3 }), [6, 6, 3], 4 * 4 * 3 * 9],
    ['separableConv2D', separableConv2D({ filters: 5, kernelSize: 3 }), [6, 6, 3], 4 * 4 * 3 * 9 + 4 * 4 * 3 * 5],
    ['conv2DTranspose, over spread zeros', conv2DTranspose({ filters: 3, kernelSize: 2, strides: 2 }), [4, 4, 5], 8 * 8 * 3 * 4 * 5],
    // four gates from 3 inputs and 5 outputs, 7 times
    ['lstm', lstm({ units: 5 }), [7, 3], 7 * 4 * 5 * (3 + 5)],
    ['gru', gru({ units: 5 }), [7, 3], 7 * 3 * 5 * (3 + 5)],
    ['simpleRNN backwards', simpleRNN({ units: 5, goBackwards: true }), [7, 3], 7 * 5 * (3 + 5)],
    ['bidirectional', bidirectional({ forwardLayer: lstm({ units: 5 }) }), [7, 3], 2 * 7 * 4 * 5 * (3 + 5)],
    ['timeDistributed', timeDistributed({ innerLayer: conv2D({ filters: 2, kernelSize: 3 }) }), [4, 5, 5, 1], 4 * 9 * 2 * 9],
    ['embedding, which looks up', embedding({ inputDim: 10, outputDim: 4 }), [3], 0],
    ['maxPooling2D', maxPooling2D({ poolSize: 2 }), [4, 4, 1], 0],
  ])('%s', (_, layer, shape, expected) => expect(workOf(layer, shape)).toBe(expected))

  it('multiHeadAttention', () => {
    const x = input({ shape: [6, 8] })
    const network = model({ inputs: x, outputs: multiHeadAttention({ numHeads: 2, keyDim: 3 }).apply([x, x]) })
    // queries, keys and values; scores of 6 x 6 per head, and as many weighted sums; back to 8
    const projections = 3 * 6 * 8 * 6, scores = 2 * 6 * 6 * 3, back = 6 * 6 * 8
    expect(network.describe()[0]!.multiplyAdds).toBe(projections + 2 * scores + back)
  })

  it('counts a layer as often as it is applied, and each layer by itself', () => {
    const x = input({ shape: [4] }), y = input({ shape: [4] })
    const shared = dense({ units: 3 })
    const network = model({ inputs: [x, y], outputs: dense({ units: 2 }).apply(add().apply([shared.apply(x), shared.apply(y)])) })
    expect(network.describe().map(({ name, multiplyAdds }) => [name, multiplyAdds])).toEqual([
      ['dense_1', 2 * 4 * 3], ['add_1', 0], ['dense_2', 3 * 2],
    ])
  })

  it('does not count what the step of a loop shares', () => {
    // the second layer is within no loop
    const network = sequential([lstm({ units: 2, returnSequences: true }), dense({ units: 3 })], { inputShape: [4, 1] })
    expect(network.describe().map(({ multiplyAdds }) => multiplyAdds)).toEqual([4 * 4 * 2 * 3, 4 * 2 * 3])
  })
})
