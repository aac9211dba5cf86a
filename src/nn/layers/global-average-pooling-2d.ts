/** Average of all of two axes: pictures. */
import { mean } from '../../ops/index.js'
import { globalPoolingLayer } from '../pooling-layers.js'

/**
 * The mean of each channel: [batch, height, width, channels] -> [batch, channels], with `keepDims` the axes stay, with
 * size 1. As Keras's GlobalAveragePooling2D.
 *
 * @throws MyelinError `shape` for rows that are not [height, width, channels]
 */
export const globalAveragePooling2D = globalPoolingLayer('globalAveragePooling2D', 2, mean)
