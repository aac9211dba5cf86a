/** Philox4x32-10, the counter-based generator under all random numbers: a block is a pure function of counter and key. */

/**
 * The upper 32 bits of the unsigned product of a constant, given as its upper and lower half, and a word. All in 32-bit
 * integers: fractions would be boxed until the function is optimised, and initial weights are drawn long before.
 */
function high(upper: number, lower: number, word: number): number {
  const wordLower = word & 0xffff, wordUpper = word >>> 16
  const middle = (Math.imul(upper, wordLower) + (Math.imul(lower, wordLower) >>> 16)) | 0
  const carried = (Math.imul(lower, wordUpper) + (middle & 0xffff)) | 0
  return (Math.imul(upper, wordUpper) + (middle >>> 16) + (carried >>> 16)) | 0
}

/**
 * One block: four words into `out` from a 128-bit counter and a 64-bit key.
 * Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011.
 */
export function philox(
  out: Int32Array, c0: number, c1: number, c2: number, c3: number, key0: number, key1: number,
): void {
  for (let round = 0; round < 10; round++) {
    const h0 = high(0xd251, 0x1f53, c0), l0 = Math.imul(0xd2511f53, c0)
    const h1 = high(0xcd9e, 0x8d57, c2), l1 = Math.imul(0xcd9e8d57, c2)
    c0 = h1 ^ c1 ^ key0
    c1 = l1
    c2 = h0 ^ c3 ^ key1
    c3 = l0
    key0 = (key0 + 0x9e3779b9) | 0
    key1 = (key1 + 0xbb67ae85) | 0
  }
  out[0] = c0
  out[1] = c1
  out[2] = c2
  out[3] = c3
}
