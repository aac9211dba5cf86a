/** Myelin with vectors of 256 bits, where its Node can join those of 128. */
import { useWideVectors } from '../../dist/node/index.js'
import { runMyelin } from './myelin-network.mjs'

if (!useWideVectors()) throw new Error(`Node ${process.versions.node} on ${process.arch} joins no vectors`)
await runMyelin(true)
