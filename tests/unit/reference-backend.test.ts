/** The reference backend: sessions, programs, their errors, and the search for the first NaN. */
import { describe, expect, it } from 'vitest'
import type { Node, Spec } from '../../src/core/index.js'
import {
  broadcastTo, constantArray, fill, map, placeholder, reduce, scalar as s, variable, withScope,
} from '../../src/core/index.js'
import { firstNonFinite, referenceBackend, trace } from '../../src/backends/reference/index.js'

const float = (shape: number[]): Spec => ({ shape, dtype: 'float32' })
const unary = (f: (x: s.Scalar) => s.Scalar, x: Node): Node => map(f(s.arg(0)), [x], x)

describe('referenceBackend', () => {
  it('applies all updates together, from the old values', () => {
    const a = variable('a', [2], Float32Array.of(1, 2)), b = variable('b', [2], Float32Array.of(3, 4))
    const session = referenceBackend.session([a, b])
    const program = session.compile({ outputs: [a, map(s.add(s.arg(0), s.arg(1)), [a, b], a)], updates: [[a, b], [b, a]] })
    program.run([], 3)
    expect([...session.read(a)]).toEqual([3, 4])
    expect([...session.read(b)]).toEqual([1, 2])
    expect([...program.output(0)]).toEqual([1, 2])
    expect([...program.output(1)]).toEqual([4, 6])
    expect([...a.data]).toEqual([1, 2])
    session.write(a, Float32Array.of(7, 8))
    expect([...program.output(0)]).toEqual([1, 2])
    expect([...session.read(a)]).toEqual([7, 8])
    expect(session.bytes).toBe(16)
  })

  it('computes in float64 and rounds where values leave', () => {
    const x = placeholder('x', [1], 'float32')
    const there = unary((e) => s.add(e, 1e9), x)
    const program = referenceBackend.session([]).compile({ inputs: [x], outputs: [unary((e) => s.sub(e, 1e9), there), there] })
    program.run([Float32Array.of(0.5)])
    expect([...program.output(0)]).toEqual([0.5])
    expect([...program.output(1)]).toEqual([1e9])
  })

  it('reduces rows, columns and nothing at all', () => {
    const x = constantArray([2, 3], Int32Array.of(1, 5, 3, -4, 2, 0x7fff_ffff))
    const empty = constantArray([0, 2], new Float32Array())
    const program = referenceBackend.session([]).compile({
      outputs: [reduce('add', x, [0]), reduce('max', x, [1]), reduce('min', x, [0, 1]), reduce('add', empty, [0])],
    })
    program.run()
    expect([0, 1, 2, 3].map((i) => [...program.output(i)]))
      .toEqual([[-3, 7, 0x8000_0002 | 0], [5, 0x7fff_ffff], [-4], [0, 0]])
  })

  it('explains a program as a list of its nodes', () => {
    const x = placeholder('x', [3], 'float32'), w = variable('w', [], new Float32Array(1))
    const y = withScope('dense_1', () => map(s.mul(s.arg(0), s.arg(1)), [x, broadcastTo(w, [3])], x))
    const sum = reduce('add', y, [0])
    expect(referenceBackend.session([w]).compile({ inputs: [x], outputs: [y], updates: [[w, sum]] }).explain()).toBe([
      '%0 = placeholder "x"(): [3] float32',
      '%1 = variable "w"(): [] float32',
      '%2 = broadcastTo(%1): [3] float32  in dense_1',
      '%3 = map(%0, %2): [3] float32  in dense_1',
      '%4 = sum(%3): [] float32',
      'output 0 = %3',
      'variable "w" = %4',
    ].join('\n'))
  })

  it('names what is wrong with feeds, variables and updates', () => {
    const x = placeholder('x', [2], 'float32'), w = variable('w', [2], new Float32Array(2))
    const session = referenceBackend.session([])
    const program = session.compile({ inputs: [x], outputs: [x] })
    expect(() => program.run()).toThrow('run: expected 1 feeds, received 0')
    expect(() => program.run([Int32Array.of(1, 2)])).toThrow('run: placeholder "x": expected values of float32, received int32')
    expect(() => program.run([Float32Array.of(1)])).toThrow('run: placeholder "x": shape [2] has 2 elements, received 1 values')
    expect(() => program.output(0)).toThrow('has not run yet')
    expect(() => program.output(1)).toThrow('there are 1 outputs, received index 1')
    expect(() => session.read(w)).toThrow('variable "w" does not belong to this session')
    expect(() => session.compile({ outputs: [w] })).toThrow('variable "w" does not belong to this session')
    expect(() => referenceBackend.session([w]).compile({ updates: [[w, fill(0, float([3]))]] }))
      .toThrow('update of variable "w": expected [2] float32, received [3] float32')
    expect(() => referenceBackend.session([w]).write(w, new Float64Array(2)))
      .toThrow('variable "w": expected values of float32, received float64')
    expect(() => session.compile({ outputs: [x] }).run()).toThrow('placeholder "x" [2] has no value')
  })
})

describe('firstNonFinite', () => {
  const x = placeholder('x', [2], 'float32')
  const blame = (output: Node, ...values: number[]): string | undefined => {
    const node = firstNonFinite({ outputs: [output] }, new Map([[x, Float32Array.from(values)]]))
    return node && `${node.op.name} in ${node.scope}`
  }
  const inLayer = (name: string, f: (e: s.Scalar) => s.Scalar, input: Node): Node => withScope(name, () => unary(f, input))

  it('finds the operation that overflowed float32, though its result became NaN later', () => {
    const big = inLayer('first', s.exp, inLayer('zeroth', (e) => s.mul(e, 100), x))
    const later = inLayer('second', (e) => s.sub(e, e), big)
    expect(blame(reduce('add', later, [0]), 0, 1)).toBe('map in first')
    expect(blame(reduce('add', later, [0]), 0, 0.5)).toBeUndefined()
  })

  it('does not name what a select steps around, nor a mask', () => {
    const guarded = withScope('guard', () =>
      map(s.select(s.lt(0, s.arg(0)), s.arg(1), s.constant(0)), [x, inLayer('log', s.log, x)], x))
    expect(blame(guarded, 0, 1)).toBeUndefined()
    const masked = withScope('mask', () => map(s.add(s.arg(0), s.arg(1)), [x, fill(-Infinity, x)], x))
    expect(blame(inLayer('root', s.sqrt, masked), 1, 2)).toBe('map in root')
    expect(blame(masked, 1, 2)).toBeUndefined()
  })

  it('does not name an operation for what came in with the data', () => {
    expect(blame(inLayer('a', s.exp, x), NaN, 1)).toBeUndefined()
    expect(blame(inLayer('b', s.sqrt, inLayer('a', s.exp, x)), Infinity, 1)).toBeUndefined()
    expect(blame(inLayer('b', s.sqrt, x), -1, 1)).toBe('map in b')
  })

  it('looks at updates too, and traces values in their own data type', () => {
    const w = variable('w', [2], Float32Array.of(3e38, 1))
    const next = withScope('step', () => map(s.add(s.arg(0), s.arg(0)), [w], w))
    expect(firstNonFinite({ updates: [[w, next]] }, new Map())?.scope).toBe('step')
    expect(trace({ outputs: [next] }, new Map([[w, Float32Array.of(1, 0.1)]])).get(next)).toEqual(Float32Array.of(2, 0.2))
  })
})
