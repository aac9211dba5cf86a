/** Damaged CSV that is read part by part, wherever the parts are cut: the same tables as in memory, or the same error. */
import { describe, expect, it } from 'vitest'
import { RandomSource } from '../../src/core/random.js'
import { parseCsv, type Table } from '../../src/data/index.js'
import { decideAll } from '../../src/data/csv-columns.js'
import type { ByteSource } from '../../src/data/stream/storage.js'
import { readTables } from '../../src/data/stream/tables.js'
import { MyelinError } from '../../src/core/errors.js'
import { fuzz } from '../support/fuzz.js'

const text = (lines: readonly string[]): Uint8Array => new TextEncoder().encode(lines.join('\n'))
const people = text([
  'name,age,when,"said, loudly",y', 'Ann,42,2024-01-31,"well, ""yes"" or no",a', 'Bob,-1.5e3,2024-02-29T07:05Z,,b',
  '"Ü\nnn",?,1999-12-31,good and bad things,a', ',7,,not so good at all,b', 'Eve,0.25,2024-01-01,yes it is,a',
])
const commas = text(['\ufeffx;y;z', '1,5;2,125;a', '3;4,250;b', '-0,5;NA;a', '', '7;8;c\r', '1,234;1,234;"d"'])

/** Bytes that come a few at a time. */
const inParts = (bytes: Uint8Array, random: RandomSource): ByteSource => ({
  name: 'x', bytes: bytes.length,
  open: async () => {
    let at = 0
    return {
      read: async (buffer) => {
        const length = Math.min(bytes.length - at, 1 + random.integer(200))
        buffer.set(bytes.subarray(at, at + length))
        at += length
        return length
      },
      close: async () => undefined,
    }
  },
})

type Outcome = Pick<Table, 'rows' | 'columns'> | string
async function outcome(read: () => Outcome | Promise<Outcome>): Promise<Outcome> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof MyelinError) return error.message
    throw error
  }
}

/** Reads again where the first rows misled about kinds, as preparing does. */
async function streamed(bytes: Uint8Array, random: RandomSource): Promise<Outcome> {
  let guess: readonly ('numeric' | 'categorical')[] | undefined
  for (;;) {
    const tables: Table[] = []
    const { rows, columns } = await readTables(
      inParts(bytes, random), guess ? { guess } : {}, async (table) => void tables.push(table))
    const decided = decideAll(columns)
    if (columns.every(({ kind }, i) => kind === decided[i])) return { rows, columns: tables[0]!.columns }
    expect(guess, 'kinds are found once').toBeUndefined()
    guess = decided
  }
}

describe('damage is survived by', () => {
  it.each([['CSV', people], ['CSV with decimal commas', commas]])('streamed %s', {
    timeout: 120_000 * Number(process.env.MYELIN_FUZZ ?? 1),
  }, async (_, sample) => {
    const random = new RandomSource(7, 'parts')
    // what is damaged alone, and below so many good rows that it comes in parts
    const [header, ...rows] = Buffer.from(sample).toString('latin1').split(/(?<=\n)/)
    const good = Buffer.from(header! + rows[0]!.repeat(Math.ceil(4200 / rows[0]!.length)), 'latin1')
    expect(typeof await streamed(sample, random)).toBe('object')
    const same = async (bytes: Uint8Array): Promise<void> => {
      const whole = await outcome(() => {
        const { rows, columns } = parseCsv(bytes, { source: 'x' })
        return { rows, columns }
      })
      expect(await outcome(() => streamed(bytes, random))).toEqual(whole)
    }
    const read = async (damaged: Uint8Array): Promise<void> => {
      await same(damaged)
      await same(Buffer.concat([good, damaged]))
    }
    expect(await fuzz(sample, read, { mutations: 300 })).toEqual([])
  })
})
