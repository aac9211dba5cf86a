/** What the library costs a page or a cold start: ceilings that are raised on purpose, in the commit that needs it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import { beforeAll, describe, expect, it } from 'vitest'
import packageJson from '../package.json' with { type: 'json' }

/**
 * Minified and gzipped bytes of everything that `myelin` exports, without the packages that it loads when asked for: what
 * importing it reads, and with what it loads of its own when a network is first trained.
 */
const ceilings = { imported: 112_700, all: 132_600 }

/** The files that importing `source` reads, and those that it may load later. */
async function bundle(source: string): Promise<{ readonly imported: string, readonly later: string }> {
  const build = await rolldown({
    input: 'virtual:entry.js',
    platform: 'browser',
    external: Object.keys(packageJson.dependencies),
    plugins: [{
      name: 'entry',
      resolveId: (id) => id === 'virtual:entry.js' ? id : null,
      load: (id) => id === 'virtual:entry.js' ? source : null,
    }],
  })
  const { output: [entry, ...others] } = await build.generate({ format: 'esm', minify: true })
  await build.close()
  const chunks = new Map([entry, ...others].flatMap((file) => file.type === 'chunk' ? [[file.fileName, file] as const] : []))
  const read = new Set([entry.fileName])
  for (const name of read) for (const next of chunks.get(name)!.imports) if (chunks.has(next)) read.add(next)
  const code = (imported: boolean): string =>
    [...chunks.values()].filter(({ fileName }) => read.has(fileName) === imported).map((chunk) => chunk.code).join('')
  return { imported: code(true), later: code(false) }
}

describe('dist/', () => {
  beforeAll(() => {
    if (!existsSync('dist/index.js')) throw new Error('dist/index.js is missing: npm run build')
  })

  it('index.js holds all that importing the library reads: no other file and no package', () => {
    expect(readFileSync('dist/index.js', 'utf8')).not.toMatch(/^(import\b|export\b.*\bfrom\b)/m)
  })

  it('holds every module once', () => {
    const seen = new Map<string, string>()
    const files = readdirSync('dist', { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.js') && existsSync(`dist/${file}.map`))
    for (const file of files) {
      const { sources } = JSON.parse(readFileSync(`dist/${file}.map`, 'utf8')) as { sources: string[] }
      for (const source of sources) {
        const module = /(src\/.*\.ts)$/.exec(source)?.[1]
        if (module === undefined) continue
        expect(seen.get(module), `${module} is in two files`).toBeUndefined()
        seen.set(module, file)
      }
    }
    expect(seen.get('src/index.ts')).toBe('index.js')
  })

  it('keeps apart an operation and a function inside that has the same name', async () => {
    // the library exports the operation `sum`; the metrics add numbers up by a `sum` of their own
    const { cohenKappaScore } = await import(`${process.cwd()}/dist/metrics/index.js`) as
      { cohenKappaScore(a: readonly number[], b: readonly number[]): number }
    expect(cohenKappaScore([0, 0, 1, 1], [0, 1, 1, 1])).toBe(0.5)
    const { sum } = await import(`${process.cwd()}/dist/index.js`) as { sum: { readonly op?: object } }
    expect(sum.op).toBeDefined()
  })

  it('index.js stays small', async () => {
    const path = JSON.stringify(`${process.cwd()}/dist/index.js`)
    const { imported, later } = await bundle(`export * from ${path}`)
    const bytes = { imported: gzipSync(imported).length, all: gzipSync(imported + later).length }
    expect(later).not.toBe('')
    expect(bytes.imported).toBeLessThanOrEqual(ceilings.imported)
    expect(bytes.all).toBeLessThanOrEqual(ceilings.all)
  })
})
