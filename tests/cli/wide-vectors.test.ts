/** `--wide-vectors` and `--fused-vectors` with a command: what they train, and a word where this Node joins no vectors. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadModel } from '../../src/run/index.js'
import { myelin, temporaryFolder } from './support.js'

const folder = temporaryFolder()

describe('--wide-vectors', () => {
  it('trains the same network, fused almost the same', async () => {
    const weightsAfter = async (out: string, ...options: string[]) => {
      const { code, stderr } = await myelin(folder.path, ['train', 'iris', '--epochs', '30', '--json', '-o', out, ...options])
      expect(code).toBe(0)
      return { stderr, weights: loadModel(readFileSync(join(folder.path, out))).model.getWeights().map(({ data }) => data) }
    }
    const plain = await weightsAfter('plain.safetensors')
    const wide = await weightsAfter('wide.safetensors', '--wide-vectors')
    expect(wide.weights).toEqual(plain.weights)
    const joins = process.arch === 'x64' && process.versions.node.startsWith('24.')
    expect(wide.stderr.includes('joins no vectors')).toBe(!joins)
    expect(plain.stderr).not.toContain('joins no vectors')
    const fused = await weightsAfter('fused.safetensors', '--fused-vectors')
    expect(fused.stderr.includes('--fused-vectors: ')).toBe(!joins)
    if (joins) expect(fused.weights).not.toEqual(plain.weights)
    else expect(fused.weights).toEqual(plain.weights)
    fused.weights.forEach((values, i) => values.forEach((value, k) => expect(value).toBeCloseTo(plain.weights[i]![k]!, 3)))
  })
})
