/** Fitted preprocessing of pictures: pixels stay bytes and are divided by 255, labels become classes. */

import { MyelinError } from '../core/errors.js'
import type { ClassTarget, ImageContract } from './contract.js'
import type { Features } from './features.js'
import { classOf, type ImageSet } from './images.js'
import { distinct } from './distinct.js'
import { clip } from './names.js'
import { isMissing, type Table } from './table.js'
import { allRows, encodeClasses } from './target.js'

/** Applies a contract to pictures, or to a table with one numeric column per pixel. */
export class ImagePreprocessor {
  /** Tells it from a preprocessor of tables. */
  readonly kind = 'images'
  /** The number of inputs of the network: rows times columns times the values of a pixel. */
  readonly featureCount: number
  #names: readonly string[] | undefined

  constructor(readonly contract: ImageContract) {
    const { rows, columns, channels = 1 } = contract
    this.featureCount = rows * columns * channels
  }

  /** A name for each value of a pixel; made when they are asked for, as large pictures have millions. */
  get featureNames(): readonly string[] {
    const { columns, channels = 1 } = this.contract
    return this.#names ??= Array.from({ length: this.featureCount }, (_, i) => {
      const pixel = Math.floor(i / channels)
      const name = `pixel_${Math.floor(pixel / columns)}_${pixel % columns}`
      return channels === 1 ? name : `${name}_${i % channels}`
    })
  }

  /** The column of labels and its classes. */
  get target(): ClassTarget {
    return this.contract.target
  }

  /**
   * The pixels as bytes, one row per picture.
   *
   * @throws MyelinError `shape` for pictures of another size, `data` for cells that are no integer of 0 to 255
   */
  transform(source: ImageSet | Table): Features {
    const { rows, columns, channels = 1, divideBy } = this.contract
    if (!('images' in source)) return this.fromTable(source)
    if (source.rows !== rows || source.columns !== columns || (source.channels ?? 1) !== channels) {
      const sides = ({ rows, columns, channels = 1 }: Pick<ImageSet, 'rows' | 'columns' | 'channels'>): string =>
        `${rows} x ${columns}${channels === 1 ? '' : ` x ${channels}`}`
      throw new MyelinError('shape', `the pictures are ${sides(source)}; the model was trained with `
        + sides(this.contract))
    }
    return { data: source.images, shape: [source.count, rows * columns * channels], scale: 1 / divideBy, notices: [] }
  }

  /** Takes all columns but the target, in their order, as pixels. */
  private fromTable(table: Table): Features {
    const width = this.featureCount
    const pixels = table.columns.filter((column) => column.name !== this.target.name)
    if (pixels.length !== width) {
      throw new MyelinError('data', `${table.source}: ${pixels.length} columns beside the target; the model needs one `
        + `per value of a pixel, row by row: ${width}`)
    }
    const data = new Uint8Array(table.rows * width)
    pixels.forEach((column, i) => {
      for (let row = 0; row < table.rows; row++) {
        const value = column.kind === 'numeric' ? column.values[row]! : NaN
        if (!Number.isInteger(value) || value < 0 || value > 255) {
          throw new MyelinError('data', `${table.source}: row ${row + 1}, column "${clip(column.name)}": `
            + `${isMissing(column, row) ? 'a missing value' : column.kind === 'numeric' ? value : 'a text'}, `
            + 'expected a pixel: an integer from 0 to 255')
        }
        data[row * width + i] = value
      }
    })
    return { data, shape: [table.rows, width], scale: 1 / this.contract.divideBy, notices: [] }
  }

  /**
   * The class of each picture as an index into `target.classes`.
   *
   * @throws MyelinError `data` for a label that training did not have
   */
  transformTarget(source: ImageSet | Table): Int32Array {
    if (!('images' in source)) return encodeClasses(source, this.target, allRows(source))
    const index = new Map(this.target.classes.map((label, i) => [label, i]))
    return source.labels.map((label, i) => {
      const code = index.get(classOf(source, label))
      if (code === undefined) {
        throw new MyelinError('data', `picture ${i + 1} has the class ${clip(classOf(source, label))}, which is not `
          + 'among those of training: ' + this.target.classes.join(', '))
      }
      return code
    })
  }

  /** What `preprocessorFromJSON` restores it from. */
  toJSON(): ImageContract {
    return this.contract
  }
}

/**
 * Learns the classes from the training pictures.
 *
 * @throws MyelinError `data` when there are fewer than two classes
 */
export function fitImages(training: ImageSet, target = 'label'): ImagePreprocessor {
  const classes = [...distinct(training.labels, 'the labels of the pictures')].sort((a, b) => a - b).map((label) => classOf(training, label))
  if (classes.length < 2) {
    throw new MyelinError('data', `the pictures have ${classes.length === 1 ? `the single class ${classes[0]}`
      : 'no class'}; expected at least two classes`)
  }
  const { rows, columns, channels = 1 } = training
  return new ImagePreprocessor({
    version: 1, kind: 'images', rows, columns, ...(channels > 1 && { channels }), divideBy: 255,
    target: { name: target, task: 'classification', kind: training.classes ? 'categorical' : 'numeric', classes },
  })
}
