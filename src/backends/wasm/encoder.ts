/** Writes WebAssembly binaries: a module of functions over one imported memory (core specification 2.0, SIMD included). */

export const type = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const
export type ValueType = keyof typeof type

/** Opcodes of the instructions used; those from 0x100 on are SIMD, 0xfd-prefixed. */
export const opcode = {
  unreachable: 0x00, block: 0x02, loop: 0x03, if: 0x04, else: 0x05, end: 0x0b, br: 0x0c, br_if: 0x0d, call: 0x10,
  select: 0x1b, local_get: 0x20, local_set: 0x21, local_tee: 0x22, global_get: 0x23, global_set: 0x24,
  i32_load: 0x28, f32_load: 0x2a, f64_load: 0x2b, i32_load8_u: 0x2d, i32_store: 0x36, f32_store: 0x38, f64_store: 0x39, i32_store8: 0x3a,
  i32_const: 0x41, i64_const: 0x42, f32_const: 0x43, f64_const: 0x44,
  i32_eqz: 0x45, i32_eq: 0x46, i32_ne: 0x47, i32_lt_s: 0x48, i32_lt_u: 0x49, i32_gt_s: 0x4a, i32_le_s: 0x4c, i32_ge_s: 0x4e,
  i32_ge_u: 0x4f,
  f32_eq: 0x5b, f32_lt: 0x5d, f32_le: 0x5f, f64_eq: 0x61, f64_lt: 0x63, f64_le: 0x65,
  i32_add: 0x6a, i32_sub: 0x6b, i32_mul: 0x6c, i32_div_s: 0x6d, i32_and: 0x71, i32_or: 0x72, i32_xor: 0x73,
  i32_shl: 0x74, i32_shr_s: 0x75, i32_shr_u: 0x76,
  i64_and: 0x83, i64_or: 0x84, i64_mul: 0x7e, i64_shl: 0x86, i64_shr_u: 0x88,
  i64_add: 0x7c, i64_sub: 0x7d,
  f32_abs: 0x8b, f32_neg: 0x8c, f32_floor: 0x8e, f32_sqrt: 0x91, f32_add: 0x92, f32_sub: 0x93, f32_mul: 0x94,
  f32_div: 0x95, f32_min: 0x96, f32_max: 0x97,
  f64_abs: 0x99, f64_neg: 0x9a, f64_floor: 0x9c, f64_sqrt: 0x9f, f64_add: 0xa0, f64_sub: 0xa1, f64_mul: 0xa2,
  f64_div: 0xa3, f64_min: 0xa4, f64_max: 0xa5,
  i32_wrap_i64: 0xa7, i64_extend_i32_u: 0xad, i64_trunc_sat_f64_s: 0xfc06, i32_trunc_sat_f32_s: 0xfc00, i32_trunc_sat_f64_s: 0xfc02,
  f32_convert_i32_s: 0xb2, f32_demote_f64: 0xb6, f64_convert_i32_s: 0xb7, f64_convert_i64_s: 0xb9, f64_promote_f32: 0xbb,
  i32_reinterpret_f32: 0xbc, i64_reinterpret_f64: 0xbd, f32_reinterpret_i32: 0xbe, f64_reinterpret_i64: 0xbf,
  memory_copy: 0xfc0a, memory_fill: 0xfc0b,
  v128_load: 0x100, v128_load32_splat: 0x109, v128_load64_splat: 0x10a, v128_store: 0x10b, v128_const: 0x10c,
  i8x16_shuffle: 0x10d, i8x16_splat: 0x10f, i32x4_splat: 0x111, i64x2_splat: 0x112, f32x4_splat: 0x113, f64x2_splat: 0x114,
  i32x4_extract_lane: 0x11b, i32x4_replace_lane: 0x11c, i64x2_extract_lane: 0x11d, f32x4_extract_lane: 0x11f,
  f64x2_extract_lane: 0x121, f64x2_replace_lane: 0x122,
  i32x4_eq: 0x137, i32x4_ne: 0x138, i32x4_lt_s: 0x139, i32x4_gt_s: 0x13b, i32x4_le_s: 0x13d,
  f32x4_eq: 0x141, f32x4_ne: 0x142, f32x4_lt: 0x143, f32x4_gt: 0x144, f32x4_le: 0x145, f32x4_ge: 0x146,
  f64x2_eq: 0x147, f64x2_lt: 0x149, f64x2_le: 0x14b,
  v128_not: 0x14d, v128_and: 0x14e, v128_andnot: 0x14f, v128_or: 0x150, v128_xor: 0x151, v128_bitselect: 0x152,
  v128_load32_lane: 0x156, v128_load64_lane: 0x157, v128_store8_lane: 0x158, v128_store32_lane: 0x15a, v128_store64_lane: 0x15b,
  v128_load32_zero: 0x15c, v128_load64_zero: 0x15d,
  f32x4_demote_f64x2_zero: 0x15e, f64x2_promote_low_f32x4: 0x15f,
  f32x4_floor: 0x168, f64x2_floor: 0x175,
  i16x8_extend_low_i8x16_u: 0x189, i32x4_abs: 0x1a0, i32x4_neg: 0x1a1, i32x4_extend_low_i16x8_u: 0x1a9,
  i32x4_shl: 0x1ab, i32x4_shr_s: 0x1ac, i32x4_shr_u: 0x1ad, i32x4_add: 0x1ae, i32x4_sub: 0x1b1, i32x4_mul: 0x1b5,
  i32x4_min_s: 0x1b6, i32x4_max_s: 0x1b8,
  i64x2_extend_low_i32x4_s: 0x1c7, i64x2_shl: 0x1cb, i64x2_shr_u: 0x1cd, i64x2_add: 0x1ce, i64x2_sub: 0x1d1,
  f32x4_abs: 0x1e0, f32x4_sqrt: 0x1e3, f32x4_add: 0x1e4, f32x4_sub: 0x1e5, f32x4_mul: 0x1e6,
  f32x4_div: 0x1e7, f32x4_min: 0x1e8, f32x4_max: 0x1e9, f32x4_pmin: 0x1ea, f32x4_pmax: 0x1eb,
  f64x2_abs: 0x1ec, f64x2_sqrt: 0x1ef, f64x2_add: 0x1f0, f64x2_sub: 0x1f1, f64x2_mul: 0x1f2,
  f64x2_div: 0x1f3, f64x2_min: 0x1f4, f64x2_max: 0x1f5, f64x2_pmin: 0x1f6, f64x2_pmax: 0x1f7,
  f32x4_relaxed_madd: 0x205, f64x2_relaxed_madd: 0x207,
  i32x4_trunc_sat_f32x4_s: 0x1f8, f32x4_convert_i32x4_s: 0x1fa, i32x4_trunc_sat_f64x2_s_zero: 0x1fc,
  f64x2_convert_low_i32x4_s: 0x1fe, f64x2_convert_low_i32x4_u: 0x1ff,
} as const
export type Instruction = keyof typeof opcode

/** A growable run of bytes with LEB128 numbers. */
class Bytes {
  private buffer = new Uint8Array(1024)
  length = 0

  byte(value: number): void {
    if (this.length === this.buffer.length) this.grow(1)
    this.buffer[this.length++] = value
  }

  unsigned(value: number): void {
    while (value > 0x7f) {
      this.byte((value % 128) | 0x80)
      value = Math.floor(value / 128)
    }
    this.byte(value)
  }

  signed(value: number): void {
    for (;;) {
      const low = ((value % 128) + 128) % 128
      value = Math.floor(value / 128)
      if ((value === 0 && low < 64) || (value === -1 && low >= 64)) return this.byte(low)
      this.byte(low | 0x80)
    }
  }

  append(bytes: Uint8Array): void {
    if (this.length + bytes.length > this.buffer.length) this.grow(bytes.length)
    this.buffer.set(bytes, this.length)
    this.length += bytes.length
  }

  text(value: string): void {
    const bytes = new TextEncoder().encode(value)
    this.unsigned(bytes.length)
    this.append(bytes)
  }

  done(): Uint8Array {
    return this.buffer.subarray(0, this.length)
  }

  private grow(by: number): void {
    const next = new Uint8Array(Math.max(this.buffer.length * 2, this.length + by))
    next.set(this.buffer.subarray(0, this.length))
    this.buffer = next
  }
}

const scratch = new DataView(new ArrayBuffer(8))

/** One function: emits instructions, hands out locals. */
export class Func {
  private readonly code = new Bytes()
  private readonly locals: ValueType[] = []
  private readonly free: Record<ValueType, number[]> = { i32: [], i64: [], f32: [], f64: [], v128: [] }

  constructor(readonly index: number, readonly params: readonly ValueType[], readonly results: readonly ValueType[]) {}

  /** A local that holds whatever was last in it; give it back with `release`. */
  local(kind: ValueType): number {
    return this.free[kind].pop() ?? this.params.length + this.locals.push(kind) - 1
  }

  release(kind: ValueType, index: number): void {
    this.free[kind].push(index)
  }

  op(name: Instruction): void {
    const code = opcode[name]
    if (code >= 0xfc00) {
      this.code.byte(0xfc)
      this.code.unsigned(code & 0xff)
      // the memory indices of bulk instructions
      if (name === 'memory_copy') this.code.byte(0)
      if (name === 'memory_copy' || name === 'memory_fill') this.code.byte(0)
    } else if (code >= 0x100) {
      this.code.byte(0xfd)
      this.code.unsigned(code - 0x100)
    } else this.code.byte(code)
  }

  get(local: number): void {
    this.op('local_get')
    this.code.unsigned(local)
  }

  set(local: number): void {
    this.op('local_set')
    this.code.unsigned(local)
  }

  tee(local: number): void {
    this.op('local_tee')
    this.code.unsigned(local)
  }

  getGlobal(index: number): void {
    this.op('global_get')
    this.code.unsigned(index)
  }

  setGlobal(index: number): void {
    this.op('global_set')
    this.code.unsigned(index)
  }

  i32(value: number): void {
    this.op('i32_const')
    this.code.signed(value | 0)
  }

  i64(value: bigint): void {
    this.op('i64_const')
    for (let rest = value; ;) {
      const low = Number(BigInt.asUintN(7, rest))
      rest >>= 7n
      if ((rest === 0n && low < 64) || (rest === -1n && low >= 64)) return this.code.byte(low)
      this.code.byte(low | 0x80)
    }
  }

  f32(value: number): void {
    this.op('f32_const')
    scratch.setFloat32(0, value, true)
    for (let i = 0; i < 4; i++) this.code.byte(scratch.getUint8(i))
  }

  f64(value: number): void {
    this.op('f64_const')
    scratch.setFloat64(0, value, true)
    for (let i = 0; i < 8; i++) this.code.byte(scratch.getUint8(i))
  }

  /** A vector constant from four 32-bit words, lowest first. */
  v128(words: readonly [number, number, number, number]): void {
    this.op('v128_const')
    for (const word of words) for (let shift = 0; shift < 32; shift += 8) this.code.byte((word >>> shift) & 0xff)
  }

  /** A load or store at a constant offset from the address on the stack; alignment hints are left out. */
  memory(name: Instruction, offset: number, lane?: number): void {
    this.op(name)
    this.code.byte(0)
    this.code.unsigned(offset)
    if (lane !== undefined) this.code.byte(lane)
  }

  lane(name: Instruction, lane: number): void {
    this.op(name)
    this.code.byte(lane)
  }

  /** Picks 16 bytes out of two vectors. */
  shuffle(bytes: readonly number[]): void {
    this.op('i8x16_shuffle')
    for (const b of bytes) this.code.byte(b)
  }

  call(target: number): void {
    this.op('call')
    this.code.unsigned(target)
  }

  branch(name: 'br' | 'br_if', depth: number): void {
    this.op(name)
    this.code.unsigned(depth)
  }

  /** A block, loop or if without parameters and results. */
  begin(name: 'block' | 'loop' | 'if'): void {
    this.op(name)
    this.code.byte(0x40)
  }

  end(): void {
    this.op('end')
  }

  /** A loop that counts `counter` from its present value by `step` while it is below `limit`; runs at least once. */
  repeat(counter: number, step: number, limit: number, body: () => void): void {
    this.begin('loop')
    body()
    this.get(counter)
    this.i32(step)
    this.op('i32_add')
    this.tee(counter)
    this.i32(limit)
    this.op('i32_lt_s')
    this.branch('br_if', 0)
    this.end()
  }

  encode(): Uint8Array {
    const body = new Bytes()
    const runs: [number, ValueType][] = []
    for (const kind of this.locals) {
      const lastRun = runs[runs.length - 1]
      if (lastRun?.[1] === kind) lastRun[0]++
      else runs.push([1, kind])
    }
    body.unsigned(runs.length)
    for (const [count, kind] of runs) {
      body.unsigned(count)
      body.byte(type[kind])
    }
    body.append(this.code.done())
    body.byte(opcode.end)
    return body.done()
  }
}

/** A module that imports the memory `m.m` and exports some of its functions. */
export class ModuleWriter {
  private readonly functions: Func[] = []
  private readonly exports: [string, number][] = []
  private globals = 0

  func(params: readonly ValueType[], results: readonly ValueType[]): Func {
    const made = new Func(this.functions.length, params, results)
    this.functions.push(made)
    return made
  }

  /** A new i32 that all functions share; 0 at first. */
  global(): number {
    return this.globals++
  }

  export(name: string, func: Func): void {
    this.exports.push([name, func.index])
  }

  encode(): Uint8Array<ArrayBuffer> {
    const out = new Bytes()
    for (const b of [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]) out.byte(b)
    const section = (id: number, fill: (s: Bytes) => void): void => {
      const s = new Bytes()
      fill(s)
      out.byte(id)
      out.unsigned(s.length)
      out.append(s.done())
    }
    section(1, (s) => {
      s.unsigned(this.functions.length)
      for (const f of this.functions) {
        s.byte(0x60)
        s.unsigned(f.params.length)
        for (const p of f.params) s.byte(type[p])
        s.unsigned(f.results.length)
        for (const r of f.results) s.byte(type[r])
      }
    })
    section(2, (s) => {
      s.unsigned(1)
      s.text('m')
      s.text('m')
      s.byte(2)
      s.byte(0)
      s.unsigned(1)
    })
    section(3, (s) => {
      s.unsigned(this.functions.length)
      this.functions.forEach((_, i) => s.unsigned(i))
    })
    section(6, (s) => {
      s.unsigned(this.globals)
      for (let i = 0; i < this.globals; i++) for (const b of [type.i32, 1, opcode.i32_const, 0, opcode.end]) s.byte(b)
    })
    section(7, (s) => {
      s.unsigned(this.exports.length)
      for (const [name, index] of this.exports) {
        s.text(name)
        s.byte(0)
        s.unsigned(index)
      }
    })
    section(10, (s) => {
      s.unsigned(this.functions.length)
      for (const f of this.functions) {
        const body = f.encode()
        s.unsigned(body.length)
        s.append(body)
      }
    })
    return out.done().slice()
  }
}
