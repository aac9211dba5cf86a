/** `npm start`: from a clean clone to a network that has learned to read handwritten digits. */
import { join } from 'node:path'
import { build, ensureInstalled, mustRun, requireNode, root } from './setup.mjs'

requireNode()
ensureInstalled()
console.log('Building')
build()
mustRun(process.execPath, [join(root, 'bin', 'myelin.js'), 'train', 'digits', ...process.argv.slice(2)])
console.log(`
More
  other data sets   node bin/myelin.js datasets
  your own table    node bin/myelin.js train FILE.csv --target COLUMN
  from TypeScript   README.md`)
