/** Vectors of 256 bits, where V8 can join WebAssembly's. */
import { setFlagsFromString } from 'node:v8'
import { setVectorMode } from '../backends/wasm/vector-mode.js'
import { requireOptions } from '../ops/rules/options.js'

/** The Node whose V8 joins vectors rightly in all that is tested. That of Node 22 gains little, that of 26 joins some wrongly. */
const ableNode = 24

/** The options of `useWideVectors`. */
export interface WideVectorsOptions {
  /**
   * Whether matrix products multiply and add in one instruction, which rounds once instead of twice (a fused multiply-add, FMA,
   * as the BLAS of scikit-learn and PyTorch does). Faster still and no less exact, but the last digits are others than on every
   * other Node, and those of a trained network with them. Default: false.
   */
  readonly fused?: boolean
}

/**
 * Asks V8 to join two neighbouring vectors of 128 bits into one of 256 (AVX2), and lays out the kernels of all programs that
 * are compiled from now on so that it can: up to twice as fast, and the same results to the bit, unless `fused`. It switches
 * on V8's `--experimental-wasm-revectorize` for the whole process, which V8 calls experimental; so it is not done unasked. Call
 * it once, before anything is trained. Threads of `workerThreads` follow. On a processor without AVX2 V8 joins nothing, and all
 * is slower than unasked.
 *
 * @returns whether this Node can: it is Node 24 on x64. Where it cannot nothing changes, and all works as before.
 * @throws MyelinError `argument` for an option that it does not have
 *
 * @example
 * if (!useWideVectors()) console.log('vectors of 128 bits')
 */
export function useWideVectors(options: WideVectorsOptions = {}): boolean {
  requireOptions('useWideVectors', options, ['fused'], 'useWideVectors({ fused: true })')
  const { fused = false } = options
  if (process.arch !== 'x64' || Number.parseInt(process.versions.node, 10) !== ableNode) return false
  setFlagsFromString('--experimental-wasm-revectorize')
  setVectorMode({ paired: true, fused })
  return true
}
