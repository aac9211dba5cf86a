/** Many small pictures as one. */
import type { Shape, TypedArray } from '../core/index.js'
import { MyelinError, shapeText, sizeOf } from '../core/index.js'

/** Pixels of 0 to 255, row by row, with one (grey) or three (red, green, blue) values each. */
export interface Pixels {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
  readonly data: Uint8Array
}

/** How pictures are put together. */
export interface PictureGridOptions {
  /** Pictures side by side. Default: as many as make the whole about square. */
  readonly columns?: number
  /** The values that become black and white; default: the least and the greatest of all pictures. */
  readonly range?: readonly [black: number, white: number]
  /** The width and height of each pixel; default 4. */
  readonly scale?: number
  /** The tone between pictures, 0 to 255; default 96. */
  readonly background?: number
}

/**
 * Pictures side by side in rows, for a file or a page: samples of a generator, weights of units, feature maps.
 *
 * @param pictures values with their shape: [pictures, rows, columns], or with a last axis of 1 or 3 channels
 * @throws MyelinError `shape` for other shapes or no pictures, `argument` for wrong options
 */
export function pictureGrid(
  { data, shape }: { readonly data: TypedArray; readonly shape: Shape }, options: PictureGridOptions = {},
): Pixels {
  const [count = 0, rows = 0, columns = 0, channels = 1] = shape
  if (shape.length < 3 || shape.length > 4 || (channels !== 1 && channels !== 3) || sizeOf(shape) !== data.length || data.length === 0) {
    throw new MyelinError('shape', `pictureGrid: expected pictures [pictures, rows, columns], or with a last axis of 1 or 3 channels, ` +
      `received ${shapeText(shape)} with ${data.length} values`)
  }
  const { columns: across = Math.ceil(Math.sqrt(count)), scale = 4, background = 96 } = options
  if (![across, scale].every((n) => Number.isInteger(n) && n > 0)) {
    throw new MyelinError('argument', `pictureGrid: columns and scale must be integers, at least 1, received ${across} and ${scale}`)
  }
  const [black, white] = options.range ?? extent(data)
  const tone = (value: number): number => {
    const part = white === black ? 0 : (value - black) / (white - black)
    return Math.round(255 * Math.min(1, Math.max(0, part)))
  }
  const gap = Math.max(1, Math.floor(scale / 2))
  const width = across * (columns * scale + gap) + gap
  const height = Math.ceil(count / across) * (rows * scale + gap) + gap
  const pixels = new Uint8Array(width * height * channels).fill(background)
  for (let picture = 0; picture < count; picture++) {
    const left = gap + (picture % across) * (columns * scale + gap)
    const top = gap + Math.floor(picture / across) * (rows * scale + gap)
    for (let y = 0; y < rows * scale; y++) {
      for (let x = 0; x < columns * scale; x++) {
        const from = ((picture * rows + Math.floor(y / scale)) * columns + Math.floor(x / scale)) * channels
        const to = ((top + y) * width + left + x) * channels
        for (let c = 0; c < channels; c++) pixels[to + c] = tone(data[from + c]!)
      }
    }
  }
  return { width, height, channels, data: pixels }
}

/** The least and the greatest finite value. */
function extent(values: TypedArray): readonly [number, number] {
  let least = Infinity, greatest = -Infinity
  for (const value of values) {
    if (!Number.isFinite(value)) continue
    least = Math.min(least, value)
    greatest = Math.max(greatest, value)
  }
  return [least, greatest]
}
