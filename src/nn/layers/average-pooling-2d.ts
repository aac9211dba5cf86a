/** Average of windows over two axes: pictures. */
import { averagePool } from '../../ops/index.js'
import { poolingLayer } from '../pooling-layers.js'

/**
 * The mean of each window, channel by channel: [batch, height, width, channels], by default halved along each axis. Zeros around the input do not count. Names and defaults as Keras's AveragePooling2D.
 *
 * @throws MyelinError `argument` for wrong options, `shape` for rows that are not [height, width, channels] or too small
 */
export const averagePooling2D = poolingLayer('averagePooling2D', 2, averagePool)
