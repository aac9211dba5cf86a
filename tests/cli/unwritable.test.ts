/** Disks that are full and folders that cannot be written to: the old file stays whole, and one line says why. */

import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { myelin, program, temporaryFolder, type Ended } from './support.js'

const folder = temporaryFolder()
const file = (name: string): string => `${folder.path}/${name}`
const train = ['train', 'xor', '--epochs', '3', '--out', 'new.st']

const spawned = (command: string, args: readonly string[], options: object = {}): Ended => {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: folder.path, encoding: 'utf8', env: { PATH: process.env.PATH, LANG: 'C.UTF-8' }, ...options,
  })
  return { code: status, stdout, stderr }
}

/** Runs under a limit on the size of files, in KiB: writing beyond it fails as on a full disk. */
const limited = (kibibytes: number, args: readonly string[]): Ended =>
  spawned('bash', ['--norc', '-c', 'ulimit -f "$0" && exec "$@"', String(kibibytes), process.execPath, ...args])

const tooLarge = 'the file would be larger than the system allows'

beforeAll(async () => {
  const ended = await myelin(folder.path, ['train', 'xor', '--epochs', '4', '--out', 'old.st', '--csv-log', 'old.csv'])
  expect(ended.code).toBe(0)
  // what an interrupted training of this command would have left
  writeFileSync(file('keep.mjs'), `
    import { sequential, dense } from ${JSON.stringify(`${process.cwd()}/dist/index.js`)}
    import { backupAndRestore, modelCheckpoint } from ${JSON.stringify(`${process.cwd()}/dist/node/index.js`)}
    const [, , epochs, backup, checkpoint] = process.argv
    const model = sequential([dense({ units: 100 }), dense({ units: 1 })]).compile({ loss: 'mse' })
    await model.fit([[0, 0], [1, 2]], [1, 2], { epochs: Number(epochs), callbacks: [
      modelCheckpoint(checkpoint), backupAndRestore(backup, { deleteCheckpoint: false }),
    ] }).catch((error) => {
      console.error(error.message)
      process.exitCode = 1
    })`)
  expect(spawned(process.execPath, ['keep.mjs', '1', 'old.backup', 'old.model']).stderr).toBe('')
}, 30_000)

describe.skipIf(process.platform === 'win32')('a full disk', () => {
  it.each([
    ['model', 1, [...train, '--hidden', '200', '--out', 'old.st'], 'old.st'],
    ['log', 0, [...train, '--csv-log', 'old.csv'], 'old.csv'],
    ['predictions', 0, ['predict', 'old.st', 'rows.csv', '-o', 'old.csv'], 'old.csv'],
    ['backup', 0, [...train, '--backup', 'new.backup'], 'new.backup'],
    ['events', 0, [...train, '--tensorboard', 'events'], /events\.out\.tfevents/],
  ] as const)('leaves the old %s, and nothing of the new one', (_what, limit, args, name) => {
    writeFileSync(file('rows.csv'), 'x1,x2\n0,1\n')
    const before = new Map(readdirSync(folder.path, { withFileTypes: true }).filter((entry) => entry.isFile())
      .map((entry) => [entry.name, readFileSync(file(entry.name))]))
    const { code, stderr } = limited(limit, [program, ...args])
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: cannot write "[^"\n]*": [^\n]*\n$/)
    expect(stderr).toMatch(name)
    expect(stderr).toContain(tooLarge)
    for (const [own, bytes] of before) expect(readFileSync(file(own)).equals(bytes), own).toBe(true)
    const after = readdirSync(folder.path, { recursive: true, encoding: 'utf8' })
    expect(after.filter((entry) => !before.has(entry) && !/^events(\/train)?$/.test(entry))).toEqual([])
  })

  it('leaves the old backup and the old checkpoint', () => {
    for (const [backup, checkpoint, limit, name] of [
      ['old.backup', 'other.model', 0, 'other.model'], ['old.backup', 'old.model', 1, 'old.model'],
      ['old.backup', 'small.model', 4, 'old.backup'],
    ] as const) {
      const before = [readFileSync(file('old.backup')), readFileSync(file('old.model'))]
      const { code, stderr } = limited(limit, ['keep.mjs', '2', backup, checkpoint])
      expect(code).toBe(1)
      expect(stderr).toBe(`cannot write "${name}": ${tooLarge}\n`)
      expect([readFileSync(file('old.backup')), readFileSync(file('old.model'))]).toEqual(before)
      expect(readdirSync(folder.path).filter((entry) => entry.endsWith('.tmp'))).toEqual([])
    }
    // and with room again, training goes on
    expect(spawned(process.execPath, ['keep.mjs', '2', 'old.backup', 'old.model'])).toMatchObject({ code: 0, stderr: '' })
  })
})

/** No permission binds the superuser: the commands then run as nobody. */
const superuser = process.getuid?.() === 0
const asNobody = superuser ? { uid: 65534, gid: 65534 } : {}
const unreadable = superuser && spawnSync(process.execPath, [program, '--version'], asNobody).status !== 0
const reason = process.platform === 'win32' ? 'permission bits are of other systems'
  : unreadable ? 'the user nobody cannot read this folder' : undefined

describe.skipIf(reason !== undefined)(`a folder that cannot be written to${reason ? ` (skipped: ${reason})` : ''}`, () => {
  it.each([
    ['model', ['--out', 'locked/old.st'], 'error: --out: the folder '],
    ['log', ['--out', 'open/x.st', '--csv-log', 'locked/old.csv'], 'error: --csv-log: the folder '],
    ['backup', ['--out', 'open/x.st', '--backup', 'locked/old.backup'], 'error: --backup: the folder '],
    ['events', ['--out', 'open/x.st', '--tensorboard', 'locked/events'], 'error: cannot write "locked/events": permission denied'],
    ['events in it', ['--out', 'open/x.st', '--tensorboard', 'locked'], 'error: tensorBoard: the folder '],
  ])('is refused before training: %s', (_what, args, message) => {
    for (const name of ['locked', 'open']) if (!existsSync(file(name))) mkdirSync(file(name))
    for (const name of ['old.st', 'old.csv', 'old.backup']) {
      if (!existsSync(file(`locked/${name}`))) writeFileSync(file(`locked/${name}`), readFileSync(file(name)))
    }
    chmodSync(folder.path, 0o755)
    chmodSync(file('locked'), 0o555)
    if (superuser) chownSync(file('open'), 65534, 65534)
    const { code, stdout, stderr } = spawned(process.execPath, [program, 'train', 'xor', '--epochs', '3', ...args], asNobody)
    chmodSync(file('locked'), 0o755)
    expect(stderr.startsWith(message), stderr).toBe(true)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(code).toBe(1)
    expect(stdout).not.toContain('loss')
    for (const name of ['old.st', 'old.csv', 'old.backup']) {
      expect(readFileSync(file(`locked/${name}`)).equals(readFileSync(file(name)))).toBe(true)
    }
    expect(readdirSync(file('locked')).sort()).toEqual(['old.backup', 'old.csv', 'old.st'])
    expect(readdirSync(file('open'))).toEqual([])
  })
})
