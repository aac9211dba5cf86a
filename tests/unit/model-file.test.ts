import { describe, expect, it } from 'vitest'
import { MyelinError } from '../../src/core/errors.js'
import { decodeModel, decodeSafetensors, encodeModel, encodeSafetensors } from '../../src/formats/index.js'

const model = {
  architecture: { layers: [{ layer: 'dense', units: 2, activation: 'softmax' }] },
  run: { version: 1, seed: 0, data: { source: 'iris', target: 'species' } },
  preprocess: { columns: [{ name: 'petal length', mean: 3.758, deviation: 1.765 }], classes: ['setosa', 'virginica'] },
  weights: [
    { name: 'dense_1/kernel', dtype: 'float32', shape: [1, 2], data: Float32Array.of(0.25, -1.5) },
    { name: 'dense_1/bias', dtype: 'float32', shape: [2], data: Float32Array.of(0, 1) },
  ],
} as const
const bytes = encodeModel(model)

/** A small generator (mulberry32) so that the mutations are the same on every run. */
function randomInts(seed: number): (below: number) => number {
  return below => {
    seed = seed + 0x6d2b79f5 | 0
    let t = Math.imul(seed ^ seed >>> 15, 1 | seed)
    t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t
    return ((t ^ t >>> 14) >>> 0) % below
  }
}

describe('the model file', () => {
  it('reads back what it wrote, with the same bytes each time', () => {
    const { weights, ...read } = decodeModel(bytes)
    expect(read).toEqual({ architecture: model.architecture, run: model.run, preprocess: model.preprocess })
    expect([...weights.values()]).toEqual(model.weights)
    expect(encodeModel(model)).toEqual(bytes)
  })

  it('is a safetensors file whose metadata are strings', () => {
    const { tensors, metadata } = decodeSafetensors(bytes)
    expect([...tensors.keys()]).toEqual(['dense_1/kernel', 'dense_1/bias'])
    expect([...metadata.keys()]).toEqual(['format', 'version', 'architecture', 'run', 'preprocess', 'checksum'])
    expect(JSON.parse(metadata.get('run')!)).toEqual(model.run)
    expect(metadata.get('checksum')).toMatch(/^[0-9a-f]{64}$/)
  })

  it('can be written again by another tool, with tensors and metadata in another order', () => {
    const { tensors, metadata } = decodeSafetensors(bytes)
    const rewritten = encodeSafetensors([...tensors.values()].reverse(), Object.fromEntries([...metadata].reverse()))
    expect(rewritten).not.toEqual(bytes)
    expect(decodeModel(rewritten).run).toEqual(model.run)
  })

  it('names the place in a document that is not JSON', () => {
    expect(() => encodeModel({ ...model, run: { train: { learningRate: NaN } } })).toThrow(
      'run.train.learningRate is NaN')
    expect(() => encodeModel({ ...model, preprocess: undefined })).toThrow('preprocess is undefined')
  })

  it('refuses every prefix of itself', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeModel(bytes.subarray(0, length), { source: 'm' })).toThrow(MyelinError)
    }
  })

  it('refuses every change of a bit, or reads the same contents', () => {
    const expected = JSON.stringify(decodeModel(bytes), (_, value) => value instanceof Map ? [...value] : value)
    let same = 0
    const attempt = (mutated: Uint8Array): void => {
      try {
        const read = decodeModel(mutated)
        expect(JSON.stringify(read, (_, value) => value instanceof Map ? [...value] : value)).toBe(expected)
        same++
      } catch (error) {
        if (!(error instanceof MyelinError)) throw error
        expect(error.code).toBe('file')
        expect(error.message).not.toContain('\n')
      }
    }
    for (let position = 0; position < bytes.length; position++) {
      for (let bit = 0; bit < 8; bit++) {
        const mutated = bytes.slice()
        mutated[position]! ^= 1 << bit
        attempt(mutated)
      }
    }
    const random = randomInts(1)
    for (let i = 0; i < 5000; i++) {
      let mutated = bytes.slice()
      for (let changes = 1 + random(4); changes > 0; changes--) {
        const position = random(mutated.length)
        const kind = random(4)
        if (kind === 0) mutated[position] = random(256)
        else if (kind === 1) mutated[position] = '{}[]":,0-9e\\ '.charCodeAt(random(13))
        else if (kind === 2) mutated = mutated.filter((_, i) => i !== position)
        else mutated.copyWithin(position, random(mutated.length), random(mutated.length))
      }
      attempt(mutated)
    }
    expect(same).toBeLessThan(200)
  })
})
