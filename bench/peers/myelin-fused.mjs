/** Myelin with vectors of 256 bits and products that multiply and add in one, where its Node has both. */
import { useWideVectors } from '../../dist/node/index.js'
import { runMyelin } from './myelin-network.mjs'

if (!useWideVectors({ fused: true })) throw new Error(`Node ${process.versions.node} on ${process.arch} joins no vectors`)
await runMyelin(true)
