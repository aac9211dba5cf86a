/** Pictures in PNG and JPEG as pixels of one size, grey or colour. */

import { MyelinError } from '../core/errors.js'
import { clip } from './names.js'

/** Pixels of 0 to 255, row by row, with one (grey) or three (red, green, blue) values each. */
export interface Picture {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
  readonly data: Uint8Array
}

/** How pictures are brought to one size and colouring. */
export interface PictureOptions {
  /**
   * Rows and columns; pictures are stretched to them. Default: their own when all are of one size, at most 128 x 128,
   * otherwise 28 x 28.
   */
  size?: readonly [rows: number, columns: number]
  /** Default `grey`: 0.299 red + 0.587 green + 0.114 blue. */
  colours?: 'grey' | 'rgb'
  /**
   * Which tone is ink, that is 255. `light` (the default) leaves the values as they are: black is 0, as in MNIST.
   * `dark`, for ink on paper, turns them around: white is 0.
   */
  ink?: 'light' | 'dark'
  /** From this value on a pixel is ink (255), below it none (0); applied last. Default: grey tones stay. */
  threshold?: number
}

/** Rows or columns that pictures are stretched to, at most. */
export const largestSide = 4096

/** Pixels of a picture, at most. */
const maximumPixels = 25_000_000

type Raw = Pick<Picture, 'width' | 'height'> & { readonly data: ArrayLike<number>, readonly channels: number }

/** The bits of every sample of packed rows, stretched to 0 to 255. */
function unpacked(data: ArrayLike<number>, width: number, height: number, bits: number): Uint8Array {
  const rowBytes = Math.ceil(width * bits / 8)
  const most = (1 << bits) - 1
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const bit = (i % width) * bits
    const byte = data[Math.floor(i / width) * rowBytes + (bit >> 3)]!
    return ((byte >> (8 - bits - (bit & 7))) & most) * 255 / most
  })
}

async function decodePng(bytes: Uint8Array, source: string): Promise<Raw> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (bytes.length < 24) throw new RangeError('truncated')
  checkSize(view.getUint32(16), view.getUint32(20), source)
  const { decode, convertIndexedToRgb } = await import('fast-png')
  const png = decode(bytes, { checkCrc: true })
  checkSize(png.width, png.height, source)
  if (png.palette) return { ...png, data: convertIndexedToRgb(png), channels: png.palette[0]?.length ?? 3 }
  if (png.depth === 16) return { ...png, data: Uint8Array.from(png.data, (value) => value >> 8) }
  return png.depth === 8 ? png : { ...png, data: unpacked(png.data, png.width, png.height, png.depth) }
}

async function decodeJpeg(bytes: Uint8Array): Promise<Raw> {
  const { decode } = await import('jpeg-js')
  const limits = { maxResolutionInMP: maximumPixels / 1e6, maxMemoryUsageInMB: 512 }
  return { ...decode(bytes, { useTArray: true, formatAsRGBA: false, tolerantDecoding: false, ...limits }), channels: 3 }
}

function checkSize(width: number, height: number, source: string): void {
  if (width * height <= maximumPixels) return
  throw new MyelinError('memory', `${source}: ${width} x ${height} pixels; at most ${maximumPixels} are read`)
}

/**
 * Decodes a PNG or JPEG picture. What is transparent shows white paper.
 *
 * @param source the file's name for messages
 * @throws MyelinError `file` for another format or damage, `memory` for more than 25,000,000 pixels
 */
export async function decodePicture(bytes: Uint8Array, source = 'picture'): Promise<Picture> {
  const png = bytes[0] === 0x89 && bytes[1] === 0x50
  if (!png && !(bytes[0] === 0xff && bytes[1] === 0xd8)) {
    throw new MyelinError('file', `${source}: neither a PNG nor a JPEG picture; save it as one of them`)
  }
  let raw
  try {
    raw = png ? await decodePng(bytes, source) : await decodeJpeg(bytes)
    if (raw.data.length !== raw.width * raw.height * raw.channels || raw.data.length === 0) throw new Error('truncated')
  } catch (cause) {
    if (cause instanceof MyelinError) throw cause
    const reason = clip(cause instanceof Error ? cause.message : String(cause))
    throw new MyelinError('file', `${source}: the ${png ? 'PNG' : 'JPEG'} picture is damaged (${reason}); fetch or `
      + 'copy it again', { cause })
  }
  const { width, height, data, channels } = raw
  const alpha = channels === 2 || channels === 4
  const kept = channels < 3 ? 1 : 3
  const pixels = new Uint8Array(width * height * kept)
  for (let i = 0; i < pixels.length; i++) {
    const at = Math.floor(i / kept) * channels
    const opacity = alpha ? data[at + channels - 1]! / 255 : 1
    pixels[i] = Math.round(data[at + i % kept]! * opacity + 255 * (1 - opacity))
  }
  return { width, height, channels: kept, data: pixels }
}

/** For each of `to` cells the first source cell, and the weights of those that it covers. */
function coverage(from: number, to: number): { first: number, weights: number[] }[] {
  return Array.from({ length: to }, (_, cell) => {
    const [start, end] = [cell * from / to, (cell + 1) * from / to]
    const first = Math.floor(start)
    const weights: number[] = []
    for (let i = first; i < end && i < from; i++) weights.push((Math.min(end, i + 1) - Math.max(start, i)) * to / from)
    return { first, weights }
  })
}

/**
 * The pixels of a picture in the given size: each is the mean of the area that it covers.
 *
 * @returns rows x columns x channels bytes, channels 1 for grey and 3 for `rgb`
 */
export function pixelsOf(
  { width, height, channels, data }: Picture, [rows, columns]: readonly [number, number],
  { colours = 'grey', ink = 'light', threshold }: Omit<PictureOptions, 'size'> = {},
): Uint8Array {
  const out = colours === 'rgb' ? 3 : 1
  const sample = (pixel: number, channel: number): number => {
    if (channels === 1) return data[pixel]!
    const at = pixel * 3
    return out === 3 ? data[at + channel]! : 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!
  }
  const [down, across] = [coverage(height, rows), coverage(width, columns)]
  return Uint8Array.from({ length: rows * columns * out }, (_, i) => {
    const pixel = Math.floor(i / out)
    const y = down[Math.floor(pixel / columns)]!
    const x = across[pixel % columns]!
    let sum = 0
    y.weights.forEach((high, dy) => x.weights.forEach((wide, dx) => {
      sum += high * wide * sample((y.first + dy) * width + x.first + dx, i % out)
    }))
    const value = ink === 'dark' ? 255 - sum : sum
    return threshold === undefined ? Math.round(value) : value >= threshold ? 255 : 0
  })
}
