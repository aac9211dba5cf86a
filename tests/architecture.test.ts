/** The shape of src/: imports go one way, families are exported whole, the core stays small. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  importsOf, importViolations, linesOf, powerViolations, type SourceFile, unexportedFiles, unfinishedViolations,
} from './support/architecture-rules.js'

/** The core is an hour's read. Raise this on purpose, in the commit that needs it. */
const coreLineCeiling = 1680

/** Folders in which adding a member is one file and one export line. */
const families = ['src/ops', 'src/nn/layers', 'src/nn/losses', 'src/nn/optimizers', 'src/train/callbacks']

const sources: SourceFile[] = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .map((path) => `src/${path.replaceAll('\\', '/')}`)
  .filter((path) => path.endsWith('.ts'))
  .map((path) => ({ path, text: readFileSync(path, 'utf8') }))

const file = (path: string, text: string): SourceFile => ({ path, text })

describe('src/', () => {
  it('imports only downwards, and Node and packages only where they belong', () => {
    expect(importViolations(sources)).toEqual([])
  })

  it('has no ** where engines must agree', () => {
    expect(powerViolations(sources)).toEqual([])
  })

  it('holds no notes of unfinished work', () => {
    expect(unfinishedViolations(sources)).toEqual([])
  })

  it('keeps the core small', () => {
    const lines = linesOf(sources, 'src/core')
    expect(lines, `src/core has ${lines} lines; the ceiling is ${coreLineCeiling}`).toBeLessThanOrEqual(coreLineCeiling)
  })

  it.each(families)('%s exports every file', (folder) => {
    expect(unexportedFiles(sources, folder)).toEqual([])
  })
})

describe('the rules', () => {
  it('see every form of import', () => {
    const text = [
      "import './a.js'", "import type { B } from './b.js'", "export * from './c.js'", "export { d } from './d.js'",
      "const e = await import('./e.js')", "type F = import('./f.js').F", "import g = require('./g.js')",
      "// import './comment.js'", "const text = \"import './string.js'\"",
    ].join('\n')
    expect(importsOf(file('src/core/x.ts', text)).map(({ specifier }) => specifier))
      .toEqual(['./a.js', './b.js', './c.js', './d.js', './e.js', './f.js', './g.js'])
  })

  it.each([
    ['src/core/a.ts', '../ops/b.js'], ['src/ops/a.ts', '../nn/b.js'], ['src/nn/a.ts', '../train/b.js'],
    ['src/train/a.ts', '../estimators/b.js'], ['src/estimators/a.ts', '../selection/b.js'],
    ['src/selection/a.ts', '../run/b.js'], ['src/run/a.ts', '../cli/b.js'], ['src/node/a.ts', '../cli/b.js'],
    ['src/nn/layers/a.ts', '../../train/b.js'], ['src/compile/a.ts', '../ops/b.js'],
    ['src/backends/wasm/a.ts', '../../nn/b.js'], ['src/formats/a.ts', '../nn/b.js'], ['src/data/a.ts', '../ops/b.js'],
    ['src/metrics/a.ts', '../ops/b.js'], ['src/figures/a.ts', '../metrics/b.js'], ['src/ops/a.ts', '../backends/b.js'],
    ['src/nn/a.ts', '../backends/b.js'], ['src/train/a.ts', '../backends/wasm/b.js'], ['src/index.ts', './cli/b.js'],
    ['src/index.ts', './node/b.js'], ['src/core/a.ts', '../index.js'], ['src/run/a.ts', '../node/b.js'],
    ['src/core/a.ts', '../../package.json'],
    ['src/data/a.ts', 'node:fs'], ['src/index.ts', 'node:fs'], ['src/core/a.ts', 'fflate'],
    ['src/data/a.ts', 'commander'], ['src/node/a.ts', 'picocolors'], ['src/train/a.ts', '@scope/name/deep'],
    ['src/misc/a.ts', './b.js'],
  ])('refuse %s importing %s', (path, specifier) => {
    expect(importViolations([file(path, `import type { X } from '${specifier}'`)])).toHaveLength(1)
  })

  it.each([
    ['src/ops/a.ts', '../core/b.js'], ['src/nn/layers/a.ts', '../../ops/b.js'], ['src/train/a.ts', '../metrics/b.js'],
    ['src/backends/wasm/a.ts', '../../compile/b.js'], ['src/formats/a.ts', '../core/b.js'],
    ['src/index.ts', './backends/b.js'], ['src/cli/a.ts', '../index.js'], ['src/cli/a.ts', '../node/b.js'],
    ['src/node/a.ts', '../run/b.js'], ['src/cli/a.ts', 'node:fs'], ['src/node/a.ts', 'node:fs'],
    ['src/formats/a.ts', 'fflate'], ['src/cli/a.ts', 'commander'],
  ])('accept %s importing %s', (path, specifier) => {
    expect(importViolations([file(path, `import '${specifier}'`)])).toEqual([])
  })

  it('refuse ** in code, not in comments, strings or the reference backend', () => {
    expect(powerViolations([file('src/nn/a.ts', 'a = b ** 2\na **= 2')])).toHaveLength(2)
    expect(powerViolations([file('src/nn/a.ts', "/** doc ** */ const s = 'a ** b'")])).toEqual([])
    expect(powerViolations([file('src/nn/a.ts', 'a = 2 ** 20 + 2 ** -20 + 2 ** b + 3 ** 2')])).toHaveLength(2)
    expect(powerViolations([file('src/backends/reference/a.ts', 'a = b ** 2')])).toEqual([])
  })

  it('refuse notes of unfinished work', () => {
    expect(unfinishedViolations([file('src/nn/a.ts', '// TODO: later\n// FIXME')])).toHaveLength(2)
    expect(unfinishedViolations([file('src/nn/a.ts', 'const mastodon = 1')])).toEqual([])
  })

  it('refuse a file that its family does not export', () => {
    const index = file('src/ops/index.ts', "export * from './a.js'")
    const family = [index, file('src/ops/a.ts', ''), file('src/ops/b.ts', '')]
    expect(unexportedFiles(family, 'src/ops')).toEqual(['src/ops/b.ts is not exported from src/ops/index.ts'])
    expect(unexportedFiles([file('src/ops/a.ts', '')], 'src/ops')).toEqual(['src/ops/index.ts is missing'])
    expect(unexportedFiles(family.slice(0, 2), 'src/ops')).toEqual([])
  })

  it('count lines as wc does', () => {
    expect(linesOf([file('src/core/a.ts', 'a\nb\n'), file('src/core/b/c.ts', 'd\n'), file('src/ops/e.ts', 'f\n')],
      'src/core')).toBe(3)
  })
})
