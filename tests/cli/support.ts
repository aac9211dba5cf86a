/** Runs the built command as its users do: as a process of its own. */

import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll } from 'vitest'

export const program = resolve('bin/myelin.js')
export const shared = resolve(process.env.MYELIN_SHARED ?? '../shared')

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A folder for the files of a test suite; commands run in it. */
export function temporaryFolder(): { readonly path: string } {
  const folder = { path: '' }
  beforeAll(async () => {
    if (!existsSync('dist/cli/main.js')) throw new Error('dist/cli/main.js is missing: npm run build')
    folder.path = await mkdtemp(join(tmpdir(), 'myelin-cli-'))
  })
  afterAll(() => rm(folder.path, { recursive: true }))
  return folder
}

/** @param whileRunning is given the process, to send it signals */
export function myelin(
  cwd: string, args: readonly string[],
  { environment = {}, whileRunning }: {
    environment?: Record<string, string>, whileRunning?: (child: ChildProcess) => void
  } = {},
): Promise<Ended> {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [program, ...args], {
      cwd, env: { PATH: process.env.PATH, LANG: 'C.UTF-8', ...environment },
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => { stdout += text })
    child.stderr.setEncoding('utf8').on('data', (text: string) => { stderr += text })
    child.on('error', failed).on('close', (code) => done({ code, stdout, stderr }))
    whileRunning?.(child)
  })
}

/** The last line of standard output as JSON, as `--json` promises it. */
export function lastLine(stdout: string): Record<string, unknown> {
  return JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as Record<string, unknown>
}
