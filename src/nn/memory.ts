/** Memory is added up before it is taken. */
import { MyelinError } from '../core/index.js'

/** What a network may take: WebAssembly addresses 4 GiB, of which this leaves room for what is computed in between. */
export const memoryLimit = 3.5 * 2 ** 30

export interface MemoryPart {
  readonly what: string
  readonly bytes: number
  /** What to do where this is the greatest part. */
  readonly advice: string
}

/**
 * Refuses what cannot be held, before memory is taken.
 *
 * @throws MyelinError `memory` with the sum, its parts, and what to do about the greatest
 */
export function requireMemory(what: string, parts: readonly MemoryPart[]): void {
  const total = parts.reduce((sum, { bytes }) => sum + bytes, 0)
  if (total <= memoryLimit) return
  const list = parts
    .filter(({ bytes }) => bytes > 0)
    .map((part) => `${part.what} ${bytesText(part.bytes)}`)
    .join(', ')
  const greatest = parts.reduce((a, b) => (b.bytes > a.bytes ? b : a))
  throw new MyelinError(
    'memory',
    `${what} needs ${bytesText(total)} (${list}), but at most ${bytesText(memoryLimit)} can be had; ` + greatest.advice,
  )
}

/** Such as `1.5 MiB`. */
export function bytesText(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']
  let value = bytes,
    unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`
}
