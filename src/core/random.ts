/**
 * Counter-based random numbers: Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011).
 *
 * A number is a pure function of (seed, stream, step, position), so runs repeat to the bit on any machine, in any
 * order and with any number of threads. Streams are named by their purpose, such as `dense_1/kernel`.
 */

import { currentBackend } from './backend.js'
import { philox } from './philox.js'
import { standardNormal } from './scalar/host.js'

export { philox } from './philox.js'

/** The 32-bit name of a stream: FNV-1a over its UTF-16 units, finished with murmur3's mixer. */
export function streamOf(path: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < path.length; i++) h = Math.imul(h ^ path.charCodeAt(i), 0x01000193)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) | 0
}

/** A seed (an integer up to 2^53 in size) as the two words of a Philox key. */
export function keyOf(seed: number): [number, number] {
  return [seed | 0, Math.floor(seed / 0x1_0000_0000) | 0]
}

/** So many are sooner drawn one by one. */
const fewNormals = 256

/** A sequential reader of one stream, for what the host draws: initial weights, shuffles, splits. */
export class RandomSource {
  private readonly words = new Int32Array(4)
  private readonly key: [number, number]
  private readonly stream: number
  private block = 0
  private next = 4
  /** Normal numbers of blocks to come, from `normalsFrom` on; so many have been drawn one by one that it pays. */
  private normals = new Float64Array(0)
  private normalsFrom = 0
  private normalsDrawn = 0

  /**
   * @param seed an integer
   * @param path the stream's purpose
   * @param step an optional 32-bit counter, such as the epoch
   */
  constructor(seed: number, path: string, private readonly step = 0) {
    this.key = keyOf(seed)
    this.stream = streamOf(path)
  }

  /** 32 random bits, unsigned. */
  bits(): number {
    if (this.next === 4) {
      philox(this.words, this.block++, this.step, this.stream, 0, this.key[0], this.key[1])
      this.next = 0
    }
    return this.words[this.next++]! >>> 0
  }

  /** Uniform in [0, 1), with 53 random bits. */
  uniform(): number {
    const a = this.bits() >>> 5, b = this.bits() >>> 6
    return (a * 0x4000000 + b) / 0x20000000000000
  }

  /** So many numbers uniform in [-limit, limit), of 32 random bits each: enough for initial weights. */
  uniforms(count: number, limit: number): Float64Array {
    const values = new Float64Array(count)
    const one = (): number => ((2 * this.bits()) / 0x1_0000_0000 - 1) * limit
    let i = 0
    while (i < count && this.next < 4) values[i++] = one()
    const draw = currentBackend()?.uniformBlocks
    if (draw) {
      const whole = (count - i) >> 2
      draw(values.subarray(i, i + 4 * whole), limit, this.block, this.step, this.stream, this.key)
      this.block += whole
      i += 4 * whole
    }
    while (i < count) values[i++] = one()
    return values
  }

  /** A uniform integer in [0, below), without bias; `below` at most 2^32. */
  integer(below: number): number {
    const limit = 0x1_0000_0000 - (0x1_0000_0000 % below)
    let word = this.bits()
    while (word >= limit) word = this.bits()
    return word % below
  }

  /** Standard normal, by the rule of Box and Muller from operations that every engine rounds alike. */
  normal(): number {
    const draw = this.next === 4 && this.normalsDrawn++ >= fewNormals ? currentBackend()?.normalBlocks : undefined
    if (!draw) return standardNormal(this.uniform(), this.uniform())
    let at = this.block - this.normalsFrom
    if (!(at < this.normals.length)) {
      this.normals = new Float64Array(Math.min(4096, 4 * (this.normals.length || fewNormals)))
      draw(this.normals, this.block, this.step, this.stream, this.key)
      this.normalsFrom = this.block
      at = 0
    }
    this.block++
    return this.normals[at]!
  }

  /** A uniform permutation of 0 .. n - 1 (Fisher and Yates, from the last index down). */
  permutation(n: number): Int32Array {
    const order = new Int32Array(n)
    for (let i = 0; i < n; i++) order[i] = i
    this.shuffle(order)
    return order
  }

  /** Brings a list into random order, in place (Fisher and Yates). */
  shuffle(order: Int32Array): void {
    for (let i = order.length - 1; i > 0; i--) {
      const j = this.integer(i + 1)
      const t = order[i]!
      order[i] = order[j]!
      order[j] = t
    }
  }
}
