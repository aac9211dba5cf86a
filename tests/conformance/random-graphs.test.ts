/** Random programs on every backend: each value against the oracle, and many steps against single ones, to the bit. */
import { describe, expect, it } from 'vitest'
import type { Backend, FloatType, TypedArray } from '../../src/core/index.js'
import { interpreter, referenceBackend } from '../../src/backends/reference/index.js'
import { backends, checkBackends } from './harness/backends.js'
import type { RandomProgram } from './harness/random-graph.js'
import { randomProgram } from './harness/random-graph.js'

/** RANDOM_GRAPHS=seed..seed runs others; a failure prints its seed. */
const [first = 1, last = 150] = (process.env.RANDOM_GRAPHS ?? '').split('..').filter(Boolean).map(Number)

/** First-order error analysis, and floats of 24 bits, say nothing about numbers that run away. */
function isTame({ outputs, updates, values }: RandomProgram): boolean {
  const computed = interpreter([...outputs, ...updates.map(([, node]) => node)])(values)
  return [...computed.values()].every((value) => value.every((x) => Math.abs(x) < 1e4))
}

/** All that a program leaves behind after running `steps` steps at a time. */
function leftBehind(program: RandomProgram, backend: Backend, runs: readonly number[]): TypedArray[] {
  const session = backend.session(program.variables)
  const compiled = session.compile(program)
  const feeds = program.inputs.map((input) => program.values.get(input)!)
  for (const steps of runs) compiled.run(feeds, steps)
  return [...program.outputs.map((_, i) => compiled.output(i)), ...program.variables.map((v) => session.read(v))]
}

function check(program: RandomProgram): void {
  checkBackends(program, program.values)
  for (const backend of backends) {
    expect(leftBehind(program, backend, [3]), `${backend.name}: run(feeds, 3) beside run(feeds) three times`)
      .toEqual(leftBehind(program, backend, [1, 1, 1]))
  }
}

const failureOf = (program: RandomProgram): Error | undefined => {
  try {
    check(program)
  } catch (error) {
    return error as Error
  }
  return undefined
}

describe.each(['float32', 'float64'] satisfies FloatType[])('random graphs of %s', (float) => {
  it(`${first} to ${last} compute what the reference interpreter computes`, () => {
    let tame = 0
    for (let seed = first; seed <= last; seed++) {
      const depth = 1 + (seed % 12)
      const program = randomProgram(seed, depth, float)
      if (!isTame(program)) continue
      tame++
      if (!failureOf(program)) continue
      // the fewest operations with which the same seed fails
      for (let fewer = 0; fewer <= depth; fewer++) {
        const smaller = randomProgram(seed, fewer, float)
        const error = isTame(smaller) ? failureOf(smaller) : undefined
        if (!error) continue
        const text = referenceBackend.session(smaller.variables).compile(smaller).explain()
        throw new Error(`seed ${seed}, ${fewer} operations: ${error.message}\n${text}`, { cause: error })
      }
    }
    expect(tame).toBeGreaterThan(0.8 * (last - first + 1))
  }, 60_000)
})
