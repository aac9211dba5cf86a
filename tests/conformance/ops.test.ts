/** Every operation on its samples: shapes, gradients, and every backend against the reference interpreter. */
import { describe, expect, it } from 'vitest'
import type { FloatType, Node, Op, Sample } from '../../src/core/index.js'
import {
  apply, grad, isFloat, map, MyelinError, primitiveOps, RandomSource, reduce, scalar, sizeOf,
} from '../../src/core/index.js'
import * as ops from '../../src/ops/index.js'
import { backends, checkBackends } from './harness/backends.js'
import { checkGradients, randomArray, weightedSum } from './harness/gradients.js'
import { drawInputs } from './harness/samples.js'
import { multilinearKernels, unrolledKernels } from './harness/scale.js'
import { checkStructure } from './harness/structure.js'

const found = new Set<Op>(primitiveOps)
for (const value of Object.values(ops) as unknown[]) {
  if (typeof value === 'function' && 'op' in value) found.add(value.op as Op)
}
const all = [...found]

/** Samples up to this many elements also have the gradient of their gradient checked. */
const small = 16

interface Case {
  readonly node: Node
  readonly floats: readonly Node[]
  readonly values: ReturnType<typeof drawInputs>['values']
}

function caseOf(op: Op, sample: Sample<unknown>, index: number, float: FloatType): Case {
  const { nodes, values } = drawInputs(sample.inputs, float, `${op.name}/${index}`)
  const attrs: unknown = typeof sample.attrs === 'function' ? sample.attrs(float) : sample.attrs
  return { node: apply(op, nodes, attrs), floats: nodes.filter(({ dtype }) => isFloat(dtype)), values }
}

/** Whether gradients flow through this node at all. */
const differentiable = ({ node, floats }: Case): boolean =>
  !node.op.noGradient && isFloat(node.dtype) && floats.length > 0

const asScalar = (node: Node): Node => {
  const { shape } = node
  const float = isFloat(node.dtype) ? node : map(scalar.toFloat(scalar.arg(0, 'int')), [node], { shape, dtype: 'float32' })
  return reduce('add', float, shape.map((_, axis) => axis))
}

describe('the suite', () => {
  it('finds the operations by itself', () => {
    console.log(`conformance: ${all.length} operations, ${all.reduce((n, op) => n + op.samples.length, 0)} samples, ` +
      `backends: ${backends.map(({ name }) => name).join(', ')}`)
    expect(all.length).toBeGreaterThanOrEqual(80)
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length)
  })

  it('has a rule for the rounding error of every kernel', () => {
    const kernels = all.filter(({ body }) => body.kind === 'kernel').map(({ name }) => name)
    expect(kernels.filter((name) => !multilinearKernels.has(name) && !unrolledKernels.has(name))).toEqual([])
  })
})

for (const op of all) {
  describe(op.name, () => {
    it('has samples with an odd size, an axis of one and no rows', () => {
      const sizes = op.samples.flatMap((sample, i) =>
        [...sample.inputs.map(({ shape }) => shape), caseOf(op, sample, i, 'float32').node.shape].flat())
      expect({ odd: sizes.some((n) => n > 1 && n % 2 === 1), one: sizes.includes(1), zero: sizes.includes(0) })
        .toEqual({ odd: true, one: true, zero: true })
    })

    it.each(op.samples.map((sample, i) => [describeSample(sample), sample, i] as const))('%s', (_, sample, i) => {
      const wide = caseOf(op, sample, i, 'float64')
      checkStructure([wide.node])
      if (differentiable(wide)) {
        const elements = [...wide.floats, wide.node].reduce((sum, { shape }) => sum + sizeOf(shape), 0)
        checkGradients(wide.node, wide.floats, wide.values, { order: elements <= small ? 2 : 1 })
      } else if (op.noGradient && wide.floats.length > 0) {
        const refusal = catchError(() => grad(asScalar(wide.node), wide.floats))
        expect(refusal).toBeInstanceOf(MyelinError)
        expect(refusal).toMatchObject({ code: 'unsupported', message: expect.stringContaining(op.name) })
      }
      for (const float of ['float32', 'float64'] as const) {
        const one = float === 'float64' ? wide : caseOf(op, sample, i, float)
        const gradients = differentiable(one)
          ? grad(weightedSum(one.node, randomArray(one.node, new RandomSource(2, 'cotangents'))), one.floats) : []
        checkStructure(gradients)
        checkBackends({ outputs: [one.node, ...gradients] }, one.values)
      }
    })
  })
}

function describeSample({ inputs, attrs }: Sample<unknown>): string {
  const shapes = inputs.map(({ shape, dtype = 'float32' }) => `[${shape}]${dtype === 'float32' ? '' : ` ${dtype}`}`)
  const text = JSON.stringify(attrs)
  return `${shapes.join(' ')} ${text === '{}' || text === undefined ? '' : text}`.trim()
}

function catchError(run: () => unknown): unknown {
  try {
    return void run()
  } catch (error) {
    return error
  }
}
