/** Adam with weight decay of its own. */
import { adamParameters, adamRule } from '../adam-rule.js'
import { defineOptimizer } from '../optimizer.js'

/**
 * Adam after w -= η λ w: the decay is apart from the gradient's moments (Loshchilov and Hutter 2019). Defaults as in
 * Keras: λ 0.004, ε 1e-7 before the bias correction; PyTorch has λ 0.01, ε 1e-8, and `biasCorrectedEpsilon: true`.
 */
export const adamw = defineOptimizer('adamw', { learningRate: 1e-3, weightDecay: 0.004 }, adamParameters, adamRule)
