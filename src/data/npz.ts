/** NPZ, NumPy's archive of named arrays: a zip file of NPY files. */

import { MyelinError } from '../core/errors.js'
import { clip } from './names.js'
import { parseNpy, type NpyArray } from './npy.js'

const maximumBytes = 0x7fffffff

/** Deflate makes at most this many bytes of one: an entry that declares more is no honest one. */
const highestRatio = 1032

/**
 * Reads an NPZ file, compressed or not, as `numpy.savez` and `numpy.savez_compressed` write it.
 *
 * @param source the file's name for messages
 * @throws MyelinError `file` for a damaged archive or one without arrays, `memory` when it declares more than 2 GiB,
 *   and what {@link parseNpy} throws
 */
export async function parseNpz(bytes: Uint8Array, source = 'NPZ'): Promise<Map<string, NpyArray>> {
  const { unzipSync } = await import('fflate')
  let declared = 0
  let files
  try {
    files = unzipSync(bytes, {
      filter({ name, size, originalSize, compression }) {
        if (!name.endsWith('.npy')) return false
        declared += originalSize
        if (declared > maximumBytes) {
          throw new MyelinError('memory', `${source}: the arrays are ${declared} bytes or more when unpacked; `
            + `at most ${maximumBytes} are read`)
        }
        if (size > bytes.length || originalSize > (compression === 0 ? size : size * highestRatio)) {
          throw new MyelinError('file', `${source}: "${clip(name)}" declares ${originalSize} bytes, more than its `
            + `${size} packed bytes can hold; fetch or save the file again`)
        }
        return true
      },
    })
  } catch (cause) {
    if (cause instanceof MyelinError) throw cause
    throw new MyelinError('file', `${source}: not an NPZ file, or a damaged one; fetch it again, or save it with `
      + 'numpy.savez', { cause })
  }
  const arrays = new Map(Object.entries(files).map(([file, content]) => {
    const name = file.slice(0, -'.npy'.length)
    return [name, parseNpy(content, `${source}: array "${clip(name)}"`)] as const
  }))
  if (arrays.size === 0) throw new MyelinError('file', `${source}: the archive holds no array; expected .npy entries`)
  return arrays
}
