/** Emits a plan as one module: a function per step, and `run(steps)` that calls them in order. */
import type { Buffer, KernelStep, Plan } from '../../compile/index.js'
import { ModuleWriter } from './encoder.js'
import type { Func } from './encoder.js'
import type { Target } from './emit.js'
import { emitPhilox } from './emit.js'
import { emitLoop } from './loops.js'
import { emitMatmul } from './matmul.js'
import { matmulScratch } from './product-shape.js'
import type { Emitter } from './scan.js'
import { emitScan, scanScratch } from './scan.js'
import { emitScatterAdd } from './scatter-add.js'

/** How this backend runs an operation with a kernel body. */
interface Kernel {
  readonly scratch?: (step: KernelStep) => number
  readonly emit: (step: KernelStep, target: Target, scratch: number, number: number) => Func
}
const kernels: Readonly<Record<string, Kernel>> = {
  matmul: { scratch: matmulScratch, emit: emitMatmul },
  scatterAdd: { emit: (step, target, _, number) => emitScatterAdd(step, target, number) },
  scan: {
    scratch: (step) => scanScratch(step, emitter),
    emit: (step, target, scratch, number) => emitScan(step, target, scratch, number, emitter),
  },
}

function kernelOf(step: KernelStep): Kernel {
  const kernel = kernels[step.op.name]
  if (!kernel) throw new Error(`no kernel for ${step.op.name}`)
  return kernel
}

/** What the kernels need beside the plan's buffers; one region, as steps run one after another. */
export const scratchBytes = ({ steps }: Plan): number =>
  steps.reduce((most, step) => Math.max(most, step.kind === 'kernel' ? kernelOf(step).scratch?.(step) ?? 0 : 0), 0)

/** A function for each step; steps within a step of the program go by its number. */
const emitSteps = ({ steps }: Pick<Plan, 'steps'>, target: Target, scratch: number, number: number | null): number[] =>
  steps.map((step, i) => {
    const own = number ?? i
    return (step.kind === 'loop' ? emitLoop(step, target, own) : kernelOf(step).emit(step, target, scratch, own)).index
  })

const emitter: Emitter = { scratchBytes, steps: emitSteps }

export function emitProgram({ steps }: Plan, address: (buffer: Buffer) => number, scratch: number): Uint8Array<ArrayBuffer> {
  const module = new ModuleWriter()
  const run = module.func(['i32'], [])
  let philox: number | undefined
  const target: Target = { module, address, status: 0, philox: () => (philox ??= emitPhilox(module)) }
  const calls = emitSteps({ steps }, target, scratch, null)
  run.begin('block')
  run.get(0)
  run.op('i32_eqz')
  run.branch('br_if', 0)
  run.begin('loop')
  for (const index of calls) run.call(index)
  run.get(0)
  run.i32(1)
  run.op('i32_sub')
  run.tee(0)
  run.branch('br_if', 0)
  run.end()
  run.end()
  module.export('run', run)
  return module.encode()
}
