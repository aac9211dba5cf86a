/** `myelin inspect --surrogate`: a model's rules and how far they can be believed. */
import { describe, expect, it } from 'vitest'
import { myelin, temporaryFolder } from './support.js'

const folder = temporaryFolder()

describe('myelin inspect --surrogate', () => {
  it('prints rules in the columns of the data, and their fidelity', async () => {
    const trained = await myelin(folder.path, ['train', 'iris', '--out', 'iris.safetensors'])
    expect(trained.code, trained.stderr).toBe(0)
    const { code, stdout, stderr } = await myelin(folder.path, ['inspect', 'iris.safetensors', '--surrogate', 'iris', '--depth', '2'])
    expect(code, stderr).toBe(0)
    const [rules] = /\|--- petal_\w+ <= [0-5]\.\d{3}\n(\|.*\n)+/.exec(stdout)!
    expect(rules).toContain('class: setosa')
    expect(rules).not.toContain('|   |   |   |---')
    expect(stdout).toMatch(/Fidelity (9\d\.\d|100\.0) %: on 45 rows that it was not grown from/)
    for (const [words, message] of [
      [['--surrogate', 'iris', '--depth', '0'], '--depth: expected a whole number, at least 1, received "0"'],
      [['--depth', '2'], '--depth is for the tree of --surrogate DATA'],
      [['--surrogate', 'irsi'], '"irsi" is neither a file nor a data set'],
      [['--surrogate', 'wine'], 'missing columns'],
    ] as const) {
      const refused = await myelin(folder.path, ['inspect', 'iris.safetensors', ...words])
      expect(refused.stderr).toContain(message)
      expect(refused.code).toBe(1)
    }
  }, 60_000)

  it('tells R² of numbers', async () => {
    const trained = await myelin(folder.path, ['train', 'diabetes', '--epochs', '20', '--out', 'diabetes.safetensors'])
    expect(trained.code, trained.stderr).toBe(0)
    const { stdout } = await myelin(folder.path, ['inspect', 'diabetes.safetensors', '--surrogate', 'diabetes'])
    expect(stdout).toMatch(/Fidelity 0\.\d{4}: R² of the tree's numbers to the model's, on 133 rows/)
    expect(stdout).toMatch(/value: \[\d{2,3}\.\d{3}\]/)
  }, 60_000)
})
