/** Vectors of 256 bits, where V8 can join WebAssembly's. */
import { setFlagsFromString } from 'node:v8'
import { setPaired } from '../backends/wasm/paired.js'

/** The oldest Node whose V8 joins vectors in all kernels that are tested with it. */
const oldestNode = 24

/**
 * Asks V8 to join two neighbouring vectors of 128 bits into one of 256 (AVX2), and lays out the kernels of all programs that
 * are compiled from now on so that it can: up to twice as fast, and the same results to the bit. It switches on V8's
 * `--experimental-wasm-revectorize` for the whole process, which V8 calls experimental; so it is not done unasked. Call it
 * once, before anything is trained. Threads of `workerThreads` follow.
 *
 * @returns whether this Node can: 24 or newer, on x64. Where it cannot nothing changes, and all works as before.
 *
 * @example
 * if (!useWideVectors()) console.log('vectors of 128 bits')
 */
export function useWideVectors(): boolean {
  if (process.arch !== 'x64' || Number.parseInt(process.versions.node, 10) < oldestNode) return false
  setFlagsFromString('--experimental-wasm-revectorize')
  setPaired(true)
  return true
}
