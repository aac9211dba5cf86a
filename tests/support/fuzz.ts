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

/** What stands in the place of something else in a document. */
const strangers = [
  null, true, false, 0, -1, 0.5, 1e308, -1e308, 2 ** 31, 2 ** 53, '', 'x', '__proto__', 'auto', '\ud800', 'a'.repeat(100),
  [], {}, [[]], [0], [null], { name: 'x' }, { kind: 'categorical' },
]

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** A copy of a document with one to three changes: values replaced, left out, repeated or put under another key. */
export function mutateJson(document: unknown, random: RandomSource): unknown {
  const copy = { document: structuredClone(document) as Json }
  for (let changes = 1 + random.integer(3); changes > 0; changes--) {
    const places: [Json[] | { [key: string]: Json }, string][] = []
    const collect = (holder: Json): void => {
      if (typeof holder !== 'object' || holder === null) return
      for (const [key, value] of Object.entries(holder)) {
        places.push([holder, key])
        collect(value)
      }
    }
    collect(copy)
    const [holder, key] = places[random.integer(places.length)]!
    const [other, otherKey] = places[random.integer(places.length)]!
    // a copy: what is put in is changed in its turn
    const stranger = structuredClone(strangers[random.integer(strangers.length)]) as Json
    const at = holder as { [key: string]: Json }
    switch (random.integer(6)) {
      case 0: if (Array.isArray(holder)) holder.splice(Number(key), 1); else if (key !== 'document') delete at[key]; break
      case 1: if (Array.isArray(holder)) holder.push(structuredClone(at[key]!)); else at[`${key}x`] = structuredClone(at[key]!); break
      case 2: at[key] = structuredClone((other as { [key: string]: Json })[otherKey]!); break
      case 3: if (typeof at[key] === 'number') at[key] += [1, -1, 1e6, 0.5][random.integer(4)]!; else at[key] = stranger; break
      default: at[key] = stranger
    }
  }
  return copy.document
}

/** How many times as many mutations are tried: 1 in CI, more where somebody has the time. */
const factor = Number(process.env.MYELIN_FUZZ ?? 1)

/**
 * Reads every prefix of a sample and `mutations` changed copies, times what `MYELIN_FUZZ` says.
 *
 * @param change makes a changed copy; default `mutate`
 * @returns sentences about what broke a rule: another error than MyelinError, more than 2 s, more than 64 MB
 */
export async function fuzz<T = Uint8Array>(
  sample: T, read: (damaged: T) => unknown,
  { mutations = 2000, seed = 0, change = mutate as unknown as (sample: T, random: RandomSource) => T } = {},
): Promise<string[]> {
  const random = new RandomSource(seed, 'fuzz')
  const broken: string[] = []
  const prefixes = sample instanceof Uint8Array ? sample.length : 0
  for (let i = 0; i < prefixes + mutations * factor && broken.length < 5; i++) {
    const damaged = i < prefixes ? (sample as Uint8Array).slice(0, i) as T : change(sample, random)
    const what = i < prefixes ? `prefix ${i}` : `mutation ${i - prefixes} of seed ${seed}`
    const before = process.memoryUsage()
    const begun = performance.now()
    const cpu = process.cpuUsage()
    try {
      await read(damaged)
    } catch (error) {
      if (!(error instanceof MyelinError)) broken.push(`${what}: ${(error as Error).stack}`)
      else if (error.message.includes('\n')) broken.push(`${what}: the message has two lines: ${error.message}`)
    }
    const after = process.memoryUsage()
    const taken = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers
    const milliseconds = performance.now() - begun
    // where others compute on the machine, it may also have waited
    if (milliseconds > 2000 && process.cpuUsage(cpu).user > 2e6) broken.push(`${what}: took ${milliseconds} ms`)
    if (taken > 64 * megabyte) broken.push(`${what}: took ${taken} bytes`)
  }
  return broken
}
