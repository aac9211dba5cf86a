/** Vectors of 256 bits, where V8 can join WebAssembly's. */
import { setFlagsFromString } from 'node:v8'
import { setPaired } from '../backends/wasm/paired.js'

/** The Node whose V8 joins vectors rightly in all that is tested. That of Node 22 gains little, that of 26 joins some wrongly. */
const ableNode = 24

/**
 * Asks V8 to join two neighbouring vectors of 128 bits into one of 256 (AVX2), and lays out the kernels of all programs that
 * are compiled from now on so that it can: up to twice as fast, and the same results to the bit. It switches on V8's
 * `--experimental-wasm-revectorize` for the whole process, which V8 calls experimental; so it is not done unasked. Call it
 * once, before anything is trained. Threads of `workerThreads` follow. On a processor without AVX2 V8 joins nothing, and all
 * is slower than unasked.
 *
 * @returns whether this Node can: it is Node 24 on x64. Where it cannot nothing changes, and all works as before.
 *
 * @example
 * if (!useWideVectors()) console.log('vectors of 128 bits')
 */
export function useWideVectors(): boolean {
  if (process.arch !== 'x64' || Number.parseInt(process.versions.node, 10) !== ableNode) return false
  setFlagsFromString('--experimental-wasm-revectorize')
  setPaired(true)
  return true
}
