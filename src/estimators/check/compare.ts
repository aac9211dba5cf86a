/** What estimators answer, in one form, and where two answers differ. */
import { MyelinError } from '../../core/index.js'

/** An answer, as lists and plain values. */
type Plain = string | number | null | readonly Plain[]

/** The answers of each method: for each row what it says of it. */
export type Answers = Readonly<Record<string, readonly Plain[]>>

interface Arrays {
  readonly data: ArrayLike<number>
  readonly shape: readonly number[]
}

/** What is wrong with an estimator, told from the errors that it throws itself. */
export class Failure extends Error {}

/** @throws Failure */
export function fail(text: string): never {
  throw new Failure(text)
}

/** What a method gave, row by row: a list, rows of cells, an array, or an array with its shape. */
export function rowsOf(method: string, given: unknown): readonly Plain[] {
  if (Array.isArray(given)) return given as readonly Plain[]
  if (ArrayBuffer.isView(given)) return Array.from(given as unknown as ArrayLike<number>)
  const { data, shape } = (given ?? {}) as Partial<Arrays>
  if (data !== undefined && shape?.length === 1 && shape[0] === data.length) return Array.from(data)
  if (data === undefined || shape?.length !== 2 || shape[0]! * shape[1]! !== data.length) {
    fail(`${method} gives neither a list nor { data, shape }`)
  }
  const [rows, columns] = shape as readonly [number, number]
  return Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, k) => data[i * columns + k]!))
}

/** Whether two numbers are one, or no further apart than a part of the greater (at least of 1). */
function near(a: number, b: number, tolerance: number): boolean {
  if (Object.is(a, b) || (a === 0 && b === 0)) return true
  return Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b))
}

function differs(a: Plain | undefined, b: Plain | undefined, tolerance: number): string | undefined {
  if (Array.isArray(a) && Array.isArray(b)) {
    if (a.length !== b.length) return `${a.length} values and ${b.length}`
    for (const [k, value] of (a as readonly Plain[]).entries()) {
      const found = differs(value, (b as readonly Plain[])[k], tolerance)
      if (found !== undefined) return `value ${k + 1}: ${found}`
    }
    return undefined
  }
  const same = typeof a === 'number' && typeof b === 'number' ? near(a, b, tolerance) : a === b
  return same ? undefined : `${JSON.stringify(a)} and ${JSON.stringify(b)}`
}

/**
 * @param what how the two came about: `alone and among others`
 * @param tolerance 0 for the same bits
 * @throws Failure naming the first that differs
 */
export function requireSame(what: string, a: Answers, b: Answers, tolerance = 0): void {
  for (const [method, rows] of Object.entries(a)) {
    const others = b[method] ?? fail(`${what}: ${method} is missing`)
    if (rows.length !== others.length) fail(`${what}: ${method} gives ${rows.length} rows and ${others.length}`)
    rows.forEach((row, i) => {
      const found = differs(row, others[i], tolerance)
      if (found !== undefined) fail(`${what}: ${method}, row ${i + 1}: ${found}`)
    })
  }
}

/** Some of the rows, in a given order. */
export const taken = (answers: Answers, rows: readonly number[]): Answers =>
  Object.fromEntries(Object.entries(answers).map(([method, all]) => [method, rows.map((row) => all[row]!)]))

/** The rows of several answers, one below the other. */
export const below = (parts: readonly Answers[]): Answers =>
  Object.fromEntries(Object.keys(parts[0]!).map((method) => [method, parts.flatMap((part) => part[method]!)]))

/**
 * Demands an error of Myelin.
 *
 * @param codes those of the error that are right
 * @param mentions what the message must hold
 * @throws Failure where the call succeeds, or throws something else
 */
export async function requireError(
  what: string, call: () => unknown, codes: readonly string[], mentions: readonly (string | RegExp)[] = [],
): Promise<void> {
  let thrown: unknown
  try {
    await call()
  } catch (error) {
    thrown = error
  }
  if (thrown === undefined) fail(`${what} is not refused`)
  if (!(thrown instanceof MyelinError)) fail(`${what} is refused by another error than a MyelinError: ${String(thrown)}`)
  const { code, message } = thrown
  if (!codes.includes(code)) fail(`${what} is refused as "${code}", expected "${codes.join('" or "')}": ${message}`)
  const silent = mentions.find((part) => (typeof part === 'string' ? !message.includes(part) : !part.test(message)))
  if (silent !== undefined) fail(`${what}: the message does not say ${String(silent)}: ${message}`)
}
