/** Prints the last test run's counts as one line, 'N passed, N failed', with the skipped behind when there are any. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './setup.mjs'

const results = join(root, '.cache', 'test-results.json')
if (!existsSync(results)) {
  console.error('No test ran.')
  process.exit(1)
}
const { passed, failed, skipped } = JSON.parse(readFileSync(results, 'utf8'))
console.log(`${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`)
