/**
 * docs/api says what the source says. After a change of a docstring, a signature or an option:
 * `UPDATE_GOLDEN=1 npx vitest run tests/api-reference.test.ts` writes the pages anew.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Reference } from '../scripts/api-reference.js'
import { apiReference } from '../scripts/api-reference.js'

const folder = join('docs', 'api')

/** The anchors that GitHub gives the headings of a page: equal ones are numbered. */
function headings(page: string): string[] {
  const plain = [...page.matchAll(/^#+ (.+)$/gm)]
    .map(([, text]) => text!.toLowerCase().replace(/[^\w -]/g, '').replaceAll(' ', '-'))
  return plain.map((anchor, i) => {
    const before = plain.slice(0, i).filter((other) => other === anchor).length
    return before === 0 ? anchor : `${anchor}-${before}`
  })
}

describe('docs/api', () => {
  let reference: Reference
  beforeAll(async () => {
    reference = await apiReference(process.cwd())
    if (!process.env.UPDATE_GOLDEN) return
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder)
    for (const [file, text] of reference.pages) writeFileSync(join(folder, file), text)
  }, 300_000)

  it('is up to date', () => {
    expect(readdirSync(folder).toSorted()).toEqual([...reference.pages.keys()].toSorted())
    const stale = [...reference.pages].filter(([file, text]) => readFileSync(join(folder, file), 'utf8') !== text)
    expect(stale.map(([file]) => file), 'UPDATE_GOLDEN=1 npx vitest run tests/api-reference.test.ts').toEqual([])
  })

  it('is the same wherever the files lie', () => {
    const paths = [...reference.pages].filter(([, text]) => text.includes('import("') || text.includes(process.cwd()))
    expect(paths.map(([file]) => file)).toEqual([])
  })

  it('links to headings that exist', () => {
    for (const [file, text] of reference.pages) {
      for (const [, page, anchor] of text.matchAll(/\]\(([\w.]*)#([\w-]+)\)/g)) {
        const there = headings(reference.pages.get(page || file) ?? '')
        expect(there, `${file}: ${page}#${anchor}`).toContain(anchor)
      }
    }
  })

  it('has a docstring for everything that the package exports', () => {
    expect(reference.undocumented).toEqual([])
  })
})
