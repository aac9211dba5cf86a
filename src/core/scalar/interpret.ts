/** The interpreter of the scalar language: instructions over registers, built once and run for each element. */
import { MyelinError } from '../errors.js'
import { philox } from '../philox.js'
import { visit } from './scalar.js'
import type { Scalar, ScalarOp } from './scalar.js'

type Bank = Float32Array | Float64Array | Int32Array
type Instruction = () => void
/** Makes an instruction that sets register r[k] from a[i], b[j] and c[h]. Storing rounds to the register's type. */
type Maker = (r: Bank, k: number, a: Bank, i: number, b: Bank, j: number, c: Bank, h: number) => Instruction

/**
 * Evaluates all roots for one element: reads `args` by the indices of `arg`, writes one result per root to `out`.
 * `element` numbers the element for `bits`; `coordinates` are its positions along the output's axes.
 */
export type Evaluator = (
  args: ArrayLike<number>, out: { [index: number]: number }, element?: number, coordinates?: ArrayLike<number>,
) => void

export interface InterpretOptions {
  /** What `float` means: with float32 the result of every operation is rounded to it. */
  readonly float: 'float32' | 'float64'
  /** The operations that are no primitives (exp, tanh, ...), for expressions that are not lowered. */
  readonly functions?: Partial<Record<ScalarOp, (...x: number[]) => number>>
}

const floatView = new Float64Array(1)
const wordView = new Uint32Array(floatView.buffer)
const highWord = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0

/** The exponent of a positive normal float64 (a normal float32 is one too). */
export function exponentOf(x: number): number {
  floatView[0] = x
  return ((wordView[highWord]! >>> 20) & 0x7ff) - 1023
}

function mantissaOf(x: number): number {
  floatView[0] = x
  wordView[highWord] = (wordView[highWord]! & 0xfffff) | 0x3ff00000
  return floatView[0]!
}

/** 2^n; below the least normal exponent 0, above the greatest Infinity. */
function powerOfTwo(n: number, least: number): number {
  if (!(n >= least)) return n < least ? 0 : NaN
  if (n > 1 - least) return Infinity
  floatView[0] = 0
  wordView[highWord] = (n + 1023) << 20
  return floatView[0]!
}

const saturate = (x: number): number => (x >= 2147483647 ? 2147483647 : x <= -2147483648 ? -2147483648 : x)

const makers: Partial<Record<ScalarOp, Maker>> = {
  add: (r, k, a, i, b, j) => () => { r[k] = a[i]! + b[j]! },
  sub: (r, k, a, i, b, j) => () => { r[k] = a[i]! - b[j]! },
  mul: (r, k, a, i, b, j) => r instanceof Int32Array
    ? () => { r[k] = Math.imul(a[i]!, b[j]!) }
    : () => { r[k] = a[i]! * b[j]! },
  // storing NaN or Infinity in an int register gives 0
  div: (r, k, a, i, b, j) => () => { r[k] = a[i]! / b[j]! },
  neg: (r, k, a, i) => () => { r[k] = -a[i]! },
  abs: (r, k, a, i) => () => { r[k] = Math.abs(a[i]!) },
  min: (r, k, a, i, b, j) => () => { r[k] = Math.min(a[i]!, b[j]!) },
  max: (r, k, a, i, b, j) => () => { r[k] = Math.max(a[i]!, b[j]!) },
  eq: (r, k, a, i, b, j) => () => { r[k] = a[i]! === b[j]! ? 1 : 0 },
  lt: (r, k, a, i, b, j) => () => { r[k] = a[i]! < b[j]! ? 1 : 0 },
  le: (r, k, a, i, b, j) => () => { r[k] = a[i]! <= b[j]! ? 1 : 0 },
  select: (r, k, a, i, b, j, c, h) => () => { r[k] = a[i]! !== 0 ? b[j]! : c[h]! },
  and: (r, k, a, i, b, j) => () => { r[k] = a[i]! & b[j]! },
  or: (r, k, a, i, b, j) => () => { r[k] = a[i]! | b[j]! },
  xor: (r, k, a, i, b, j) => () => { r[k] = a[i]! ^ b[j]! },
  shl: (r, k, a, i, b, j) => () => { r[k] = a[i]! << b[j]! },
  shr: (r, k, a, i, b, j) => () => { r[k] = a[i]! >>> b[j]! },
  toInt: (r, k, a, i) => () => { r[k] = saturate(a[i]!) },
  toFloat: (r, k, a, i) => () => { r[k] = a[i]! },
  floor: (r, k, a, i) => () => { r[k] = Math.floor(a[i]!) },
  sqrt: (r, k, a, i) => () => { r[k] = Math.sqrt(a[i]!) },
  exp2i: (r, k, a, i) => {
    const least = r instanceof Float32Array ? -126 : -1022
    return () => { r[k] = powerOfTwo(a[i]!, least) }
  },
  exponent: (r, k, a, i) => () => { r[k] = exponentOf(a[i]!) },
  mantissa: (r, k, a, i) => () => { r[k] = mantissaOf(a[i]!) },
}

/**
 * Prepares the evaluation of expressions, sharing their common sub-expressions.
 * @throws MyelinError `unsupported` for an operation that is neither primitive nor among `functions`
 */
export function interpret(roots: readonly Scalar[], { float, functions = {} }: InterpretOptions): Evaluator {
  const places = new Map<Scalar, number>()
  visit(roots, (e) => places.set(e, places.size))
  const floats = float === 'float32' ? new Float32Array(places.size) : new Float64Array(places.size)
  const ints = new Int32Array(places.size)
  const bank = (e: Scalar | undefined): Bank => (e?.type === 'int' ? ints : floats)
  const words = new Int32Array(4)
  let input: ArrayLike<number> = [], at = 0, position: ArrayLike<number> = []

  const program: Instruction[] = []
  for (const [e, k] of places) {
    const r = bank(e)
    const [a, b, c] = e.args.map(bank) as [Bank, Bank, Bank]
    const [i, j, h, m] = e.args.map((x) => places.get(x)!) as [number, number, number, number]
    const own = functions[e.op]
    const make = makers[e.op]
    if (e.op === 'const') r[k] = e.value
    else if (e.op === 'arg') program.push(() => { r[k] = input[e.value]! })
    else if (e.op === 'coordinate') program.push(() => { r[k] = position[e.value]! })
    else if (e.op === 'bits') {
      program.push(() => {
        philox(words, at >>> 2, ints[h]!, ints[m]!, 0, ints[i]!, ints[j]!)
        r[k] = words[at & 3]!
      })
    } else if (make) program.push(make(r, k, a, i, b, j, c, h))
    else if (own) program.push(e.args.length === 1 ? () => { r[k] = own(a[i]!) } : () => { r[k] = own(a[i]!, b[j]!) })
    else {
      throw new MyelinError('unsupported',
        `interpret: ${e.op} is no primitive operation; lower the expression, or pass functions.${e.op}`)
    }
  }

  const results = roots.map((root) => bank(root))
  const resultPlaces = roots.map((root) => places.get(root)!)
  return (args, out, element = 0, coordinates = []) => {
    input = args
    at = element
    position = coordinates
    for (let n = 0; n < program.length; n++) program[n]!()
    for (let n = 0; n < results.length; n++) out[n] = results[n]![resultPlaces[n]!]!
  }
}
