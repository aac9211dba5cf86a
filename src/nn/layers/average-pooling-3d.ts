/** Average of windows over three axes: volumes, films. */
import { averagePool } from '../../ops/index.js'
import { poolingLayer } from '../pooling-layers.js'

/**
 * The mean of each window, channel by channel: [batch, depth, height, width, channels], by default halved along each axis. Zeros around the input do not count. Names and defaults as Keras's AveragePooling3D.
 *
 * @throws MyelinError `argument` for wrong options, `shape` for rows that are not [depth, height, width, channels] or too small
 */
export const averagePooling3D = poolingLayer('averagePooling3D', 3, averagePool)
