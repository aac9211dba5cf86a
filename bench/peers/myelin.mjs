/** Myelin as its users have it: pictures are bytes from the file to the step. */
import { runMyelin } from './myelin-network.mjs'

await runMyelin(true)
