/** The form of a named wrong input. */
import type { ErrorCode } from '../../src/core/errors.js'

export interface BadInput {
  readonly name: string
  readonly run: () => unknown
  readonly code: ErrorCode
  /** A text that the message contains, or an expression that it matches. */
  readonly message: string | RegExp
}
