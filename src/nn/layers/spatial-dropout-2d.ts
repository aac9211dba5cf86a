/** Dropout of whole channels over two axes. */
import { spatialDropoutLayer } from '../spatial-layers.js'

/**
 * In training each channel of a row of [height, width, channels] is set to 0 as a whole with probability `rate`, and the
 * others are divided by 1 - rate; otherwise x itself (Tompson et al. 2015). As Keras's SpatialDropout2D.
 *
 * @throws MyelinError `shape` for rows that are not [height, width, channels]
 */
export const spatialDropout2D = spatialDropoutLayer('spatialDropout2D', 2)
