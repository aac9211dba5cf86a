/** What `npm start` and `npm test` need before node_modules exists: checks of Node, installing, running steps. */
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..')

const oldestNode = [20, 19]

/** Ends the process with one clear line when this Node is too old. */
export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return
  console.error(`Myelin needs Node ${oldestNode.join('.')} or newer; this is ${process.versions.node}.`)
  process.exit(1)
}

/** Runs a program in the repository root with this terminal's input and output; returns its exit status. */
export function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options })
  if (error) console.error(`${command}: ${error.message}`)
  return status ?? 1
}

/** Like `run`, but ends this process when the program fails. */
export function mustRun(command, args, options) {
  const status = run(command, args, options)
  if (status !== 0) process.exit(status)
}

/** Runs the JavaScript entry of an installed package's command, without a shell and without npx. */
export function mustRunTool(entry, args, options) {
  mustRun(process.execPath, [join(root, 'node_modules', entry), ...args], options)
}

/** Installs the locked dependencies when they are missing or older than package-lock.json. */
export function ensureInstalled() {
  const installed = join(root, 'node_modules', '.package-lock.json')
  const locked = join(root, 'package-lock.json')
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(locked).mtimeMs) return
  console.log('Installing dependencies (npm ci)')
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error']
  if (process.env.npm_execpath) mustRun(process.execPath, [process.env.npm_execpath, ...args])
  else mustRun('npm', args, { shell: process.platform === 'win32' })
}

/** Builds dist/ with tsdown. */
export function build() {
  mustRunTool('tsdown/dist/run.mjs', ['--log-level', 'warn'])
}
