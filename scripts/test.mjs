/**
 * `npm test`: install, build, check the types, run every test, and say what was skipped and why.
 * Arguments go to vitest: `npm test -- tests/unit/csv.test.ts`.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build, ensureInstalled, mustRunTool, requireNode, root, run } from './setup.mjs'

requireNode()
ensureInstalled()
console.log('Building')
build()
console.log('Checking types')
mustRunTool('typescript/bin/tsc', ['--noEmit'])

const results = join(root, '.cache', 'test-results.json')
mkdirSync(join(root, '.cache'), { recursive: true })
rmSync(results, { force: true })
const status = run(process.execPath, [
  join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...process.argv.slice(2),
])
if (!existsSync(results)) {
  console.error('vitest wrote no results')
  process.exit(status || 1)
}
const { passed } = JSON.parse(readFileSync(results, 'utf8'))
if (passed === 0) console.error('no test ran')
process.exit(status !== 0 ? status : passed > 0 ? 0 : 1)
