/** The options object that an operation takes last: nothing but its own names, however it is called. */
import { MyelinError } from '../../core/index.js'
import { shortName, suggestion } from './nearest-name.js'

/**
 * Options are read while a graph is built, not while it runs, so that this costs nothing later.
 *
 * @param advice what to write, for a plain value in place of options: `sum(x, { axis: 0 })`
 * @throws MyelinError `argument` for what is no object, or an option that there is none of
 */
export function requireOptions(name: string, options: unknown, known: readonly string[], advice: string): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    const received =
      options === null ? 'null' : Array.isArray(options) ? 'a list'
      : typeof options === 'object' || typeof options === 'function' ? `a ${typeof options}` : String(options)
    throw new MyelinError('argument', `${name}: expected an object of options, received ${received}; write ${advice}`)
  }
  for (const option of Object.keys(options)) {
    if (!known.includes(option)) {
      throw new MyelinError('argument',
        `${name}: unknown option "${shortName(option)}"${suggestion(option, known)}`)
    }
  }
}
