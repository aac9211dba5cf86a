/** Damaged files: every prefix of a sample and seeded mutations of it must end in a result or in a typed error. */
import { MyelinError } from '../../src/core/errors.js'
import { RandomSource } from '../../src/core/random.js'

const values = [0, 1, 0x7f, 0x80, 0xff, 0x0a, 0x22, 0x27, 0x28, 0x2c, 0x5b, 0x7b]
const megabyte = 2 ** 20

/** A copy with one to four changes: bytes set, flipped, cut out, repeated or put in. */
export function mutate(sample: Uint8Array, random: RandomSource): Uint8Array {
  let bytes = sample.slice()
  for (let changes = 1 + random.integer(4); changes > 0 && bytes.length > 0; changes--) {
    const at = random.integer(bytes.length)
    const length = Math.min(bytes.length - at, 1 + random.integer(16))
    switch (random.integer(5)) {
      case 0: bytes[at] = values[random.integer(values.length)]!; break
      case 1: bytes[at]! ^= 1 << random.integer(8); break
      case 2: bytes = Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + length)]); break
      case 3: bytes = Uint8Array.from([...bytes.subarray(0, at + length), ...bytes.subarray(at)]); break
      default: for (let i = at; i < at + length; i++) bytes[i] = random.integer(256)
    }
  }
  return bytes
}

/**
 * Reads every prefix of a sample and `mutations` changed copies.
 *
 * @returns sentences about what broke a rule: another error than MyelinError, more than 2 s, more than 64 MB
 */
export async function fuzz(
  sample: Uint8Array, read: (bytes: Uint8Array) => unknown, { mutations = 2000, seed = 0 } = {},
): Promise<string[]> {
  const random = new RandomSource(seed, 'fuzz')
  const broken: string[] = []
  for (let i = 0; i < sample.length + mutations && broken.length < 5; i++) {
    const prefix = i < sample.length
    const bytes = prefix ? sample.slice(0, i) : mutate(sample, random)
    const what = prefix ? `prefix ${i}` : `mutation ${i - sample.length} of seed ${seed}`
    const before = process.memoryUsage()
    const begun = performance.now()
    try {
      await read(bytes)
    } catch (error) {
      if (!(error instanceof MyelinError)) broken.push(`${what}: ${(error as Error).stack}`)
      else if (error.message.includes('\n')) broken.push(`${what}: the message has two lines: ${error.message}`)
    }
    const after = process.memoryUsage()
    const taken = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers
    if (performance.now() - begun > 2000) broken.push(`${what}: took ${performance.now() - begun} ms`)
    if (taken > 64 * megabyte) broken.push(`${what}: took ${taken} bytes`)
  }
  return broken
}
