/** Joined vectors: kernels laid out for them, and an engine that joins them, give the same bits. */
import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { setVectorMode, vectorMode } from '../src/backends/wasm/vector-mode.js'
import {
  adam, conv2D, dense, embedding, evaluate, flatten, grad, layerNormalization, lstm, type Layer, mul, sequential, slice, sum, tensor,
  transformerDecoder,
} from '../src/index.js'
import { useWideVectors } from '../src/node/index.js'

const asked = vectorMode()
afterEach(() => setVectorMode(asked))
const setPaired = (paired: boolean): void => setVectorMode({ paired, fused: false })

const canJoin = (node: string): boolean => process.arch === 'x64' && Number.parseInt(node, 10) === 24

/** The program's text and all that comes of a short training. */
async function trained(layers: () => Layer[], shape: readonly number[], dtype: 'float32' | 'float64', words?: number) {
  const rows = 37, size = shape.reduce((a, b) => a * b, rows)
  const model = sequential(layers(), { inputShape: shape, seed: 1, dtype })
    .compile({ optimizer: adam(), loss: 'meanSquaredError' })
  const data = words ? Int32Array.from({ length: size }, (_, i) => (i * 7) % words)
    : Float64Array.from({ length: size }, (_, i) => ((i * 7919) % 101) / 50 - 1)
  const x = { data, shape: [rows, ...shape] }
  const target = (await model.predict(x)).shape
  const y = { data: Float64Array.from({ length: target.reduce((a, b) => a * b) }, (_, i) => (i % 17) / 17), shape: target }
  const module = /module: \d+ bytes/.exec(await model.explain(x, y, { batchSize: 16 }))![0]
  await model.fit(x, y, { epochs: 2, batchSize: 16 })
  return { module, numbers: [...model.getWeights().map(({ data: weights }) => weights), (await model.predict(x)).data] }
}

const networks: Record<string, { layers: () => Layer[]; shape: number[]; words?: number }> = {
  'dense layers of odd sizes': {
    layers: () => [dense({ units: 71, activation: 'tanh' }), dense({ units: 33, activation: 'relu' }), dense({ units: 3 })], shape: [45],
  },
  'long sums': { layers: () => [dense({ units: 36, activation: 'silu' }), dense({ units: 40 })], shape: [1100] },
  convolutions: { layers: () => [conv2D({ filters: 10, kernelSize: 3, activation: 'relu' }), flatten(), dense({ units: 9 })], shape: [8, 9, 3] },
  'an LSTM': { layers: () => [embedding({ inputDim: 9, outputDim: 13 }), lstm({ units: 22, returnSequences: true }), dense({ units: 6 })], shape: [5], words: 9 },
  'a transformer': {
    layers: () => [embedding({ inputDim: 9, outputDim: 24 }), transformerDecoder({ intermediateDim: 50, numHeads: 2 }), layerNormalization(), dense({ units: 6 })],
    shape: [7], words: 9,
  },
}

describe('kernels laid out for joined vectors', () => {
  for (const dtype of ['float32', 'float64'] as const) {
    it.each(Object.keys(networks))(`give the same bits: %s, ${dtype}`, async (name) => {
      const { layers, shape, words } = networks[name]!
      setPaired(false)
      const one = await trained(layers, shape, dtype, words)
      setPaired(true)
      const other = await trained(layers, shape, dtype, words)
      expect(other.module).not.toBe(one.module)
      expect(other.numbers).toEqual(one.numbers)
    })
  }

  it.each(['float32', 'float64'] as const)('store from the last to the first where they have to: %s', async (dtype) => {
    setPaired(true)
    const numbers = (n: number) => tensor(Float64Array.from({ length: n }, (_, i) => i % 11)).cast(dtype)
    const x = numbers(350).reshape([5, 70]), b = numbers(70)
    // the gradient puts the sums where the slice read them: at the end first
    const [reversed] = await evaluate([grad(sum(mul(slice(b, null, null, -1), sum(x, { axis: 0 }))), b)])
    const sums = Array.from({ length: 70 }, (_, c) => [0, 1, 2, 3, 4].reduce((total, r) => total + ((70 * r + c) % 11), 0))
    expect([...reversed!]).toEqual(sums.reverse())
  })
})

describe('useWideVectors', () => {
  it('says whether this Node joins vectors, and changes nothing where it does not', () => {
    setPaired(false)
    const can = canJoin(process.versions.node)
    expect(useWideVectors()).toBe(can)
    expect(vectorMode()).toEqual({ paired: can, fused: false })
    expect(useWideVectors({ fused: true })).toBe(can)
    expect(vectorMode()).toEqual({ paired: can, fused: can })
  })

  const node24 = process.env['MYELIN_NODE_24'] ?? process.execPath
  const version = execFileSync(node24, ['-p', 'process.versions.node'], { encoding: 'utf8' }).trim()
  const bits = (node: string, args: readonly string[], ...rest: readonly string[]): string =>
    execFileSync(node, [...args, resolve('tests/support/wide-bits.mjs'), ...rest], { encoding: 'utf8', maxBuffer: 1 << 28 })

  it('gives the same bits as vectors of 128 bits, in a Node that joins them', (context) => {
    if (!canJoin(version)) return context.skip(`Node ${version} joins no vectors: name a Node 24 in MYELIN_NODE_24`)
    const here = bits(process.execPath, [])
    expect(here).toMatch(/^bits [0-9a-f]{64}\n$/)
    expect(bits(node24, [])).toBe(here)
    // the optimising compiler alone joins vectors: everything is compiled by it at once
    const joined = bits(node24, ['--no-liftoff', '--trace-wasm-revectorize'], 'wide')
    expect(joined.split('\n').filter((line) => line.includes('Decide to vectorize')).length).toBeGreaterThan(100)
    expect(joined.split('\n').find((line) => line.startsWith('bits '))).toBe(here.trim())
  })

  it('multiplies and adds in one where it is to, joined as well', (context) => {
    if (!canJoin(version)) return context.skip(`Node ${version} joins no vectors: name a Node 24 in MYELIN_NODE_24`)
    const errors = (...args: readonly string[]): unknown =>
      JSON.parse(execFileSync(node24, ['--no-liftoff', resolve('tests/support/rounding-errors.mjs'), ...args], { encoding: 'utf8' }))
    // (1 + 2^-12)^2 = 1 + 2^-11 + 2^-24, of which float32 holds all but the last; 2^-27 and 2^-54 likewise in float64
    expect(errors()).toEqual({ float32: [0], float64: [0] })
    expect(errors('wide')).toEqual({ float32: [0], float64: [0] })
    expect(errors('fused')).toEqual({ float32: [2 ** -24], float64: [2 ** -54] })
    const joined = bits(node24, ['--no-liftoff', '--trace-wasm-revectorize'], 'fused')
    expect(joined.split('\n').filter((line) => line.includes('Decide to vectorize')).length).toBeGreaterThan(100)
  })
})
