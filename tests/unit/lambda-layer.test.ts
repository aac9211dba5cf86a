/** The layer of a function of one's own: it computes, it learns, and no file holds it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Callback, Tensor } from '../../src/index.js'
import { dense, input, lambda, layers, Model, model, relu, sequential, tensor } from '../../src/index.js'
import { backupAndRestore, modelCheckpoint } from '../../src/node/index.js'
import { readRun } from '../../src/run/index.js'

const x = [[1, -2], [0.5, 3]]
const withLambda = (): Model => sequential(
  [dense({ units: 3 }), lambda({ function: (h) => relu(h).add(1), name: 'mine' }), dense({ units: 1 })],
  { inputShape: [2], dtype: 'float64', seed: 1 },
).compile({ optimizer: { name: 'sgd', learningRate: 0.1 }, loss: 'mse' })
const advice = 'lambda: its function is code, which neither files nor JSON hold; declare the layer by defineLayer, which gives '
  + 'it a name, and read it with customObjects'

describe('lambda', () => {
  it('computes what its function says, of one tensor or several', async () => {
    const one = sequential([lambda({ function: (a) => a.mul(a) })], { inputShape: [2] })
    expect([...(await one.predict(x)).data]).toEqual([1, 4, 0.25, 9])
    const [a, b] = [input({ shape: [2] }), input({ shape: [2] })]
    const two = model({ inputs: [a, b], outputs: lambda({ function: (p, q) => p!.sub(q!) }).apply([a, b]) })
    expect([...(await two.predict([x, [[1, 1], [1, 1]]])).data]).toEqual([0, -3, -0.5, 2])
  })

  it('trains as the layers do that compute the same, to the bit', async () => {
    const own = withLambda()
    const known = sequential([dense({ units: 3 }), layers.relu(), layers.rescaling({ scale: 1, offset: 1 }), dense({ units: 1 })],
      { inputShape: [2], dtype: 'float64', seed: 1 }).compile({ optimizer: { name: 'sgd', learningRate: 0.1 }, loss: 'mse' })
    const y = [[1], [2]]
    for (const network of [own, known]) await network.fit(x, y, { epochs: 5 })
    expect(own.getWeights().map(({ data }) => [...data])).toEqual(known.getWeights().map(({ data }) => [...data]))
    expect(own.summary()).toMatch(/^mine +lambda +\[batch, 3\] +0 +0$/m)
  })

  it('is not written, and the message says what to do', async () => {
    const network = withLambda()
    for (const write of [() => network.save(), () => network.toJSON(), () => JSON.stringify(network)]) {
      expect(write).toThrow(advice)
      expect(write).toThrow(expect.objectContaining({ code: 'unsupported' }))
    }
    const folder = await mkdtemp(join(tmpdir(), 'myelin-lambda-'))
    try {
      const fit = (callback: Callback): unknown => network.fit(x, [[1], [2]], { epochs: 1, callbacks: [callback] })
      await expect(fit(modelCheckpoint(join(folder, 'best.safetensors')))).rejects.toThrow(advice)
      // whose code goes on with it has the function
      await expect(fit(backupAndRestore(join(folder, 'backup')))).resolves.toMatchObject({ stopped: 'completed' })
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('is not read, whatever stands in a file', () => {
    for (const entry of [{ layer: 'lambda', function: '(x) => x' }, { layer: 'lambda' }]) {
      expect(() => Model.fromJSON({ layers: [entry] })).toThrow('layers: unknown layer "lambda"')
      expect(() => readRun({ data: { source: 'iris', target: 'species' }, network: [entry] })).toThrow('unknown layer "lambda"')
    }
    const custom = { customObjects: { lambda } }
    expect(() => Model.fromJSON({ layers: [{ layer: 'lambda', function: '(x) => x' }] }, custom)).toThrow(
      'lambda: function must be a function of tensors, such as (x) => x.square(), received "(x) => x"')
  })

  it.each<[string, () => unknown, string]>([
    ['no function', () => lambda({} as never), 'lambda: the option "function" is missing'],
    ['a text', () => lambda({ function: 'x => x' as never }), 'lambda: function must be a function of tensors'],
    ['a function that gives numbers', () => sequential([lambda({ function: () => 3 as unknown as Tensor })], { inputShape: [2] }),
      'lambda: its function must give a tensor, received number'],
    ['a function that waits', () => sequential([lambda({ function: (async (a: Tensor) => a) as never })], { inputShape: [2] }),
      'received a promise; write it with operations on tensors, without data() and await; in layer "lambda_1"'],
    ['a function that joins rows', () => sequential([lambda({ function: () => tensor([[1, 2], [3, 4]]) })], { inputShape: [2] }),
      'lambda: expected one row of output for one of input, received [2, 2]; in layer "lambda_1"'],
  ])('refuses %s', (_, attempt, message) => expect(attempt).toThrow(message))
})
