/** Maximum of windows over two axes: pictures. */
import { maxPool } from '../../ops/index.js'
import { poolingLayer } from '../pooling-layers.js'

/**
 * The largest element of each window, channel by channel: [batch, height, width, channels], by default halved along each axis.
 * The gradient goes to the first of several elements that are equal. Names and defaults as Keras's MaxPooling2D.
 *
 * @throws MyelinError `argument` for wrong options, `shape` for rows that are not [height, width, channels] or too small
 */
export const maxPooling2D = poolingLayer('maxPooling2D', 2, maxPool)
