/** The private generator of scikit-learn's compiled parts, `our_rand_r`: Marsaglia's 32-bit xorshift (2003). */
export class Xorshift {
  private state: number

  /** @param seed 32 bits; 0 becomes 1 */
  constructor(seed: number) {
    this.state = seed | 0
  }

  /** An integer from 0 to 2^31 - 1. */
  next(): number {
    let { state } = this
    if (state === 0) state = 1
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    this.state = state
    return state & 0x7fffffff
  }
}
