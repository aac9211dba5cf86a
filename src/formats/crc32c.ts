/** CRC-32C (Castagnoli), RFC 3720 appendix B.4: the checksum of TensorFlow's record files. */

let table: Int32Array | undefined

function makeTable(): Int32Array {
  return Int32Array.from({ length: 256 }, (_, byte) => {
    let remainder = byte
    for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0x82f63b78 : 0)
    return remainder
  })
}

/**
 * @param bytes what the checksum is of
 * @param before the checksum of the bytes before these; default 0, that of none
 * @returns 32 bits, unsigned
 */
export function crc32c(bytes: Uint8Array, before = 0): number {
  table ??= makeTable()
  let crc = ~before
  for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ table[(crc ^ bytes[i]!) & 255]!
  return ~crc >>> 0
}
