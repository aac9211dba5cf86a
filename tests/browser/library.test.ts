/** The built library in a real browser. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OpenPage, openPage, whyNoBrowser } from './page.js'

const reason = whyNoBrowser()

describe('dist/ in Chromium', () => {
  let open: OpenPage | undefined

  beforeAll(async () => {
    if (reason === undefined) open = await openPage()
  })

  afterAll(async () => open?.close())

  it('is imported without an error and exports what Node sees', async (context) => {
    if (open === undefined) return context.skip(reason)
    const inBrowser = await open.run((library) => ({ names: Object.keys(library).toSorted(), isolated: crossOriginIsolated }))
    const files = ['../../dist/index.js', '../../dist/data/index.js', '../../dist/run/index.js']
    const inNode = await Promise.all(files.map(async (file) => Object.keys(await import(file))))
    expect(inBrowser.names).toEqual([...new Set(inNode.flat())].toSorted())
    expect(inBrowser.isolated).toBe(true)
    expect(open.problems).toEqual([])
  })
})
