/** The convolutional network of `--arch cnn`, for pictures of any size. */

import { MyelinError } from '../core/index.js'
import type { Contract } from '../data/index.js'
import type { LayerJson } from '../nn/index.js'

/** Rows, columns, and the values of a pixel. */
type PictureShape = readonly [rows: number, columns: number, channels: number]

/** From this side on, kernels of 5 x 5 find something between the borders of what is left after pooling. */
const sideForLargeKernels = 16
/** A kernel of 3 x 3 fits. */
const smallestSide = 3

const pixelName = /^pixel_(\d+)_(\d+)(?:_(\d+))?$/

/**
 * Undefined for rows that are no pictures. Those of a table are, where all columns beside the target are numbers with
 * the names of pixels, row by row: `pixel_0_0`, `pixel_0_1`, ..., in colours `pixel_0_0_0`, `pixel_0_0_1`, ...
 */
function pictureShape(contract: Contract): PictureShape | undefined {
  if (contract.kind === 'images') return [contract.rows, contract.columns, contract.channels ?? 1]
  const { inputs } = contract
  const last = pixelName.exec(inputs.at(-1)?.name ?? '')
  if (!last) return undefined
  const [rows, columns, channels] = last.slice(1).map((place) => Number(place ?? 0) + 1) as [number, number, number]
  if (rows * columns * channels !== inputs.length) return undefined
  const isPixel = ({ name, kind }: (typeof inputs)[number], i: number): boolean => {
    const pixel = Math.floor(i / channels)
    const place = `pixel_${Math.floor(pixel / columns)}_${pixel % columns}`
    return kind === 'numeric' && name === (last[3] === undefined ? place : `${place}_${i % channels}`)
  }
  return inputs.every(isPixel) ? [rows, columns, channels] : undefined
}

/**
 * The hidden layers for pictures, in the manner of LeNet-5 (LeCun et al. 1998): two convolutions of 8 and 16 filters,
 * 5 x 5, each with a pooling of 2 x 2 behind it, then 128 units. With a side of fewer than 16 pixels they are 16 and 32
 * filters, 3 x 3, and one pooling comes behind both, for more would leave too little of where things are.
 *
 * @param source what the rows are called
 * @throws MyelinError `argument` for rows that are no pictures, or pictures with a side of fewer than 3 pixels
 */
export function convolutionalNetwork(contract: Contract, source: string): readonly LayerJson[] {
  const shape = pictureShape(contract)
  if (!shape) {
    throw new MyelinError('argument', `${source}: the network "cnn" (--arch cnn) is for pictures: a folder of them, mnist, `
      + 'or a table whose columns beside the target are pixel_0_0, pixel_0_1, ... row by row; take --arch mlp')
  }
  const [rows, columns] = shape
  const side = Math.min(rows, columns)
  if (side < smallestSide) {
    throw new MyelinError('argument', `${source}: pictures of ${rows} x ${columns} pixels are too small for the network `
      + `"cnn" (--arch cnn), which needs ${smallestSide} x ${smallestSide}; take --arch mlp`)
  }
  const convolution = (filters: number, kernelSize: number, padding: string): LayerJson =>
    ({ layer: 'conv2D', filters, kernelSize, padding, activation: 'relu' })
  const pooling: LayerJson = { layer: 'maxPooling2D', poolSize: 2 }
  return [
    { layer: 'reshape', targetShape: shape },
    ...(side < sideForLargeKernels ? [convolution(16, 3, 'same'), convolution(32, 3, 'same')]
      : [convolution(8, 5, 'same'), pooling, convolution(16, 5, 'valid')]),
    pooling,
    { layer: 'flatten' },
    { layer: 'dense', units: 128, activation: 'relu' },
  ]
}
