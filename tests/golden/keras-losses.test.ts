/** Every loss that Keras has against Keras's own figures, in float64; and the two that it lacks, by hand. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { interpreter } from '../../src/backends/reference/index.js'
import { constantArray } from '../../src/core/index.js'
import { contrastive, factories, losses, resolve, triplet } from '../../src/nn/index.js'
import type { Loss } from '../../src/nn/index.js'
import { mean, Tensor } from '../../src/ops/index.js'

interface Case {
  readonly loss: string
  readonly options: Readonly<Record<string, unknown>>
  readonly shape: readonly number[]
  readonly prediction: readonly number[]
  readonly target: readonly number[]
  readonly rows: readonly number[]
  readonly value: number
}
const { cases } = JSON.parse(readFileSync('tests/golden/keras-losses.json', 'utf8')) as { cases: Case[] }

const array = (shape: readonly number[], values: readonly number[]): Tensor =>
  new Tensor(constantArray(shape, Float64Array.from(values)))

function valuesOf(loss: Loss, prediction: Tensor, target: Tensor): { rows: number[]; value: number } {
  const rows = loss.call(prediction, target)
  const value = mean(rows)
  const results = interpreter([rows.node, value.node])(new Map())
  return { rows: [...results.get(rows.node)!], value: results.get(value.node)![0]! }
}

describe('Keras', () => {
  it.each(cases.map((c) => [`${c.loss} ${JSON.stringify(c.options)}, [${c.shape.join(', ')}]`, c] as const))(
    '%s',
    (_, { loss: name, options, shape, prediction, target, rows, value }) => {
      const loss = resolve('loss', losses, { name, ...options }) as Loss
      const targets =
        loss.targets === 'classes'
          ? new Tensor(constantArray(shape.slice(0, -1), Int32Array.from(target)))
          : array(shape, target)
      const actual = valuesOf(loss, array(shape, prediction), targets)
      const near = (a: number, b: number): void => expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(b)))
      actual.rows.forEach((row, i) => near(row, rows[i]!))
      expect(actual.rows.length).toBe(rows.length)
      near(actual.value, value)
    },
  )

  it('has figures for each loss but those that it lacks', () => {
    const lacking = ['contrastive', 'halfMeanSquaredError', 'triplet']
    const judged = new Set(cases.map(({ loss }) => loss))
    expect(factories(losses).map(({ kind }) => kind).filter((kind) => !judged.has(kind))).toEqual(lacking)
  })
})

describe('by hand', () => {
  it('contrastive: pairs that match cost d², others (1 - d)² within the margin', () => {
    const { rows } = valuesOf(contrastive(), array([3, 1], [0.5, 0.25, 2]), array([3, 1], [1, 0, 0]))
    expect(rows).toEqual([0.25, 0.5625, 0])
  })

  it('triplet: how much nearer the positive is than the negative', () => {
    // |(1, 0) - (0, 0)|² = 1, |(1, 0) - (1, 2)|² = 4: 1 - 4 + 1 < 0; in the second row 4 - 1 + 1 = 4
    const rows = [1, 0, 0, 0, 1, 2, 1, 0, 1, 2, 0, 0]
    expect(valuesOf(triplet(), array([2, 3, 2], rows), array([2, 1], [0, 0])).rows).toEqual([0, 4])
  })
})
