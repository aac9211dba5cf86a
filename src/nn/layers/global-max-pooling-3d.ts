/** Maximum of all of three axes: volumes, films. */
import { max } from '../../ops/index.js'
import { globalPoolingLayer } from '../pooling-layers.js'

/**
 * The largest element of each channel: [batch, depth, height, width, channels] -> [batch, channels], with `keepDims` the axes stay, with
 * size 1. As Keras's GlobalMaxPooling3D.
 *
 * @throws MyelinError `shape` for rows that are not [depth, height, width, channels]
 */
export const globalMaxPooling3D = globalPoolingLayer('globalMaxPooling3D', 3, max)
