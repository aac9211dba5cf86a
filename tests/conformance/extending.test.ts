/** The layer, the loss and the optimiser of docs/extending.md before the judges of the package's own. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, vi } from 'vitest'
import type { Factory, LayerFactory, LossFactory, StepOptimizer } from '../../src/nn/index.js'
import { codeBlocks } from '../support/markdown.js'
import { judgeLayer } from './harness/layer.js'
import { judgeLoss } from './harness/loss.js'
import { judgeOptimizer } from './harness/optimizer.js'

const folder = resolve('.cache', `extending-${process.pid}`)
mkdirSync(folder, { recursive: true })
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const parts: Record<string, unknown> = {}
const log = vi.spyOn(console, 'log').mockImplementation(() => {})
for (const { language, text, line } of codeBlocks(readFileSync('docs/extending.md', 'utf8'))) {
  if (language !== 'ts') continue
  const file = `${folder}/block-${line}.ts`
  writeFileSync(file, text.replaceAll("'myelin'", "'../../src/index.js'"))
  Object.assign(parts, await import(file))
}
log.mockRestore()

const { layerScale, pinball, adagradNorm } = parts
judgeLayer(layerScale as LayerFactory, { layerScale })
judgeLoss(pinball as LossFactory, { pinball })
judgeOptimizer(adagradNorm as Factory<StepOptimizer>, { adagradNorm })
