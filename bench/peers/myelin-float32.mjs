/** Myelin on the very arrays that the other peers train on: float32 rows. */
import { runMyelin } from './myelin-network.mjs'

await runMyelin(false)
