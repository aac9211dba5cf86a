/** L-BFGS. */
import type { Spec } from '../../core/index.js'
import type { Factory } from '../component.js'
import { define } from '../component.js'
import type { FullBatchOptimizer, StateSpec } from '../optimizer.js'
import { integer, number } from '../parameters.js'

const parameters = {
  historySize: integer({ default: 10, min: 1, help: 'how many steps of the past tell how the loss curves' }),
  ftol: number({
    default: 2.220446049250313e-9,
    min: 0,
    help: 'training ends where an iteration lowers the loss by no more than this part of it (of 1, where it is smaller)',
  }),
  gtol: number({ default: 1e-5, min: 0, help: 'training ends where no element of the gradient is larger than this' }),
  maxFun: integer({ default: 15000, min: 1, help: 'training ends after more evaluations of the loss than this' }),
  maxLineSearchSteps: integer({ default: 20, min: 1, help: 'how many points are tried along one direction' }),
}

/**
 * The quasi-Newton method with limited memory (Liu and Nocedal 1989), for all rows at once: an epoch is one iteration,
 * which tries points along a direction until one satisfies the strong Wolfe conditions (Moré and Thuente 1994). It is
 * SciPy's `L-BFGS-B` without bounds, its defaults too (there `maxcor`, `maxfun` and `maxls`), and scikit-learn's solver
 * `lbfgs`, which takes `gtol` 1e-4. An epoch's loss and metrics are those of the weights after it.
 *
 * Training ends by itself; the history then says `converged`, `maxFun`, or `lineSearchFailed` where no lower point was
 * found. Directions are computed in float64 whatever the network's type. The loss has to be the same whenever it is
 * computed: layers that draw random numbers are refused, and so are constraints of weights.
 */
export const lbfgs: Factory<FullBatchOptimizer, typeof parameters> = define('lbfgs', parameters, (quasiNewton) => ({
  quasiNewton,
  init: ({ shape }: Spec) => {
    const past: StateSpec = { shape: [quasiNewton.historySize, ...shape], dtype: 'float64', fill: 0 }
    return { steps: past, changes: past }
  },
}))
