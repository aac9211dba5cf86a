/** How this program was called, for the commands it proposes. */

import { basename, relative } from 'node:path'

/** `myelin`, `npx myelin`, or `node bin/myelin.js` in a clone of the repository. */
export function commandName(script = process.argv[1] ?? 'myelin'): string {
  if (basename(script) === 'myelin.js') return `node ${relative(process.cwd(), script) || script}`
  return /[\\/]\.bin[\\/]/.test(script) ? 'npx myelin' : 'myelin'
}
