/** Average of windows over one axis: series. */
import { averagePool } from '../../ops/index.js'
import { poolingLayer } from '../pooling-layers.js'

/**
 * The mean of each window, channel by channel: [batch, steps, channels], by default halved along the axis. Zeros around the input do not count. Names and defaults as Keras's AveragePooling1D.
 *
 * @throws MyelinError `argument` for wrong options, `shape` for rows that are not [steps, channels] or too small
 */
export const averagePooling1D = poolingLayer('averagePooling1D', 1, averagePool)
