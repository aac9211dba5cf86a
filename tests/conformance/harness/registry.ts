/** Registries: that every file is exported, and every factory found under its own name. */
import { readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { Factory, Registry } from '../../../src/nn/index.js'
import { factories } from '../../../src/nn/index.js'

/** Tests that a folder's index exports every file, and that each export is a factory of its own name. */
export function checkRegistry(folder: string, registry: Registry): void {
  it('exports every file', () => {
    const files = readdirSync(folder).filter((file) => file.endsWith('.ts') && file !== 'index.ts')
    const plain = (name: string): string => name.replaceAll('-', '').toLowerCase()
    const names = new Set(Object.keys(registry).map(plain))
    expect(files.filter((file) => !names.has(plain(file.slice(0, -3))))).toEqual([])
  })

  it('holds factories under their own names', () => {
    for (const [name, value] of Object.entries(registry)) {
      expect(factories(registry)).toContain(value)
      expect((value as Factory).kind).toBe(name)
    }
  })
}

/** Tests that declared options explain themselves, and that unknown and wrong ones are refused. */
export function checkOptions(factory: Factory, valid: Readonly<Record<string, unknown>>): void {
  const make = (options: unknown): unknown => (factory as (options: unknown) => unknown)(options)

  it('explains each option', () => {
    for (const [name, { help, allowed }] of Object.entries(factory.parameters)) {
      expect(help.length, name).toBeGreaterThan(10)
      expect(allowed.length, name).toBeGreaterThan(3)
    }
  })

  it('refuses unknown and wrong options', () => {
    expect(() => make({ ...valid, nonsense: 1 })).toThrow(`${factory.kind}: unknown option "nonsense"`)
    expect(() => make(7)).toThrow(`${factory.kind}: expected an object of options, received 7`)
    for (const [name, { allowed }] of Object.entries(factory.parameters)) {
      expect(() => make({ ...valid, [name]: new Date(0) }), name).toThrow(factory.kind)
      expect(() => make({ ...valid, [name]: '' }), `${name}: ${allowed}`).toThrow(name)
    }
  })
}
