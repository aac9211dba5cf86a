/** What the library costs a page or a cold start: ceilings that are raised on purpose, in the commit that needs it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import { beforeAll, describe, expect, it } from 'vitest'
import packageJson from '../package.json' with { type: 'json' }

/** Minified and gzipped bytes of everything that `myelin` exports, without the packages that it loads when asked for. */
const ceiling = 119_500

async function bundle(source: string): Promise<string> {
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
  const { output } = await build.generate({ format: 'esm', minify: true, codeSplitting: false })
  await build.close()
  return output[0].code
}

describe('dist/', () => {
  beforeAll(() => {
    if (!existsSync('dist/index.js')) throw new Error('dist/index.js is missing: npm run build')
  })

  it('index.js holds the whole library: it imports no other file and no package', () => {
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
    const bytes = gzipSync(await bundle(`export * from ${path}`)).length
    expect(bytes, `${bytes} bytes minified and gzipped; the ceiling is ${ceiling}`).toBeLessThanOrEqual(ceiling)
  })
})
