/**
 * With MYELIN_TEST_WIDE set, all that is tested computes with joined vectors, and everything is compiled by the engine's
 * optimising compiler at once: it alone joins vectors, and most tests would be over before it is asked.
 */
import { setFlagsFromString } from 'node:v8'
import { useWideVectors } from '../../src/node/wide-vectors.js'

if (process.env['MYELIN_TEST_WIDE']) {
  if (!useWideVectors()) throw new Error(`MYELIN_TEST_WIDE is set, and Node ${process.versions.node} on ${process.arch} joins no vectors`)
  setFlagsFromString('--no-liftoff')
}
