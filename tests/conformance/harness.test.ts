/** The harness judged: operations that are wrong on purpose must be caught, and right ones must not. */
import { describe, expect, it } from 'vitest'
import type { Backend, Node, Op } from '../../src/core/index.js'
import { apply, map, placeholder, reduce, scalar as s, variable } from '../../src/core/index.js'
import { interpreter, referenceBackend } from '../../src/backends/reference/index.js'
import { checkBackends } from './harness/backends.js'
import { checkGradients } from './harness/gradients.js'
import { drawInputs } from './harness/samples.js'
import { scaleOf } from './harness/scale.js'
import { checkStructure } from './harness/structure.js'

const squareWith = (slope: number): Op => ({
  name: 'square',
  infer: ([x]) => x!,
  vjp: (grad, node) => [map(s.mul(s.mul(slope, s.arg(0)), s.arg(1)), [node.inputs[0]!, grad], grad)],
  body: { kind: 'map', expr: () => s.mul(s.arg(0), s.arg(0)) },
  samples: [],
})

/** The reference backend with its outputs and new variables changed. */
const wrongBackend = (change: (x: number) => number): Backend => ({
  name: 'wrong',
  session(variables) {
    const session = referenceBackend.session(variables)
    return {
      compile(spec) {
        const program = session.compile(spec)
        return {
          run: (feeds, steps) => program.run(feeds, steps),
          output: (i) => program.output(i).map(change),
          explain: () => program.explain(),
        }
      },
      read: (v) => session.read(v).map(change),
      write: (v, data) => session.write(v, data),
      bytes: 0,
      release: () => session.release(),
    }
  },
})

describe('checkGradients', () => {
  const { nodes: [x], values } = drawInputs([{ shape: [3, 5] }], 'float64', 'harness')

  it('accepts a right rule, and its gradient', () => {
    checkGradients(apply(squareWith(2), [x!], {}), [x!], values, { order: 2 })
  })

  it('catches a wrong rule, however small the mistake', () => {
    for (const slope of [3, 0, -2, 2.000001]) {
      expect(() => checkGradients(apply(squareWith(slope), [x!], {}), [x!], values)).toThrow(/gradient is wrong in \d+ elements/)
    }
  })

  it('catches a rule whose own gradient is wrong', () => {
    // 2 x written as x + a constant 2 x: right in value, half of it without a slope
    const half: Op = {
      ...squareWith(2),
      vjp: (grad, node) => [map(s.mul(s.add(s.arg(0), s.arg(1)), s.arg(2)), [node.inputs[0]!, apply(frozen, node.inputs, {}), grad], grad)],
    }
    const node = apply(half, [x!], {})
    checkGradients(node, [x!], values)
    expect(() => checkGradients(node, [x!], values, { order: 2 })).toThrow('wrong')
  })
  const frozen: Op = { ...squareWith(0), name: 'frozen', body: { kind: 'map', expr: () => s.arg(0) } }
})

describe('checkBackends', () => {
  const { nodes: [x], values } = drawInputs([{ shape: [3, 5] }], 'float32', 'harness')
  const y = map(s.exp(s.arg(0)), [x!], x!)

  it('accepts the reference backend', () => {
    checkBackends({ outputs: [y] }, values)
  })

  it('catches wrong outputs, within 4e-6 of the right ones', () => {
    expect(() => checkBackends({ outputs: [y] }, values, [wrongBackend((v) => v * (1 + 4e-6))]))
      .toThrow(/backend wrong: output 0: 15 of 15 elements differ/)
    expect(() => checkBackends({ outputs: [y] }, values, [wrongBackend(() => NaN)])).toThrow('differ')
  })

  it('catches wrong ints and wrong variables', () => {
    const ints = map(s.toInt(s.mul(10, s.arg(0))), [x!], { shape: x!.shape, dtype: 'int32' })
    expect(() => checkBackends({ outputs: [ints] }, values, [wrongBackend((v) => v + 1)])).toThrow('output 0')
    const w = variable('w', [3, 5], new Float32Array(15).fill(1))
    const next = map(s.sub(s.arg(0), s.arg(1)), [w, y], w)
    checkBackends({ updates: [[w, next]] }, values)
    expect(() => checkBackends({ updates: [[w, next]] }, values, [wrongBackend((v) => v * 1.0001)]))
      .toThrow('variable "w" (update 0)')
  })
})

describe('scaleOf', () => {
  const scaleAt = (node: Node, x: Node, values: number[]): number[] => {
    const scale = scaleOf(node)!
    return [...interpreter([scale])(new Map([[x, Float64Array.from(values)]])).get(scale)!]
  }
  const x = placeholder('x', [3], 'float64')

  it('is the size of a value that was made in one operation', () => {
    expect(scaleAt(map(s.exp(s.arg(0)), [x], x), x, [0, -50, 1])).toEqual([1, 1, 1].map((_, i) => 2 * Math.exp([0, -50, 1][i]!)))
  })

  it('is the sum of the terms where they cancel', () => {
    const [scale] = scaleAt(reduce('add', x, [0]), x, [1e8, 1, -1e8])
    expect(scale).toBe(2e8 + 2)
    const inside = map(s.sub(s.add(s.arg(0), 1e8), 1e8), [x], x)
    expect(scaleAt(inside, x, [1, 2, 3])[0]).toBeCloseTo(1e8, -1)
  })

  it('carries errors on through derivatives', () => {
    const sum = map(s.sub(s.add(s.arg(0), 1e8), 1e8), [x], x)
    const [scale] = scaleAt(map(s.mul(1000, s.arg(0)), [sum], sum), x, [1, 2, 3])
    expect(scale! / 1e11).toBeCloseTo(1, 1)
  })

  it('knows that the square of an error is no exact 0', () => {
    const noise = map(s.sub(s.add(s.arg(0), 1e8), 1e8), [x], x)
    expect(scaleAt(map(s.mul(s.arg(0), s.arg(0)), [noise], noise), x, [0, 0, 0])[0]).toBeGreaterThan(1e8)
  })

  it('is nothing for what is only moved', () => {
    expect(scaleOf(x)).toBeNull()
    expect(scaleOf(reduce('max', x, [0]))).toBeNull()
  })
})

describe('checkStructure', () => {
  const x = placeholder('x', [2, 3], 'float32')

  it('catches a view whose layout leaves its input', () => {
    const op: Op = {
      name: 'beyond',
      infer: ([input]) => input!,
      body: { kind: 'view', layout: (input) => ({ ...input, offset: 1 }) },
      samples: [],
    }
    expect(() => checkStructure([apply(op, [x], {})])).toThrow('beyond [2, 3]: a layout that reaches element 6 of 6')
  })

  it('catches a placement that overlaps', () => {
    const op: Op = {
      name: 'twice',
      infer: ([input]) => input!,
      body: { kind: 'place', fill: 0, layouts: (output) => [output, output] },
      samples: [],
    }
    expect(() => checkStructure([apply(op, [x, x], {})])).toThrow('twice [2, 3]: input 1 overlaps another at element 0')
  })
})

describe('drawInputs', () => {
  it('keeps away from what is avoided and draws the same numbers in both float types', () => {
    const input = { shape: [50], range: [-1, 1], avoid: [0, 1] } as const
    const single = drawInputs([input], 'float32', 'draw'), double = drawInputs([input], 'float64', 'draw')
    const numbers = [...single.values.get(single.nodes[0]!)!]
    expect([...double.values.get(double.nodes[0]!)!]).toEqual(numbers)
    expect(numbers.every((v) => v >= -1 && Math.abs(v) >= 0.0499 && v <= 0.9501)).toBe(true)
    expect(new Set(numbers).size).toBe(50)
  })
})
