/** Pictures: decoded as Pillow shows them, resized, and read from folders of classes. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodePicture, pixelsOf, prepareImages, preprocessorFromJSON, type Picture } from '../../src/data/index.js'
import { readPictures } from '../../src/node/pictures.js'
import { readData } from '../../src/node/tables.js'

const { pictures } = JSON.parse(readFileSync('tests/golden/pictures.json', 'utf8')) as {
  readonly pictures: readonly {
    readonly name: string, readonly width: number, readonly height: number, readonly pixels: readonly number[]
    readonly base64: string
  }[]
}
const bytesOf = ({ base64 }: { readonly base64: string }): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'))
const named = (wanted: string): Uint8Array => bytesOf(pictures.find(({ name }) => name === wanted)!)

describe('decodePicture', () => {
  it.each(pictures)('$name', async (golden) => {
    const { width, height, channels, data } = await decodePicture(bytesOf(golden))
    expect([width, height]).toEqual([golden.width, golden.height])
    const shown = golden.pixels.length / width / height // a grey JPEG comes as three equal values
    const worst = golden.pixels.reduce((most, value, i) =>
      Math.max(most, Math.abs(value - data[Math.floor(i / shown) * channels + i % shown]!)), 0)
    expect(worst).toBeLessThanOrEqual(golden.name.startsWith('jpeg') ? 12 : 0)
  })
})

describe('pixelsOf', () => {
  const picture: Picture = { width: 4, height: 2, channels: 1, data: Uint8Array.of(0, 100, 200, 255, 50, 50, 0, 255) }
  const red: Picture = { width: 1, height: 1, channels: 3, data: Uint8Array.of(200, 100, 50) }

  it.each([
    ['as they are', [2, 4], {}, [0, 100, 200, 255, 50, 50, 0, 255]],
    ['means of areas', [1, 2], {}, [50, 178]],
    ['areas that pixels share', [1, 3], {}, [37, 87, 216]],
    ['larger', [2, 8], {}, [0, 0, 100, 100, 200, 200, 255, 255, 50, 50, 50, 50, 0, 0, 255, 255]],
    ['ink on paper', [1, 2], { ink: 'dark' }, [205, 78]],
    ['ink or none', [1, 2], { threshold: 128 }, [0, 255]],
    ['dark ink or none', [1, 2], { threshold: 128, ink: 'dark' }, [255, 0]],
    ['grey in colour', [1, 1], { colours: 'rgb' }, [114, 114, 114]],
  ] as const)('%s', (_, size, options, pixels) => {
    expect([...pixelsOf(picture, size, options)]).toEqual(pixels)
  })

  it('grey of colours', () => {
    expect([...pixelsOf(red, [1, 1])]).toEqual([Math.round(0.299 * 200 + 58.7 + 5.7)])
    expect([...pixelsOf(red, [1, 1], { colours: 'rgb', ink: 'dark' })]).toEqual([55, 155, 205])
  })
})

describe('readPictures', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'myelin-pictures-'))
    for (const [name, contents] of Object.entries({
      'zero/b.png': named('grey'), 'zero/a.PNG': named('colour'), 'zero/notes.txt': 'hello',
      'one/x.jpeg': named('jpeg'),
      'one/.hidden.png': 'no', 'none/readme.txt': 'no picture',
    })) {
      await mkdir(join(folder, name.split('/')[0]!), { recursive: true })
      await writeFile(join(folder, name), contents)
    }
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('makes a class of each subfolder, in one size', async () => {
    const set = await readPictures(folder, { size: [16, 16], ink: 'dark', threshold: 128 })
    expect(set).toMatchObject({ count: 3, rows: 16, columns: 16, classes: ['one', 'zero'] })
    expect([...set.labels]).toEqual([0, 1, 1])
    expect(new Set(set.images)).toEqual(new Set([0, 255]))
    expect(set.notices![0]).toContain('3 pictures of 2 classes as 16 x 16 grey pixels, white 0 and black 255, ink from')
    expect(await readPictures(folder)).toMatchObject({ rows: 28, columns: 28 })
    expect(await readPictures(join(folder), { colours: 'rgb', size: [2, 2] })).toMatchObject({ channels: 3 })
  })

  it('takes pictures without a class where none is needed', async () => {
    await writeFile(join(folder, 'loose.png'), named('grey'))
    const labelled = await readPictures(folder)
    expect([labelled.count, labelled.files]).toEqual([3, [join('one', 'x.jpeg'), join('zero', 'a.PNG'), join('zero', 'b.png')]])
    const all = await readPictures(folder, { labelled: false })
    expect([[...all.labels], all.files!.at(-1)]).toEqual([[0, 1, 1, -1], 'loose.png'])
    const one = await readData(join(folder, 'loose.png'), { labelled: false, pictures: { size: [3, 3] } })
    expect(one).toMatchObject({ images: { count: 1, rows: 3, classes: [], files: ['loose.png'] } })
    await rm(join(folder, 'loose.png'))
  })

  it('leads to classes by their names', async () => {
    const { images } = await readData(folder, { pictures: { size: [2, 2], colours: 'rgb' } }) as
      { images: Awaited<ReturnType<typeof readPictures>> }
    const { preprocessor, train, notices } = prepareImages(images, undefined, { fractions: [1, 0, 0] })
    expect(preprocessor.target).toMatchObject({ kind: 'categorical', classes: ['one', 'zero'] })
    expect(train.x.shape).toEqual([3, 12])
    expect([...train.y].sort()).toEqual([0, 1, 1])
    expect(notices).toEqual(images.notices)
    expect(preprocessorFromJSON(JSON.parse(JSON.stringify(preprocessor)))).toEqual(preprocessor)
    expect(preprocessor.featureNames.slice(0, 4)).toEqual(['pixel_0_0_0', 'pixel_0_0_1', 'pixel_0_0_2', 'pixel_0_1_0'])
  })

  it('keeps the size that all pictures have', async () => {
    await mkdir(join(folder, 'same', 'a'), { recursive: true })
    await writeFile(join(folder, 'same', 'a', '1.png'), named('grey'))
    expect(await readPictures(join(folder, 'same'))).toMatchObject({ rows: 7, columns: 9 })
  })
})
