/** Maximum of all of one axis: series. */
import { max } from '../../ops/index.js'
import { globalPoolingLayer } from '../pooling-layers.js'

/**
 * The largest element of each channel: [batch, steps, channels] -> [batch, channels], with `keepDims` the axes stay, with
 * size 1. As Keras's GlobalMaxPooling1D.
 *
 * @throws MyelinError `shape` for rows that are not [steps, channels]
 */
export const globalMaxPooling1D = globalPoolingLayer('globalMaxPooling1D', 1, max)
