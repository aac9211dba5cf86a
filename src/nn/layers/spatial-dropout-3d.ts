/** Dropout of whole channels over three axes. */
import { spatialDropoutLayer } from '../spatial-layers.js'

/**
 * In training each channel of a row of [depth, height, width, channels] is set to 0 as a whole with probability `rate`, and the
 * others are divided by 1 - rate; otherwise x itself (Tompson et al. 2015). As Keras's SpatialDropout3D.
 *
 * @throws MyelinError `shape` for rows that are not [depth, height, width, channels]
 */
export const spatialDropout3D = spatialDropoutLayer('spatialDropout3D', 3)
