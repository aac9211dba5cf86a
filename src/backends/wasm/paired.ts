/**
 * Whether neighbouring vectors are emitted two by two. A vector of WebAssembly has 128 bits; V8, when it is asked to, joins
 * two that lie side by side in memory into one of 256. Kernels are then laid out so that it finds them: larger tiles, and
 * all loads of a pair before its stores. What is computed stays the same, in the same order, to the bit.
 */
let on = false

export const paired = (): boolean => on

/** Holds for programs that are compiled from now on. */
export function setPaired(value: boolean): void {
  on = value
}
