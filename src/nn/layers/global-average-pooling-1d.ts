/** Average of all of one axis: series. */
import { mean } from '../../ops/index.js'
import { globalPoolingLayer } from '../pooling-layers.js'

/**
 * The mean of each channel: [batch, steps, channels] -> [batch, channels], with `keepDims` the axes stay, with
 * size 1. As Keras's GlobalAveragePooling1D.
 *
 * @throws MyelinError `shape` for rows that are not [steps, channels]
 */
export const globalAveragePooling1D = globalPoolingLayer('globalAveragePooling1D', 1, mean)
