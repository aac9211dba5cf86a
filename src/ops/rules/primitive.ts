/** The operations that core itself is made of, by name. */
import type { Op } from '../../core/index.js'
import { primitiveOps } from '../../core/index.js'

/** An operation of core's own, for the function that builds it. */
export function primitive(name: string): Op {
  return primitiveOps.find((op) => op.name === name)!
}
