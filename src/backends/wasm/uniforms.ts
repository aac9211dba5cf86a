/** Uniform random numbers in bulk: what core/random.ts draws, sooner than an engine of JavaScript warms up. */
import type { UniformBlocks } from '../../core/index.js'
import { emitPhilox } from './emit.js'
import { ModuleWriter } from './encoder.js'
import { page } from './memory.js'

const blockBytes = 4 * Float64Array.BYTES_PER_ELEMENT
const blocksPerCall = page / blockBytes

type Fill = (block: number, step: number, stream: number, key0: number, key1: number, end: number, limit: number) => void

/** fill(block, step, stream, key 0, key 1, end, limit): from address 0 to `end`, four numbers a block. */
function emitFill(): Uint8Array<ArrayBuffer> {
  const module = new ModuleWriter()
  const philox = emitPhilox(module)
  const f = module.func(['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'f64'], [])
  const [block, step, stream, key0, key1, end, limit] = [0, 1, 2, 3, 4, 5, 6] as const
  const at = f.local('i32'), words = f.local('v128')
  f.begin('loop')
  for (const argument of [block, step, stream, key0, key1]) f.get(argument)
  f.call(philox)
  f.set(words)
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
  f.get(block)
  f.i32(1)
  f.op('i32_add')
  f.set(block)
  f.get(at)
  f.i32(blockBytes)
  f.op('i32_add')
  f.tee(at)
  f.get(end)
  f.op('i32_lt_s')
  f.branch('br_if', 0)
  f.end()
  module.export('fill', f)
  return module.encode()
}

let ready: { readonly fill: Fill; readonly memory: WebAssembly.Memory } | undefined

function prepare(): NonNullable<typeof ready> {
  const memory = new WebAssembly.Memory({ initial: 1 })
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(emitFill()), { m: { m: memory } })
  return { fill: exports['fill'] as Fill, memory }
}

export const uniformBlocks: UniformBlocks = (values, limit, block, step, stream, [key0, key1]) => {
  const { fill, memory } = (ready ??= prepare())
  for (let from = 0; from < values.length; from += 4 * blocksPerCall) {
    const count = Math.min(4 * blocksPerCall, values.length - from)
    fill(block + from / 4, step, stream, key0, key1, count * Float64Array.BYTES_PER_ELEMENT, limit)
    values.set(new Float64Array(memory.buffer, 0, count), from)
  }
}
