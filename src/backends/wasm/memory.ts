/** Linear memory: its limit, and taking, growing and giving it back. */
import { MyelinError } from '../../core/index.js'

export const page = 65536
/** What 32-bit addresses reach. */
const limit = 65535 * page

/**
 * The memory of the last session that was released. Pages that were used before are several times faster to fill than
 * new ones; kept for a few seconds only, for it may be large.
 */
let spare: WebAssembly.Memory | null = null
let spareTimer: ReturnType<typeof setTimeout> | undefined
const spareMilliseconds = 2000
/** A small session must not hold on to the memory of a large one; 64 MiB are not large, and its programs may need them yet. */
const spareFactor = 4, smallSpare = 1024

/** Takes back the memory of a session that is done. */
export function keepMemory(memory: WebAssembly.Memory): void {
  spare = memory
  clearTimeout(spareTimer)
  spareTimer = setTimeout(() => {
    spare = null
  }, spareMilliseconds)
  // in Node a timer alone must not keep the process alive
  ;(spareTimer as { unref?: () => void }).unref?.()
}

/** Memory of at least so many pages; what is in it is not defined. */
export function takeMemory(pages: number): WebAssembly.Memory {
  const memory = spare
  const has = memory ? memory.buffer.byteLength / page : 0
  if (memory && has <= Math.max(pages * spareFactor, smallSpare)) {
    spare = null
    if (has < pages) growMemory(memory, pages - has)
    return memory
  }
  return newMemory(pages)
}

export function newMemory(pages: number): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: pages })
  } catch (cause) {
    throw outOfMemory(pages * page, cause)
  }
}

export function growMemory(memory: WebAssembly.Memory, pages: number): void {
  try {
    memory.grow(pages)
  } catch (cause) {
    throw outOfMemory(memory.buffer.byteLength + pages * page, cause)
  }
}

const outOfMemory = (bytes: number, cause: unknown): MyelinError =>
  new MyelinError('memory', `out of memory: ${bytes} bytes are needed in all, and the system does not give them`, { cause })

export function checkMemory(bytes: number, what: string): void {
  if (bytes <= limit) return
  throw new MyelinError('memory', `${what} need ${bytes} bytes, and WebAssembly memory ends at ${limit}; ` +
    'use a smaller batch, a smaller network or fewer rows')
}
