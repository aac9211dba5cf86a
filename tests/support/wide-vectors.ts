/**
 * With MYELIN_TEST_WIDE set, all that is tested computes with joined vectors; where it is `fused`, products round once, too.
 * Only the engine's optimising compiler joins them, and most tests would be over before it is asked: such a run needs Node's
 * option --no-liftoff.
 */
import { useWideVectors } from '../../src/node/wide-vectors.js'

const asked = process.env['MYELIN_TEST_WIDE']
if (asked) {
  if (!useWideVectors({ fused: asked === 'fused' })) {
    throw new Error(`MYELIN_TEST_WIDE is set, and Node ${process.versions.node} on ${process.arch} joins no vectors`)
  }
  if (!process.execArgv.includes('--no-liftoff')) throw new Error('MYELIN_TEST_WIDE is set, and Node runs without --no-liftoff')
}
