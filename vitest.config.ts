/** How vitest runs: every tests/**\/*.test.ts in Node, two workers, and results for `npm test` and CI to read. */
import { defineConfig } from 'vitest/config'
import { TestReporter } from './scripts/test-reporter.js'

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    setupFiles: ['tests/support/wide-vectors.ts'],
    execArgv: process.execArgv,
    testTimeout: 30_000,
    hookTimeout: 180_000,
    maxWorkers: 2,
    reporters: ['default', new TestReporter('.cache/test-results.json')],
  },
})
