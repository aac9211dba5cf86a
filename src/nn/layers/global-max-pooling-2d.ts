/** Maximum of all of two axes: pictures. */
import { max } from '../../ops/index.js'
import { globalPoolingLayer } from '../pooling-layers.js'

/**
 * The largest element of each channel: [batch, height, width, channels] -> [batch, channels], with `keepDims` the axes stay, with
 * size 1. As Keras's GlobalMaxPooling2D.
 *
 * @throws MyelinError `shape` for rows that are not [height, width, channels]
 */
export const globalMaxPooling2D = globalPoolingLayer('globalMaxPooling2D', 2, max)
