/**
 * What a newcomer sees: pages whose commands are run one after another, as in an empty project that has Myelin
 * installed, and whose outputs are compared line by line. Times and speeds may differ, nothing else. When an output
 * changes on purpose, `UPDATE_GOLDEN=1 npx vitest run tests/transcripts.test.ts` writes the new one into the page.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandsOf, shownFiles, timeless } from './support/markdown.js'

const pages = ['docs/first-network.md', 'docs/three-tables.md']

describe.each(pages)('%s', (page) => {
  const text = readFileSync(page, 'utf8')
  const outputs = new Map<number, string>()
  let project: string

  beforeAll(() => {
    if (!existsSync('dist/cli/main.js')) throw new Error('dist/ is missing: npm run build')
    project = mkdtempSync(join(tmpdir(), 'myelin-project-'))
    mkdirSync(join(project, 'node_modules', '.bin'), { recursive: true })
    symlinkSync(resolve('bin/myelin.js'), join(project, 'node_modules', '.bin', 'myelin'))
    for (const file of shownFiles(text)) writeFileSync(join(project, file.name), file.text)
  })

  afterAll(() => {
    if (process.env.UPDATE_GOLDEN) writeFileSync(page, updated(text, outputs))
    rmSync(project, { recursive: true, force: true })
  })

  it.each(commandsOf(text))('line $line: $command', ({ command, line, shown }) => {
    const [npx, myelin, ...words] = command.split(' ')
    expect([npx, myelin]).toEqual(['npx', 'myelin'])
    const script = join(project, 'node_modules', '.bin', 'myelin')
    const { stdout, stderr, status } = spawnSync(process.execPath, [script, ...words], {
      cwd: project, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' },
    })
    expect(status, stderr + stdout).toBe(0)
    outputs.set(line, stdout + stderr)
    if (!process.env.UPDATE_GOLDEN) expect(timeless(stdout + stderr)).toBe(timeless(shown.join('\n')))
  })
})

/** The page with these outputs below the commands, which stand in the lines that are the keys. */
function updated(text: string, outputs: ReadonlyMap<number, string>): string {
  const commands = commandsOf(text)
  const lines = text.split('\n')
  for (const { line, shown } of commands.toReversed()) {
    const output = outputs.get(line)
    if (output !== undefined) lines.splice(line, shown.length, ...output.trimEnd().split('\n').map((l) => l.trimEnd()))
  }
  return lines.join('\n')
}

describe('the comparison', () => {
  it('overlooks times and speeds', () => {
    const quick = [
      'epoch  1/10  loss 0.7  5 samples/s  838 ms left', 'epoch 10/10  loss 0.3  8 samples/s', '',
      'Trained 10 epochs in 49 ms, 81,540 samples/s.',
    ]
    const slow = [
      'epoch  1/10  loss 0.7  1,000 samples/s  1 min 02 s left', 'epoch  3/10  loss 0.5  7 samples/s  9.0 s left',
      'epoch 10/10  loss 0.3', '', 'Trained 10 epochs in 1 min 02 s, 5 samples/s.',
    ]
    expect(timeless(slow.join('\n'))).toBe(timeless(quick.join('\n')))
  })

  it.each([
    ['a digit', 'loss 0.31'], ['a word', 'Loss 0.3'], ['a space', 'loss  0.3'], ['a line', 'loss 0.3\nmore'],
  ])('sees %s', (_, other) => expect(timeless(other)).not.toBe(timeless('loss 0.3')))
})
