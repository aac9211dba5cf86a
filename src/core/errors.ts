/** The one error class of Myelin, with a machine-readable code beside its message. */

/**
 * What kind of thing went wrong, for programs; the message is for people.
 *
 * - `shape`: shapes of tensors do not fit together
 * - `dtype`: data types do not fit together
 * - `argument`: an argument or option is outside of what is allowed
 * - `data`: the contents of data are wrong (a bad cell, NaN, an unknown category)
 * - `file`: a file is missing, unreadable, truncated or of another format
 * - `memory`: more memory would be needed than there is
 * - `nan`: a computation produced NaN or Infinity
 * - `state`: something was used before it was ready (predict before fit)
 * - `network`: a download failed
 * - `unsupported`: the operation exists but not in this form (no gradient, say)
 */
export type ErrorCode =
  | 'shape' | 'dtype' | 'argument' | 'data' | 'file' | 'memory' | 'nan' | 'state' | 'network' | 'unsupported'

/**
 * Every error that Myelin throws on purpose. Messages say what failed, what was expected, what was
 * received, and what to do next: `matmul: inner sizes differ: [2, 3] x [4, 5]; in layer "dense_2"`.
 */
export class MyelinError extends Error {
  /** Always `MyelinError`. */
  override readonly name = 'MyelinError'
  /** The kind of the error, for programs; the message is for people. */
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}
