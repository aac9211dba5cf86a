/**
 * How kernels use vectors, for programs that are compiled from now on.
 *
 * Paired: neighbouring vectors are emitted two by two. A vector of WebAssembly has 128 bits; V8, when it is asked to, joins
 * two that lie side by side in memory into one of 256. Kernels are then laid out so that it finds them: larger tiles, and
 * all loads of a pair before its stores. What is computed stays the same, in the same order, to the bit.
 *
 * Fused: products multiply and add in one instruction, which rounds once (relaxed SIMD). Faster, closer to the true sum, and
 * with other last bits.
 */
export interface VectorMode {
  readonly paired: boolean
  readonly fused: boolean
}

let mode: VectorMode = { paired: false, fused: false }

export const vectorMode = (): VectorMode => mode

export const paired = (): boolean => mode.paired

export function setVectorMode(value: VectorMode): void {
  mode = value
}
