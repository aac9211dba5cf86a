/** A callback of one's own functions. */
import type { Callback } from '../callback.js'
import { requireCallbacks } from '../callback.js'

/**
 * A callback of functions: `lambdaCallback({ onEpochEnd: (epoch, { loss }) => console.log(epoch, loss) })`. `fit` takes
 * the object alone as well; here its names are checked at once. Keras's `LambdaCallback`.
 *
 * @throws MyelinError `argument` for unknown names and what is no function
 */
export function lambdaCallback(functions: Callback): Callback {
  requireCallbacks([functions], 'lambdaCallback')
  return functions
}
