/** Adam. */
import { adamParameters, adamRule } from '../adam-rule.js'
import { defineOptimizer } from '../optimizer.js'

/**
 * m = β1 m + (1 - β1) g, v = β2 v + (1 - β2) g², w -= η √(1 - β2^t) / (1 - β1^t) m / (√v + ε) (Kingma and Ba 2015, end
 * of section 2). Keras's defaults: η 0.001, β 0.9 and 0.999, ε 1e-7, added before the bias correction, as here.
 *
 * PyTorch adds ε after it (`biasCorrectedEpsilon: true`, the paper's algorithm 1), has ε 1e-8, and its weight decay is
 * `weightDecayForm: 'coupled'`.
 */
export const adam = defineOptimizer('adam', { learningRate: 1e-3 }, adamParameters, adamRule)
