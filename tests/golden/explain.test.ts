/**
 * What the compiler makes of a training step, for a handful of networks: a change of the compiler shows in review.
 * `UPDATE_GOLDEN=1 npx vitest run tests/golden/explain.test.ts` writes the files anew; the numbers below are raised by
 * hand, on purpose.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { batchNormalization, dense, dropout, embedding, type Model, sequential, transformerDecoder } from '../../src/index.js'

interface Golden {
  readonly file: string
  /** Steps of the program, and those of them that are matrix products. */
  readonly steps: number
  readonly products: number
  /** Scratch memory. */
  readonly arenaBytes: number
  readonly explain: () => Promise<string>
}

/** Pictures as bytes, 784 pixels each, and their labels. */
const pictures = (rows: number): [{ data: Uint8Array; shape: number[]; scale: number }, Int32Array] =>
  [{ data: new Uint8Array(rows * 784), shape: [rows, 784], scale: 1 / 255 }, new Int32Array(rows)]

/** `columns` numbers a row, and one target. */
const numbers = (rows: number, columns: number): [{ data: Float64Array; shape: number[] }, Float64Array] =>
  [{ data: new Float64Array(rows * columns), shape: [rows, columns] }, new Float64Array(rows)]

const classifier = (hidden: number, optimizer: string): Model =>
  sequential([dense({ units: hidden, activation: 'relu' }), dense({ units: 10, activation: 'softmax' })])
    .compile({ optimizer, loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] })

const goldens: readonly Golden[] = [
  {
    file: 'xor-2-2-1-adam-full-batch',
    steps: 14, products: 5, arenaBytes: 384,
    explain: () => sequential([dense({ units: 2, activation: 'relu' }), dense({ units: 1, activation: 'sigmoid' })])
      .compile({ optimizer: 'adam', loss: 'binaryCrossentropy' })
      .explain([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0], { batchSize: 4 }),
  },
  {
    file: 'bytes-784-15-10-sgd-batch-10',
    steps: 21, products: 5, arenaBytes: 34624,
    explain: () => classifier(15, 'sgd').explain(...pictures(60), { batchSize: 10 }),
  },
  {
    file: 'bytes-784-100-10-adam-batch-200',
    steps: 24, products: 5, arenaBytes: 806080,
    explain: () => classifier(100, 'adam').explain(...pictures(1000), { batchSize: 200 }),
  },
  {
    file: 'dropout-and-batch-normalization-rmsprop-batch-16',
    steps: 25, products: 5, arenaBytes: 6144,
    explain: () => sequential([
      dense({ units: 12, useBias: false }), batchNormalization(), dropout({ rate: 0.2 }),
      dense({ units: 1, activation: 'sigmoid' }),
    ])
      .compile({ optimizer: 'rmsprop', loss: 'binaryCrossentropy', metrics: ['accuracy'] })
      .explain(...numbers(64, 6), { batchSize: 16 }),
  },
  {
    file: 'float64-regression-l2-sgd-batch-8',
    steps: 13, products: 5, arenaBytes: 1216,
    explain: () => sequential([
      dense({ units: 5, activation: 'tanh', kernelRegularizer: { name: 'l2', l2: 0.001 } }), dense({ units: 1 }),
    ], { dtype: 'float64' })
      .compile({ optimizer: { name: 'sgd', momentum: 0.9 }, loss: 'meanSquaredError' })
      .explain(...numbers(40, 3), { batchSize: 8 }),
  },
  {
    file: 'decoder-block-8-wide-sgd-batch-4',
    steps: 83, products: 27, arenaBytes: 21376,
    explain: () => sequential([
      embedding({ inputDim: 5, outputDim: 8 }), transformerDecoder({ intermediateDim: 16, numHeads: 2, normalizeFirst: true }),
      dense({ units: 5, activation: 'softmax' }),
    ], { inputShape: [6] })
      .compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' })
      .explain({ data: new Float32Array(48), shape: [8, 6] }, { data: new Int32Array(48), shape: [8, 6] }, { batchSize: 4 }),
  },
]

it.each(goldens)('$file', async ({ file, steps, products, arenaBytes, explain }) => {
  // The module's size, the last line, follows from the emitter and says nothing about the plan.
  const text = (await explain()).replace(/^module: .*\n?/m, '').trimEnd()
  const path = `tests/golden/explain/${file}.txt`
  if (process.env.UPDATE_GOLDEN) writeFileSync(path, `${text}\n`)
  expect({
    steps: Number(/^(\d+) steps/.exec(text)?.[1]),
    products: text.match(/= matmul\(/g)?.length,
    arenaBytes: Number(/arena (\d+) bytes/.exec(text)?.[1]),
  }).toEqual({ steps, products, arenaBytes })
  expect(`${text}\n`).toBe(readFileSync(path, 'utf8'))
})

it('explains nothing before the model knows how to train', async () => {
  const model = sequential([dense({ units: 1 })])
  await expect(model.explain([[1]], [1])).rejects.toThrow('explain: say how to train first: model.compile(')
})
