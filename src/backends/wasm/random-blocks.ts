/** Random numbers in bulk: what core/random.ts draws, sooner than an engine of JavaScript warms up. */
import type { NormalBlocks, UniformBlocks } from '../../core/index.js'
import { scalar } from '../../core/index.js'
import { normalOf } from '../../core/scalar/host.js'
import { lower } from '../../core/scalar/lower.js'
import { emitPhilox } from './emit.js'
import type { Func } from './encoder.js'
import { ModuleWriter } from './encoder.js'
import { page } from './memory.js'
import { Renderer } from './render.js'

type Fill = (block: number, step: number, stream: number, key0: number, key1: number, end: number, limit: number) => void

/** What is emitted for a block: the locals of its words and of the address for its numbers, and the parameter `limit`. */
type EmitBlock = (words: number, at: number, limit: number) => void

/**
 * fill(block, step, stream, key 0, key 1, end, limit): from address 0 to `end`, so many numbers a block.
 *
 * @param begin emits what goes before the loop over the blocks, and gives what is emitted for each
 */
function emitFill(numbers: number, begin: (f: Func, philox: number) => EmitBlock): Uint8Array<ArrayBuffer> {
  const module = new ModuleWriter()
  const philox = emitPhilox(module)
  const f = module.func(['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'f64'], [])
  const [block, step, stream, key0, key1, end, limit] = [0, 1, 2, 3, 4, 5, 6] as const
  const at = f.local('i32'), words = f.local('v128')
  const emitBlock = begin(f, philox)
  f.begin('loop')
  for (const argument of [block, step, stream, key0, key1]) f.get(argument)
  f.call(philox)
  f.set(words)
  emitBlock(words, at, limit)
  f.get(block)
  f.i32(1)
  f.op('i32_add')
  f.set(block)
  f.get(at)
  f.i32(numbers * Float64Array.BYTES_PER_ELEMENT)
  f.op('i32_add')
  f.tee(at)
  f.get(end)
  f.op('i32_lt_s')
  f.branch('br_if', 0)
  f.end()
  module.export('fill', f)
  return module.encode()
}

/** Draws whole blocks through a page of memory; the module is made at the first call. */
function drawer(numbers: number, begin: (f: Func, philox: number) => EmitBlock): UniformBlocks {
  let ready: { readonly fill: Fill; readonly memory: WebAssembly.Memory } | undefined
  const prepare = (): NonNullable<typeof ready> => {
    const memory = new WebAssembly.Memory({ initial: 1 })
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(emitFill(numbers, begin)), { m: { m: memory } })
    return { fill: exports['fill'] as Fill, memory }
  }
  const perCall = page / Float64Array.BYTES_PER_ELEMENT
  return (values, limit, block, step, stream, [key0, key1]) => {
    const { fill, memory } = (ready ??= prepare())
    for (let from = 0; from < values.length; from += perCall) {
      const count = Math.min(perCall, values.length - from)
      fill(block + from / numbers, step, stream, key0, key1, count * Float64Array.BYTES_PER_ELEMENT, limit)
      values.set(new Float64Array(memory.buffer, 0, count), from)
    }
  }
}

export const uniformBlocks = drawer(4, (f) => (words, at, limit) => {
  for (const half of [0, 1]) {
    f.get(at)
    f.get(words)
    if (half === 1) {
      f.get(words)
      f.shuffle([8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15])
    }
    // (word / 2^31 - 1) limit: only the last product rounds
    f.op('f64x2_convert_low_i32x4_u')
    f.f64(2 ** -31)
    f.op('f64x2_splat')
    f.op('f64x2_mul')
    f.f64(1)
    f.op('f64x2_splat')
    f.op('f64x2_sub')
    f.get(limit)
    f.op('f64x2_splat')
    f.op('f64x2_mul')
    f.memory('v128_store', 16 * half)
  }
})

const drawNormals = drawer(1, (f, philox) => {
  const uniforms = [f.local('f64'), f.local('f64')]
  const renderer = new Renderer(f, { float: 'float64', width: 1 }, {
    argLevel: () => 1, isLate: () => false, pushArg: (i) => f.get(uniforms[i]!), elementLevel: 1,
    coordinateLevel: () => 1, pushCoordinate: () => {}, pushElement: () => {}, philox: () => philox,
  })
  const normal = renderer.add(lower(normalOf(scalar.arg(0), scalar.arg(1)), 'float64'))
  renderer.enter(0)
  return (words, at) => {
    /** The upper bits of a word, without so many of the lower ones. */
    const bits = (word: number, less: number): void => {
      f.get(words)
      f.lane('i32x4_extract_lane', word)
      f.i32(less)
      f.op('i32_shr_u')
      f.op('f64_convert_i32_s')
    }
    uniforms.forEach((uniform, i) => {
      bits(2 * i, 5)
      f.f64(2 ** 26)
      f.op('f64_mul')
      bits(2 * i + 1, 6)
      f.op('f64_add')
      f.f64(2 ** -53)
      f.op('f64_mul')
      f.set(uniform)
    })
    renderer.enter(1)
    f.get(at)
    renderer.push(normal)
    f.memory('f64_store', 0)
    renderer.leave(1)
  }
})

export const normalBlocks: NormalBlocks = (values, ...rest) => drawNormals(values, 0, ...rest)
