/** Every wrong input that has a name: the files beside this one export `cases`, and each must end in its message. */
import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { MyelinError } from '../../src/core/errors.js'
import type { BadInput } from './bad-input.js'

const files = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && name !== 'bad-input.ts')

/** How many named cases there are at least; raise it with new ones. */
const least = 60

const suites = await Promise.all(files.map(async (name) => {
  const module = await import(/* @vite-ignore */ `./${name}`) as { cases?: readonly BadInput[] }
  return { name, cases: module.cases ?? [] }
}))

describe.each(suites)('$name', ({ cases }) => {
  it('has cases, each with its own name', () => {
    expect(cases.length).toBeGreaterThan(0)
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length)
  })

  it.each(cases.map((one) => [one.name, one] as const))('%s', async (_, { run, code, message }) => {
    let thrown: unknown
    try {
      await run()
    } catch (error) {
      thrown = error
    }
    expect(thrown, 'nothing was thrown').toBeInstanceOf(MyelinError)
    const error = thrown as MyelinError
    expect(error.message).toMatch(message)
    expect(error.code).toBe(code)
    expect(error.message, 'a message is one line').not.toContain('\n')
  })
})

it('there are many', () => {
  expect(suites.reduce((sum, { cases }) => sum + cases.length, 0)).toBeGreaterThanOrEqual(least)
})
