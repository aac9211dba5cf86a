import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { sha256 } from '../../src/formats/sha256.js'

it('gives the published hashes (FIPS 180-4)', () => {
  const hash = (text: string): string => sha256([new TextEncoder().encode(text)])
  expect(hash('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  expect(hash('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  expect(hash('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq')).toBe(
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1')
})

it('agrees with Node for every length around the block size, however the bytes are cut', () => {
  const bytes = Uint8Array.from({ length: 200 }, (_, i) => i * 37 + 11)
  for (let length = 0; length <= bytes.length; length++) {
    const message = bytes.subarray(0, length)
    const expected = createHash('sha256').update(message).digest('hex')
    const cut = length * 7 % (length + 1)
    expect(sha256([message])).toBe(expected)
    expect(sha256([message.subarray(0, cut), new Uint8Array(0), message.subarray(cut)])).toBe(expected)
  }
  const large = new Uint8Array(1 << 20).fill(5)
  expect(sha256([large])).toBe(createHash('sha256').update(large).digest('hex'))
})
