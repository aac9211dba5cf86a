/** Maximum of windows over three axes: volumes, films. */
import { maxPool } from '../../ops/index.js'
import { poolingLayer } from '../pooling-layers.js'

/**
 * The largest element of each window, channel by channel: [batch, depth, height, width, channels], by default halved along each axis.
 * The gradient goes to the first of several elements that are equal. Names and defaults as Keras's MaxPooling3D.
 *
 * @throws MyelinError `argument` for wrong options, `shape` for rows that are not [depth, height, width, channels] or too small
 */
export const maxPooling3D = poolingLayer('maxPooling3D', 3, maxPool)
