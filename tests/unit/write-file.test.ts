import { spawn } from 'node:child_process'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { readFileChecked, removeFile, writeFileAtomic } from '../../src/node/write-file.js'

/** Set to make the next write, sync or rename fail as a broken disk would. */
const broken = vi.hoisted(() => ({ step: '', code: '' }))

vi.mock('node:fs/promises', async importOriginal => {
  const real = await importOriginal<typeof fs>()
  const failing = (step: string): void => {
    if (broken.step === step) throw Object.assign(new Error('broken'), { code: broken.code })
  }
  return {
    ...real,
    open: async (path: string, flags: string) => {
      failing('open')
      const handle = await real.open(path, flags)
      for (const step of ['writeFile', 'sync'] as const) {
        const method = handle[step].bind(handle) as (...values: unknown[]) => Promise<void>
        Object.assign(handle, { [step]: async (...values: unknown[]) => {
          failing(step)
          await method(...values)
        } })
      }
      return handle
    },
    rename: async (from: string, to: string) => {
      failing('rename')
      await real.rename(from, to)
    },
    readFile: async (path: string) => {
      failing('readFile')
      return real.readFile(path)
    },
  }
})

let folder = ''
const text = (value: string): Uint8Array => new TextEncoder().encode(value)

beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'myelin-'))
})

afterEach(async () => {
  broken.step = ''
  await fs.rm(folder, { recursive: true })
})

describe('writeFileAtomic', () => {
  it('writes a new file and replaces an old one, leaving nothing else', async () => {
    const path = join(folder, 'model.safetensors')
    await writeFileAtomic(path, text('one'))
    await writeFileAtomic(path, text('two'))
    expect(await readFileChecked(path)).toEqual(text('two'))
    expect(await fs.readdir(folder)).toEqual(['model.safetensors'])
  })

  it('writes one of the contents when two writers meet', async () => {
    const path = join(folder, 'model')
    await Promise.all(['one', 'two', 'three'].map(value => writeFileAtomic(path, text(value.repeat(10_000)))))
    expect((await readFileChecked(path)).length % 10_000).toBe(0)
    expect(await fs.readdir(folder)).toEqual(['model'])
  })

  it('follows a symbolic link', async () => {
    await fs.writeFile(join(folder, 'real'), 'old')
    await fs.symlink('real', join(folder, 'link'))
    await writeFileAtomic(join(folder, 'link'), text('new'))
    expect(await fs.readFile(join(folder, 'real'))).toEqual(Buffer.from('new'))
    expect((await fs.lstat(join(folder, 'link'))).isSymbolicLink()).toBe(true)
  })

  it.each([
    ['open', 'EACCES', 'permission denied'], ['open', 'EROFS', 'the file system is read-only'],
    ['writeFile', 'ENOSPC', 'the disk is full'], ['sync', 'EDQUOT', 'the disk quota is used up'],
    ['rename', 'EPERM', 'permission denied'], ['writeFile', 'EIO', 'EIO: broken'],
  ])('leaves the old file and nothing else when %s fails with %s', async (step, code, reason) => {
    const path = join(folder, 'model')
    await fs.writeFile(path, 'old')
    Object.assign(broken, { step, code })
    await expect(writeFileAtomic(path, text('new'))).rejects.toMatchObject(
      { code: 'file', message: `cannot write ${JSON.stringify(path)}: ${reason}` })
    broken.step = ''
    expect(await fs.readFile(path)).toEqual(Buffer.from('old'))
    expect(await fs.readdir(folder)).toEqual(['model'])
  })

  it('refuses folders, devices, and paths that lead nowhere', async () => {
    await fs.writeFile(join(folder, 'file'), '')
    await expect(writeFileAtomic(folder, text(''))).rejects.toThrow('it is a folder; name a file in it')
    await expect(writeFileAtomic('/dev/null', text(''))).rejects.toThrow('it is not a regular file')
    await expect(writeFileAtomic(join(folder, 'no', 'x'), text(''))).rejects.toThrow('no such file or folder')
    await expect(writeFileAtomic(join(folder, 'file', 'x'), text(''))).rejects.toThrow('a part of the path is a file')
    await expect(writeFileAtomic(join(folder, 'x'.repeat(300)), text(''))).rejects.toThrow('the name is too long')
    expect(await fs.readdir(folder)).toEqual(['file'])
  })
})

describe('what killed processes left', () => {
  const child = fileURLToPath(new URL('../support/killed-writer.mjs', import.meta.url))
  /** The temporary file of a process that is killed within its write. */
  const leave = async (path: string): Promise<string> => {
    const before = new Set(await fs.readdir(folder))
    const process = spawn(globalThis.process.execPath, [child, path])
    await new Promise((resolve) => process.stdout.once('data', resolve))
    process.kill('SIGKILL')
    await new Promise((resolve) => process.once('close', resolve))
    const [name, ...others] = (await fs.readdir(folder)).filter((entry) => !before.has(entry))
    expect(others).toEqual([])
    return name!
  }

  it('goes with the next write of the same file, or its removal', async () => {
    const name = await leave(join(folder, 'model'))
    expect(name).toMatch(/^\.model\..*\.tmp$/)
    await fs.writeFile(join(folder, '.model.mine.tmp'), 'of somebody else')
    await writeFileAtomic(join(folder, 'model'), text('new'))
    expect((await fs.readdir(folder)).sort()).toEqual(['.model.mine.tmp', 'model'])
    await leave(join(folder, 'other'))
    await removeFile(join(folder, 'other'))
    await removeFile(join(folder, 'other'))
    expect((await fs.readdir(folder)).sort()).toEqual(['.model.mine.tmp', 'model'])
  })

  it('stays where the process lives, or was on another computer', async () => {
    const name = await leave(join(folder, 'model'))
    const living = name.replace(/-\d+-/, `-${process.ppid}-`)
    const elsewhere = name.replace('.model.', '.model.elsewhere')
    const otherThread = name.replace(/-\d+-\d+-/, `-${process.pid}-999999-`)
    for (const kept of [living, elsewhere, otherThread]) await fs.copyFile(join(folder, name), join(folder, kept))
    await writeFileAtomic(join(folder, 'model'), text('new'))
    expect((await fs.readdir(folder)).sort()).toEqual([living, elsewhere, otherThread, 'model'].sort())
  })
})

describe('readFileChecked', () => {
  it('says why a file cannot be read', async () => {
    const path = join(folder, 'file')
    await fs.writeFile(path, 'hello')
    await expect(readFileChecked(join(folder, 'no'))).rejects.toThrow(/^cannot read ".*no": there is no such file/)
    await expect(readFileChecked(folder)).rejects.toThrow('it is a folder; name a file in it')
    await expect(readFileChecked('/dev/zero')).rejects.toThrow('it is not a regular file')
    await expect(readFileChecked(path, { maxBytes: 4 })).rejects.toThrow('it has 5 bytes, at most 4 are read')
    await expect(readFileChecked('a\0b')).rejects.toMatchObject({ code: 'file' })
    Object.assign(broken, { step: 'readFile', code: 'EACCES' })
    await expect(readFileChecked(path)).rejects.toThrow('permission denied')
  })
})
