/** Dropout of whole channels over one axis. */
import { spatialDropoutLayer } from '../spatial-layers.js'

/**
 * In training each channel of a row of [steps, channels] is set to 0 as a whole with probability `rate`, and the
 * others are divided by 1 - rate; otherwise x itself (Tompson et al. 2015). As Keras's SpatialDropout1D.
 *
 * @throws MyelinError `shape` for rows that are not [steps, channels]
 */
export const spatialDropout1D = spatialDropoutLayer('spatialDropout1D', 1)
