/**
 * The scalar language: the small closed set of expressions in which every elementwise operation is written.
 *
 * A `Scalar` is a directed acyclic graph (sub-expressions are shared by object identity). It has two types:
 * `float` (float32 or float64, decided by the operation that carries it) and `int` (int32; comparisons give 0 or 1).
 * One interpreter, one symbolic derivative and one renderer per backend serve every operation.
 */
import { MyelinError } from '../errors.js'

export type ScalarType = 'float' | 'int'

/** [argument types, result type]; `same` means: all arguments share a type, which is also the result's. */
const signatures = {
  const: [[], 'float'],
  arg: [[], 'float'],
  /** The position of the element along output axis `value`. */
  coordinate: [[], 'int'],
  /** 32 random bits of the element: Philox keyed by (args 0, 1), countered by (element / 4, args 2, 3). */
  bits: [['int', 'int', 'int', 'int'], 'int'],
  add: [['same', 'same'], 'same'],
  sub: [['same', 'same'], 'same'],
  mul: [['same', 'same'], 'same'],
  /** Division; on ints it truncates toward zero, and x / 0 = 0. */
  div: [['same', 'same'], 'same'],
  neg: [['same'], 'same'],
  abs: [['same'], 'same'],
  /** NaN if either side is NaN. */
  min: [['same', 'same'], 'same'],
  max: [['same', 'same'], 'same'],
  eq: [['same', 'same'], 'int'],
  lt: [['same', 'same'], 'int'],
  le: [['same', 'same'], 'int'],
  /** args[0] != 0 ? args[1] : args[2] */
  select: [['int', 'same', 'same'], 'same'],
  and: [['int', 'int'], 'int'],
  or: [['int', 'int'], 'int'],
  xor: [['int', 'int'], 'int'],
  /** Logical shifts by args[1] mod 32. */
  shl: [['int', 'int'], 'int'],
  shr: [['int', 'int'], 'int'],
  /** Truncates and saturates; NaN gives 0. */
  toInt: [['float'], 'int'],
  toFloat: [['int'], 'float'],
  floor: [['float'], 'float'],
  sqrt: [['float'], 'float'],
  exp: [['float'], 'float'],
  expm1: [['float'], 'float'],
  log: [['float'], 'float'],
  log1p: [['float'], 'float'],
  pow: [['float', 'float'], 'float'],
  tanh: [['float'], 'float'],
  erf: [['float'], 'float'],
  erfc: [['float'], 'float'],
  sin: [['float'], 'float'],
  cos: [['float'], 'float'],
  /** 2^n for an integral float n; outside the range of normal numbers it saturates to 0 or Infinity. */
  exp2i: [['float'], 'float'],
  /** For a positive normal x = m 2^e with m in [1, 2): e and m. For lowered forms only. */
  exponent: [['float'], 'float'],
  mantissa: [['float'], 'float'],
} as const satisfies Record<string, readonly [readonly (ScalarType | 'same')[], ScalarType | 'same']>

export type ScalarOp = keyof typeof signatures
export const scalarOps = Object.keys(signatures) as readonly ScalarOp[]

export interface Scalar {
  readonly op: ScalarOp
  readonly type: ScalarType
  readonly args: readonly Scalar[]
  /** The value of a `const`, the index of an `arg`, the axis of a `coordinate`; 0 otherwise. */
  readonly value: number
}

/** Something that reads as a scalar expression: plain numbers take the type of their neighbour. */
export type ScalarLike = Scalar | number

export const constant = (value: number, type: ScalarType = 'float'): Scalar => ({ op: 'const', type, args: [], value })
export const arg = (index: number, type: ScalarType = 'float'): Scalar => ({ op: 'arg', type, args: [], value: index })
export const coordinate = (axis: number): Scalar => ({ op: 'coordinate', type: 'int', args: [], value: axis })

/** Builds an expression of any operation from ready arguments, checking their types and folding the obvious. */
export function scalar(op: ScalarOp, likes: readonly ScalarLike[]): Scalar {
  const [expected, result] = signatures[op]
  if (likes.length !== expected.length) {
    throw new MyelinError('argument', `scalar ${op}: expected ${expected.length} arguments, received ${likes.length}`)
  }
  let same: ScalarType | undefined
  likes.forEach((like, i) => {
    if (expected[i] === 'same' && typeof like !== 'number') same ??= like.type
  })
  const args = likes.map((like, i) => {
    const want = expected[i] === 'same' ? same ?? 'float' : (expected[i] as ScalarType)
    const value = typeof like === 'number' ? constant(like, want) : like
    if (value.type !== want) {
      throw new MyelinError('dtype', `scalar ${op}: argument ${i + 1} must be ${want}, received ${value.type}`)
    }
    return value
  })
  const type: ScalarType = result === 'same' ? same ?? 'float' : result
  return simplify({ op, type, args, value: 0 })
}

const isConst = (e: Scalar | undefined, value: number): boolean => e?.op === 'const' && Object.is(e.value, value)

/** Folds constants and the identities that hold for every value including NaN and signed zeros. */
function simplify(e: Scalar): Scalar {
  const [a, b, c] = e.args
  if (e.type === 'float' && a?.op === 'const' && (e.args.length === 1 || b?.op === 'const')) {
    const folded = fold(e.op, a.value, b?.value ?? 0)
    if (folded !== undefined) return constant(folded)
  }
  switch (e.op) {
    case 'add':
      if (isConst(b, -0)) return a!
      break
    case 'sub':
      if (isConst(b, 0)) return a!
      break
    case 'mul':
      if (isConst(a, 1)) return b!
      if (isConst(b, 1)) return a!
      if (isConst(a, -1)) return scalar('neg', [b!])
      if (isConst(b, -1)) return scalar('neg', [a!])
      break
    case 'div':
      if (isConst(b, 1)) return a!
      break
    case 'neg':
      if (a!.op === 'neg') return a!.args[0]!
      break
    case 'select':
      if (a!.op === 'const') return a!.value !== 0 ? b! : c!
      break
    case 'pow':
      if (isConst(b, 0)) return constant(1)
      if (isConst(b, 1)) return a!
      if (isConst(b, 2)) return mul(a!, a!)
      if (isConst(b, 3)) return mul(mul(a!, a!), a!)
      if (isConst(b, 0.5)) return scalar('sqrt', [a!])
      if (isConst(b, -1)) return scalar('div', [1, a!])
      break
  }
  return e
}

function fold(op: ScalarOp, a: number, b: number): number | undefined {
  switch (op) {
    case 'add': return a + b
    case 'sub': return a - b
    case 'mul': return a * b
    case 'div': return a / b
    case 'neg': return -a
    case 'abs': return Math.abs(a)
    case 'sqrt': return Math.sqrt(a)
    case 'floor': return Math.floor(a)
    default: return undefined
  }
}

export const add = (a: ScalarLike, b: ScalarLike): Scalar => scalar('add', [a, b])
export const sub = (a: ScalarLike, b: ScalarLike): Scalar => scalar('sub', [a, b])
export const mul = (a: ScalarLike, b: ScalarLike): Scalar => scalar('mul', [a, b])
export const div = (a: ScalarLike, b: ScalarLike): Scalar => scalar('div', [a, b])
export const neg = (a: ScalarLike): Scalar => scalar('neg', [a])
export const abs = (a: ScalarLike): Scalar => scalar('abs', [a])
export const min = (a: ScalarLike, b: ScalarLike): Scalar => scalar('min', [a, b])
export const max = (a: ScalarLike, b: ScalarLike): Scalar => scalar('max', [a, b])
export const eq = (a: ScalarLike, b: ScalarLike): Scalar => scalar('eq', [a, b])
export const lt = (a: ScalarLike, b: ScalarLike): Scalar => scalar('lt', [a, b])
export const le = (a: ScalarLike, b: ScalarLike): Scalar => scalar('le', [a, b])
export const select = (c: ScalarLike, a: ScalarLike, b: ScalarLike): Scalar => scalar('select', [c, a, b])
export const and = (a: ScalarLike, b: ScalarLike): Scalar => scalar('and', [a, b])
export const or = (a: ScalarLike, b: ScalarLike): Scalar => scalar('or', [a, b])
export const xor = (a: ScalarLike, b: ScalarLike): Scalar => scalar('xor', [a, b])
export const shl = (a: ScalarLike, b: ScalarLike): Scalar => scalar('shl', [a, b])
export const shr = (a: ScalarLike, b: ScalarLike): Scalar => scalar('shr', [a, b])
export const toInt = (a: ScalarLike): Scalar => scalar('toInt', [a])
export const toFloat = (a: ScalarLike): Scalar => scalar('toFloat', [a])
export const floor = (a: ScalarLike): Scalar => scalar('floor', [a])
export const sqrt = (a: ScalarLike): Scalar => scalar('sqrt', [a])
export const exp = (a: ScalarLike): Scalar => scalar('exp', [a])
export const expm1 = (a: ScalarLike): Scalar => scalar('expm1', [a])
export const log = (a: ScalarLike): Scalar => scalar('log', [a])
export const log1p = (a: ScalarLike): Scalar => scalar('log1p', [a])
export const pow = (a: ScalarLike, b: ScalarLike): Scalar => scalar('pow', [a, b])
export const tanh = (a: ScalarLike): Scalar => scalar('tanh', [a])
export const erf = (a: ScalarLike): Scalar => scalar('erf', [a])
export const erfc = (a: ScalarLike): Scalar => scalar('erfc', [a])
export const sin = (a: ScalarLike): Scalar => scalar('sin', [a])
export const cos = (a: ScalarLike): Scalar => scalar('cos', [a])
export const exp2i = (a: ScalarLike): Scalar => scalar('exp2i', [a])
export const exponent = (a: ScalarLike): Scalar => scalar('exponent', [a])
export const mantissa = (a: ScalarLike): Scalar => scalar('mantissa', [a])
/** Not-equal, as 1 - eq. */
export const ne = (a: ScalarLike, b: ScalarLike): Scalar => xor(eq(a, b), 1)
/** -1, 0 or 1, in the type of `a`. */
export const sign = (a: Scalar): Scalar =>
  select(lt(0, a), 1, select(lt(a, 0), constant(-1, a.type), constant(0, a.type)))

/** Visits every distinct sub-expression once, arguments before users. */
export function visit(roots: readonly Scalar[], see: (e: Scalar) => void): void {
  const seen = new Set<Scalar>()
  const walk = (e: Scalar): void => {
    if (seen.has(e)) return
    seen.add(e)
    for (const a of e.args) walk(a)
    see(e)
  }
  for (const root of roots) walk(root)
}

/** Rebuilds an expression bottom-up, replacing each sub-expression for which `replace` gives another. */
export function rewrite(
  root: Scalar, replace: (e: Scalar) => Scalar | undefined, memo = new Map<Scalar, Scalar>(),
): Scalar {
  const done = memo.get(root)
  if (done) return done
  let result = replace(root)
  if (!result) {
    const args = root.args.map((a) => rewrite(a, replace, memo))
    result = args.every((a, i) => a === root.args[i]) ? root : scalar(root.op, args)
  }
  memo.set(root, result)
  return result
}

/** A text that two expressions share exactly when they have the same structure; linear in the expression's size. */
export function scalarKey(root: Scalar): string {
  const numbers = new Map<Scalar, number>()
  const texts = new Map<string, number>()
  let out = ''
  visit([root], (e) => {
    const value = Object.is(e.value, -0) ? '-0' : e.value
    const text = `${e.op}${e.type === 'int' ? '#' : ''}${value}(${e.args.map((a) => numbers.get(a)).join()})`
    let n = texts.get(text)
    if (n === undefined) {
      n = texts.size
      texts.set(text, n)
      out += text + ';'
    }
    numbers.set(e, n)
  })
  return out
}

/** A readable form for `explain()` and error messages: `mul(sub(a0, a1), 0.5)`. */
export function scalarText(e: Scalar, names: readonly string[] = []): string {
  if (e.op === 'const') return String(e.value)
  if (e.op === 'arg') return names[e.value] ?? `a${e.value}`
  if (e.op === 'coordinate') return `i${e.value}`
  return `${e.op}(${e.args.map((a) => scalarText(a, names)).join(', ')})`
}
