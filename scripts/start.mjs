/** `npm start`: from a clean clone to a network that has learned to read handwritten digits. */
import { join } from 'node:path'
import { build, ensureInstalled, mustRun, requireNode, root } from './setup.mjs'

requireNode()
ensureInstalled()
console.log('Building')
build()
mustRun(process.execPath, [join(root, 'bin', 'myelin.js'), 'train', 'digits', ...process.argv.slice(2)])
console.log(`
What to do next:
  node bin/myelin.js datasets                                  what else there is to learn from
  node bin/myelin.js train iris --hidden 16                    another bundled data set, another network
  node bin/myelin.js train FILE.csv --target COLUMN            your own table
  node bin/myelin.js train digits --out digits.safetensors     keep the network; then evaluate, predict, inspect
  node bin/myelin.js train --help                              every option
README.md shows the same from TypeScript.`)
