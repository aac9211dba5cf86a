/** The WebAssembly engine's own promises: what is fused, what is updated in place, what is refused. */
import { describe, expect, test } from 'vitest'
import type { Node, Variable } from '../../src/core/index.js'
import { broadcastTo, constantArray, fill, grad, map, MyelinError, placeholder, reduce, scalar, variable } from '../../src/core/index.js'
import { referenceBackend } from '../../src/backends/reference/index.js'
import { wasmBackend } from '../../src/backends/wasm/index.js'
import {
  add, cast, concat, evaluate, exp, flip, gather, matmul, mul, neg, randomUniform, relu, reshape, slice, sub, sum, tanh, tensor, Tensor, transpose,
} from '../../src/ops/index.js'
import { RandomSource } from '../../src/core/random.js'

const floats = (n: number, f: (i: number) => number = (i) => i): Float32Array => Float32Array.from({ length: n }, (_, i) => f(i))
const compile = (variables: Variable[], outputs: Node[], updates: [Variable, Node][] = []) => {
  const session = wasmBackend.session(variables)
  return { session, program: session.compile({ outputs, updates }) }
}
const plus = (a: Node, b: Node): Node => map(scalar.add(scalar.arg(0), scalar.arg(1)), [a, b], a)

describe('fusion', () => {
  test('a dense layer is one kernel', () => {
    const x = variable('x', [2, 3], floats(6, (i) => i + 1)), w = variable('w', [3, 5], floats(15, (i) => i - 7))
    const b = variable('b', [5], floats(5, (i) => i + 1))
    const y = relu(add(matmul(new Tensor(x), new Tensor(w)), new Tensor(b)))
    const { program } = compile([x, w, b], [y.node])
    program.run()
    expect([...program.output(0)]).toEqual([0, 6, 13, 20, 27, 0, 0, 13, 29, 45])
    expect(program.explain()).toMatch(/^1 steps/)
  })

  test('a weight update is the epilogue of its gradient, and writes over the weight', () => {
    const x = variable('x', [4, 3], floats(12)), d = variable('d', [4, 2], floats(8)), w = variable('w', [3, 2], floats(6))
    const gradient = matmul(transpose(new Tensor(x)), new Tensor(d))
    const next = map(scalar.sub(scalar.arg(0), scalar.mul(scalar.arg(1), 0.5)), [w, gradient.node], w)
    const { session, program } = compile([x, d, w], [], [[w, next]])
    program.run([], 2)
    expect(program.explain()).toMatch(/^1 steps, 3 buffers, arena 0 bytes/)
    const g = [0, 1, 2].flatMap((r) => [0, 1].map((c) => [0, 1, 2, 3].reduce((sum, k) => sum + (3 * k + r) * (2 * k + c), 0)))
    expect([...session.read(w)]).toEqual(g.map((v, i) => i - v))
  })

  test('a loop is not drawn into one whose later part reads it in another order', () => {
    const a = exp(tensor([[1, 2], [3, 4], [5, 6]])), b = tanh(tensor([[1, 1], [2, 2], [3, 3]]))
    const p = add(sum(a, { axis: 1 }), reshape(slice(b, [null, 0], [null, 1]), [3])), q = mul(a, b)
    const both = (backend: typeof wasmBackend): number[][] => {
      const program = backend.session([]).compile({ outputs: [p.node, q.node] })
      program.run()
      return [0, 1].map((i) => Array.from(program.output(i)))
    }
    both(wasmBackend).flat().forEach((value, i) => expect(value).toBeCloseTo(both(referenceBackend).flat()[i]!, 3))
  })

  test('a product over nothing is zero, whatever would be packed', () => {
    const x = variable('x', [5, 0], floats(0)), w = variable('w', [0, 40], floats(0))
    const { program } = compile([x, w], [matmul(new Tensor(x), flip(new Tensor(w), 1)).node])
    program.run()
    expect([...program.output(0)]).toEqual(new Array(200).fill(0))
  })

  test('a chain of a thousand maps is several loops', () => {
    const x = variable('x', [5], floats(5))
    let y = new Tensor(x)
    for (let i = 0; i < 1000; i++) y = mul(add(y, 1), 1 - 1 / 128)
    const { program } = compile([x], [y.node])
    program.run()
    let expected = 4
    for (let i = 0; i < 1000; i++) expected = Math.fround(Math.fround(expected + 1) * (1 - 1 / 128))
    expect(program.output(0)[4]).toBe(expected)
  })

  test('two variables that swap are not updated in place one after the other', () => {
    const a = variable('a', [3], floats(3)), b = variable('b', [3], floats(3, (i) => 10 + i))
    const { session, program } = compile([a, b], [], [[a, b], [b, a]])
    program.run()
    expect([...session.read(a), ...session.read(b)]).toEqual([10, 11, 12, 0, 1, 2])
  })

  test('a product that overwrites its own operand reads the old values', () => {
    const a = variable('a', [2, 2], floats(4, (i) => i + 1))
    const { session, program } = compile([a], [], [[a, matmul(new Tensor(a), new Tensor(a)).node]])
    program.run()
    expect([...session.read(a)]).toEqual([7, 10, 15, 22])
  })

  test('a reversed copy of a variable into itself reads the old values', () => {
    const a = variable('a', [2, 3], floats(6))
    const { session, program } = compile([a], [], [[a, add(new Tensor(a), transpose(transpose(new Tensor(a)))).node]])
    program.run()
    expect([...session.read(a)]).toEqual([0, 2, 4, 6, 8, 10])
    const s = variable('s', [3, 3], floats(9))
    const second = compile([s], [], [[s, add(new Tensor(s), transpose(new Tensor(s))).node]])
    second.program.run()
    expect([...second.session.read(s)]).toEqual([0, 4, 8, 4, 8, 12, 8, 12, 16])
  })
})

describe('views of arrays that are put together', () => {
  const a = variable('a', [3, 2], floats(6, (i) => i + 1)), b = variable('b', [3, 4], floats(12, (i) => -i - 1))
  const joined = concat([new Tensor(a), new Tensor(b)], 1)
  const compute = (y: Tensor): { values: number[]; plan: string } => {
    const { program } = compile([a, b], [y.node])
    program.run()
    return { values: [...program.output(0)], plan: program.explain() }
  }
  const referenceOf = (y: Tensor): number[] => {
    const program = referenceBackend.session([a, b]).compile({ outputs: [y.node], updates: [] })
    program.run()
    return [...program.output(0)]
  }

  test('read the part that they see', () => {
    expect(compute(neg(slice(joined, [1, 3], [3, 5])))).toEqual({ values: [6, 7, 10, 11], plan: expect.stringMatching(/^1 steps/) as string })
    expect(compute(neg(slice(joined, [0, 1], [3, 2]))).plan).toMatch(/^1 steps/)
  })

  test('give the same elements wherever they begin and end, in steps, backwards and across parts', () => {
    for (const [rows, columns] of [[[0, 3], [0, 2]], [[1, 2], [1, 4]], [[0, 3], [2, 6]], [[2, 3], [5, 6]], [[0, 2], [2, 2]], [[1, 1], [0, 1]]] as const) {
      for (const step of [1, 2, -1]) {
        const ends = (axis: readonly [number, number]): readonly [number, number | null] =>
          step > 0 ? axis : [axis[1] - 1, axis[0] > 0 ? axis[0] - 1 : null]
        const [[r0, r1], [c0, c1]] = [ends(rows), ends(columns)]
        if (r0 < 0 || c0 < 0) continue
        const view = mul(slice(joined, [r0, c0], [r1, c1], [step, step]), 3)
        expect(compute(view).values, `${rows.join(':')}, ${columns.join(':')}, step ${step}`).toEqual(referenceOf(view))
        const turned = mul(reshape(transpose(slice(joined, [r0, c0], [r1, c1], [step, step])), [-1]), 3)
        expect(compute(turned).values).toEqual(referenceOf(turned))
      }
    }
    expect(compute(mul(reshape(joined, [6, 3]), 2)).values).toEqual(referenceOf(mul(reshape(joined, [6, 3]), 2)))
  })

  test('two of the same size do not become one', () => {
    expect(compute(sub(slice(joined, [0, 2], [3, 4]), slice(joined, [0, 4], [3, 6]))).values).toEqual([2, 2, 2, 2, 2, 2])
  })

  test('a gradient that is cut out of zeros is read where it is', () => {
    const x = variable('x', [8], floats(8)), w = variable('w', [3], floats(3, (i) => i + 1))
    const both = add(mul(slice(new Tensor(x), 1, 4), new Tensor(w)), slice(new Tensor(x), 5, 8))
    const [gradient] = grad(sum(both).node, [x])
    const { program } = compile([x, w], [[0, 1], [1, 4], [4, 5], [5, 8]].map(([from, to]) => neg(slice(new Tensor(gradient!), from!, to!)).node))
    program.run()
    expect([0, 1, 2, 3].map((i) => [...program.output(i)])).toEqual([[-0], [-1, -2, -3], [-0], [-1, -1, -1]])
    expect(program.explain()).not.toMatch(/join|unslice/)
  })

  test('a view that sees more than a part, or another shape, sees zeros beside it', () => {
    const column = variable('column', [6, 1], floats(6)), w = variable('w', [5, 1], floats(5, (i) => i + 1))
    const [gradient] = grad(sum(mul(slice(new Tensor(column), 3), slice(new Tensor(w), 1, 4))).node, [column])
    const { program } = compile([column, w], [neg(slice(new Tensor(gradient!), 2, 5)).node, neg(reshape(new Tensor(gradient!), [1, 6])).node])
    program.run()
    expect([...program.output(0)]).toEqual([-0, -2, -3])
    expect([...program.output(1)]).toEqual([-0, -0, -0, -2, -3, -4])
  })
})

describe('running', () => {
  test('bytes are gathered and scaled without a copy of their own', () => {
    const pictures = variable('pictures', [3, 5], Uint8Array.from({ length: 15 }, (_, i) => i * 17))
    const rows = gather(new Tensor(pictures), new Tensor(constantArray([2], Int32Array.from([2, 0]))))
    const y = map(scalar.mul(scalar.arg(0), 1 / 255), [cast(rows, 'float32').node], { shape: [2, 5], dtype: 'float32' })
    const { program } = compile([pictures], [y])
    program.run()
    expect(program.explain()).toMatch(/^1 steps/)
    const expected = [10, 11, 12, 13, 14, 0, 1, 2, 3, 4].map((i) => Math.fround(Math.fround(i * 17) * Math.fround(1 / 255)))
    expect([...program.output(0)]).toEqual(expected)
  })

  test('rows selected by two parts of one index, or from arrays of other types, are not mixed up', () => {
    const x = variable('x', [4], floats(4, (i) => 10 * i)), bytes = variable('bytes', [4], Uint8Array.of(1, 2, 3, 4))
    const at = variable('at', [4], Int32Array.of(3, 0, 2, 1))
    const index = new Tensor(at)
    const first = gather(new Tensor(x), slice(index, 0, 2)), second = gather(new Tensor(x), slice(index, 2, 4))
    const third = cast(gather(new Tensor(bytes), slice(index, 0, 2)), 'float32')
    const { program } = compile([x, bytes, at], [add(add(first, second), third).node])
    program.run()
    expect([...program.output(0)]).toEqual([30 + 20 + 4, 0 + 10 + 1])
  })

  test('a division of ints beside a matrix product has a loop of its own', () => {
    const x = variable('x', [2, 3], floats(6)), w = variable('w', [3, 5], floats(15)), step = variable('step', [], Int32Array.of(7))
    const product = matmul(new Tensor(x), new Tensor(w))
    const quotient = map(scalar.toFloat(scalar.div(scalar.arg(0, 'int'), 2)), [broadcastTo(step, [2, 5])], product.node)
    const { program } = compile([x, w, step], [add(product, new Tensor(quotient)).node])
    program.run()
    expect([...program.output(0)].slice(0, 2)).toEqual([25 + 3, 28 + 3])
    const fused = map(scalar.add(scalar.arg(0), scalar.toFloat(scalar.div(scalar.arg(1, 'int'), 2))),
      [product.node, broadcastTo(step, [2, 5])], product.node)
    const second = compile([x, w, step], [fused])
    second.program.run()
    expect([...second.program.output(0)].slice(0, 2)).toEqual([28, 31])
  })

  test('random numbers are those of the host\'s Philox', () => {
    const { program } = compile([], [randomUniform([3, 5], { seed: 42, path: 'dropout_1/mask' }).node])
    program.run()
    const source = new RandomSource(42, 'dropout_1/mask')
    expect([...program.output(0)]).toEqual(Array.from({ length: 15 }, () => (source.bits() >>> 8) * 2 ** -24))
  })

  test('long sums keep their digits', () => {
    const n = 1_000_003
    const values = floats(n, (i) => 1 + (i % 7) * 0.1)
    const x = variable('x', [n], values)
    const { program } = compile([x], [reduce('add', x, [0])])
    program.run()
    const exact = values.reduce((sum, v) => sum + v, 0)
    expect(Math.abs(program.output(0)[0]! - exact) / exact).toBeLessThan(5e-7)
  })

  test('long sums over axes that are apart keep their digits, and an Infinity stays one', () => {
    const values = floats(500 * 3 * 2000, (i) => ((i * 7919) % 1000) / 1000)
    const x = variable('x', [500, 3, 2000], values), y = variable('y', [3000], floats(3000, (i) => (i === 0 ? Infinity : 1)))
    const { program } = compile([x, y], [reduce('add', x, [0, 2]), reduce('add', y, [0])])
    program.run()
    const exact = [0, 0, 0]
    values.forEach((value, i) => (exact[Math.floor(i / 2000) % 3]! += value))
    program.output(0).forEach((value, i) => expect(Math.abs(value - exact[i]!) / exact[i]!).toBeLessThan(1e-6))
    expect(program.output(1)[0]).toBe(Infinity)
  })

  test('placeholders are fed anew, and outputs survive only their own program\'s run', () => {
    const p = placeholder('p', [3], 'float32')
    const session = wasmBackend.session([])
    const twice = session.compile({ inputs: [p], outputs: [plus(p, p)] })
    const other = session.compile({ outputs: [fill(1, { shape: [3], dtype: 'float32' })] })
    twice.run([floats(3)])
    expect([...twice.output(0)]).toEqual([0, 2, 4])
    other.run()
    expect([...other.output(0)]).toEqual([1, 1, 1])
    expect(() => twice.output(0)).toThrow(/has not run yet, or another/)
  })

  test('constants are there again after another program has used the memory', () => {
    const session = wasmBackend.session([])
    const c = constantArray([4], floats(4, (i) => i + 0.5))
    const first = session.compile({ outputs: [plus(c, c)] })
    const second = session.compile({ outputs: [fill(9, { shape: [64], dtype: 'float32' })] })
    for (let round = 0; round < 2; round++) {
      second.run()
      first.run()
      expect([...first.output(0)]).toEqual([1, 3, 5, 7])
    }
  })
})

describe('refusals', () => {
  const thrown = (run: () => unknown): MyelinError => {
    try {
      run()
    } catch (error) {
      if (error instanceof MyelinError) return error
      throw error
    }
    throw new Error('nothing was thrown')
  }

  test('an index out of range stops the run and names the step', () => {
    const table = variable('table', [3, 4], floats(12)), at = variable('at', [2], Int32Array.from([1, 3]))
    const { session, program } = compile([table, at], [broadcastTo(gather(new Tensor(table), new Tensor(at)).node, [2, 4])])
    expect(thrown(() => program.run())).toMatchObject({ code: 'data', message: 'an index is out of range in gather' })
    session.write(at, Int32Array.from([1, -1]))
    expect(thrown(() => program.run()).code).toBe('data')
    session.write(at, Int32Array.from([1, 2]))
    program.run()
    expect([...program.output(0)]).toEqual([4, 5, 6, 7, 8, 9, 10, 11])
  })

  test('memory is added up before it is taken', () => {
    const x = variable('x', [1], floats(1))
    const huge = { shape: [40_000, 40_000], dtype: 'float32' } as const
    const session = wasmBackend.session([x])
    const square = matmul(new Tensor(broadcastTo(x, [40_000, 1])), new Tensor(broadcastTo(x, [1, 40_000])))
    expect(square.shape).toEqual(huge.shape)
    expect(thrown(() => session.compile({ outputs: [square.node] }))).toMatchObject({
      code: 'memory', message: expect.stringMatching(/need 6400\d+ bytes, and WebAssembly memory ends at 4294901760/),
    })
  })

  test('a pass over more elements than it can count', () => {
    const x = variable('x', [1], floats(1))
    const session = wasmBackend.session([x])
    expect(thrown(() => session.compile({ outputs: [reduce('add', broadcastTo(x, [65_536, 65_536]), [0, 1])] }))).toMatchObject({
      code: 'memory', message: expect.stringMatching(/sum: \[65536, 65536\] has 4294967296 elements, and one pass goes over 2147483647/),
    })
  })

  test('a variable of another session, feeds of the wrong size or type', () => {
    const x = variable('x', [2], floats(2)), p = placeholder('p', [2], 'float32')
    const session = wasmBackend.session([])
    expect(thrown(() => session.compile({ outputs: [plus(x, x)] })).message).toMatch(/variable "x" does not belong/)
    const program = session.compile({ inputs: [p], outputs: [plus(p, p)] })
    expect(thrown(() => program.run([])).message).toBe('run: expected 1 arrays for the placeholders, received 0')
    expect(thrown(() => program.run([floats(3)])).message).toMatch(/"p" takes 2 float32 values \(\[2\]\), received 3 float32/)
    expect(thrown(() => program.run([new Float64Array(2)])).message).toMatch(/received 2 float64/)
  })
})

describe('releasing', () => {
  test('a session that gave its memory back says so, and the next one starts from its own values', () => {
    const a = variable('a', [1000], floats(1000))
    const first = wasmBackend.session([a])
    first.release()
    expect(first.bytes).toBe(0)
    expect(() => first.read(a)).toThrow(/has given its memory back/)
    const b = variable('b', [1000], floats(1000, (i) => -i))
    const second = wasmBackend.session([b])
    expect([...second.read(b)]).toEqual([...b.data])
  })

  test.each([[20, true], [100, false]])('%i MiB given back go to a small session: %s', (mebibytes, goes) => {
    const count = mebibytes * 2 ** 18
    const large = wasmBackend.session([variable('large', [count], floats(count))])
    const { bytes } = large
    expect(bytes).toBeGreaterThanOrEqual(mebibytes * 2 ** 20)
    large.release()
    const small = wasmBackend.session([variable('small', [10], floats(10))])
    expect(small.bytes === bytes).toBe(goes)
    small.release()
  })

  test('memory given back is left to sessions that work, not to one that lasts', () => {
    const values = variable('values', [2 ** 18], floats(2 ** 18))
    const first = wasmBackend.session([values])
    const { bytes } = first
    first.release()
    const small = variable('small', [10], floats(10))
    expect(wasmBackend.session([small], true).bytes).toBeLessThan(bytes)
    const working = wasmBackend.session([small])
    expect(working.bytes).toBe(bytes)
    working.release()
  })

  test('what evaluate needed goes to the next', async () => {
    await evaluate([sum(tensor(floats(2 ** 18)))], { backend: wasmBackend })
    const next = wasmBackend.session([variable('small', [10], floats(10))])
    expect(next.bytes).toBeGreaterThan(2 ** 20)
    next.release()
  })

  test('an update must have its variable\'s shape and type', () => {
    const a = variable('a', [2], floats(2)), b = variable('b', [3], floats(3))
    expect(() => wasmBackend.session([a, b]).compile({ updates: [[a, b]] }))
      .toThrow('update of variable "a": expected [2] float32, received [3] float32')
  })
})
