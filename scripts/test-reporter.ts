/** A vitest reporter that lists each skipped test with its reason and writes the counts to .cache/test-results.json. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, relative } from 'node:path'
import type { Reporter, TestModule } from 'vitest/node'

export class TestReporter implements Reporter {
  constructor(private readonly file: string) {}

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    let passed = 0
    // A module that fails to load, or an error outside of any test, is a failure that no test counts.
    let failed = unhandledErrors.length
    const skipped: { name: string, reason: string }[] = []
    for (const module of modules) {
      const before = failed
      for (const test of module.children.allTests()) {
        const result = test.result()
        if (result.state === 'passed') passed += 1
        else if (result.state === 'failed') failed += 1
        else {
          const reason = (result.state === 'skipped' && result.note) || 'no reason given'
          skipped.push({ name: `${relative(process.cwd(), module.moduleId)} > ${test.fullName}`, reason })
        }
      }
      if (module.state() === 'failed' && failed === before) failed += 1
    }
    mkdirSync(dirname(this.file), { recursive: true })
    writeFileSync(this.file, `${JSON.stringify({ passed, failed, skipped }, null, 2)}\n`)
    if (skipped.length === 0) return
    console.log(`Skipped tests (${skipped.length}):`)
    for (const { name, reason } of skipped) console.log(`  ${name}: ${reason}`)
  }
}
