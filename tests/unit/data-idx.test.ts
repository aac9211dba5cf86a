/** IDX files, plain and gzipped, and the pictures made of them. */
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import {
  fitImages, imagesOfClasses, imageSet, parseIdx, prepareImages, preprocessorFromJSON, readIdx, selectImages,
  type ImageSet,
} from '../../src/data/index.js'
import { dense, sequential } from '../../src/index.js'

const bytes = Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 255)

/** Pictures of 2 x 2 whose pixels are all the label. */
function pictures(labels: number[]): ImageSet {
  const data = Uint8Array.from({ length: labels.length * 4 }, (_, i) => labels[i >> 2]!)
  return imageSet({ shape: [labels.length, 2, 2], data }, { shape: [labels.length], data: Uint8Array.from(labels) })
}

describe('readIdx', () => {
  it('reads bytes', () => {
    expect(parseIdx(bytes)).toEqual({ shape: [2, 3], data: Uint8Array.of(1, 2, 3, 4, 5, 255) })
  })

  it.each([
    ['int8', 0x09, [255, 2], Int8Array.of(-1, 2)],
    ['int16', 0x0b, [255, 254, 0, 1], Int16Array.of(-2, 1)],
    ['int32', 0x0c, [0, 1, 0, 0, 255, 255, 255, 255], Int32Array.of(65536, -1)],
    ['float32', 0x0d, [0x3f, 0xc0, 0, 0, 0xbf, 0, 0, 0], Float32Array.of(1.5, -0.5)],
    ['float64', 0x0e, [0x3f, 0xf8, 0, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0], Float64Array.of(1.5, -2)],
  ])('reads big-endian %s', (_, type, content, data) => {
    expect(parseIdx(Uint8Array.of(0, 0, type, 1, 0, 0, 0, 2, ...content))).toEqual({ shape: [2], data })
  })

  it('reads an empty array', () => {
    expect(parseIdx(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 0))).toEqual({ shape: [0], data: new Uint8Array(0) })
  })

  it('unpacks gzip of any size', async () => {
    expect(await readIdx(gzipSync(bytes))).toEqual(parseIdx(bytes))
    const large = new Uint8Array(8 + 300_000).map((_, i) => i * 7919 >> 3)
    large.set([0, 0, 8, 1, 0, 4, 0x93, 0xe0])
    expect(await readIdx(gzipSync(large))).toEqual(parseIdx(large))
  })
})

describe('pictures', () => {
  it('are selected by position and by class', () => {
    const set = pictures([3, 1, 4, 1])
    expect(selectImages(set, [2, 0])).toMatchObject({ count: 2, labels: Int32Array.of(4, 3) })
    expect(imagesOfClasses(set, [1, 4])).toEqual(pictures([1, 4, 1]))
  })

  it('are prepared with a test set of their own, or split', () => {
    const training = pictures(Array.from({ length: 100 }, (_, i) => i % 2 === 0 ? 7 : 9))
    const prepared = prepareImages(training, pictures([9, 7, 9]))
    const sizes = ({ train, validation, test }: typeof prepared) =>
      [train, validation, test].map((part) => part.x.shape)
    expect(sizes(prepared)).toEqual([[80, 4], [20, 4], [3, 4]])
    expect(prepared.test.y).toEqual(Int32Array.of(1, 0, 1))
    expect(prepared.test.x).toMatchObject({ scale: 1 / 255, data: Uint8Array.of(9, 9, 9, 9, 7, 7, 7, 7, 9, 9, 9, 9) })
    expect(prepared.preprocessor.target.classes).toEqual(['7', '9'])
    expect([...prepared.validation.y].filter((label) => label === 0)).toHaveLength(10)
    expect(sizes(prepareImages(training, undefined))).toEqual([[64, 4], [16, 4], [20, 4]])
    expect(sizes(prepareImages(training, training, { classes: [7, 9], fractions: [0.9, 0.1, 0] })))
      .toEqual([[90, 4], [10, 4], [100, 4]])
  })

  it('go to a network as they are: it reads bytes as 0 to 1', async () => {
    const images = Uint8Array.of(255, 0, 0, 255)
    const set: ImageSet = { images, labels: Int32Array.of(0, 1), count: 2, rows: 1, columns: 2 }
    const x = fitImages(set).transform(set)
    const model = sequential([dense({ units: 1, kernelInitializer: 'ones' })], { inputShape: [2] })
    expect((await model.predict(x)).data).toEqual(Float32Array.of(1, 1))
    model.compile({ loss: 'meanSquaredError', optimizer: 'sgd' })
    const { history } = await model.fit(x, [[1], [1]])
    expect(history.loss).toEqual([0])
  })

  it('come back from JSON', () => {
    const fitted = fitImages(pictures([0, 1]))
    expect(preprocessorFromJSON(JSON.parse(JSON.stringify(fitted)))).toEqual(fitted)
    expect(fitted.featureCount).toBe(4)
    expect(fitted.featureNames).toEqual(['pixel_0_0', 'pixel_0_1', 'pixel_1_0', 'pixel_1_1'])
  })
})
