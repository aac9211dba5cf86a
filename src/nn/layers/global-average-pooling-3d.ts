/** Average of all of three axes: volumes, films. */
import { mean } from '../../ops/index.js'
import { globalPoolingLayer } from '../pooling-layers.js'

/**
 * The mean of each channel: [batch, depth, height, width, channels] -> [batch, channels], with `keepDims` the axes stay, with
 * size 1. As Keras's GlobalAveragePooling3D.
 *
 * @throws MyelinError `shape` for rows that are not [depth, height, width, channels]
 */
export const globalAveragePooling3D = globalPoolingLayer('globalAveragePooling3D', 3, mean)
