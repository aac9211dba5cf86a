/** Maximum of windows over one axis: series. */
import { maxPool } from '../../ops/index.js'
import { poolingLayer } from '../pooling-layers.js'

/**
 * The largest element of each window, channel by channel: [batch, steps, channels], by default halved along the axis.
 * The gradient goes to the first of several elements that are equal. Names and defaults as Keras's MaxPooling1D.
 *
 * @throws MyelinError `argument` for wrong options, `shape` for rows that are not [steps, channels] or too small
 */
export const maxPooling1D = poolingLayer('maxPooling1D', 1, maxPool)
