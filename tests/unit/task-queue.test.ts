/** Which lane of a search does which fit. */
import { describe, expect, it } from 'vitest'
import { kindOf, TaskQueue } from '../../src/selection/task-queue.js'

/** What lanes get that take turns as told, until nothing is left. */
function dealt(kinds: string, turns: readonly number[]): number[][] {
  const queue = new TaskQueue([...kinds].map((_, i) => i), (i) => kinds[i]!)
  const lanes: number[][] = []
  const take = (lane: number): boolean => {
    const task = queue.next(lane)
    if (task !== undefined) (lanes[lane] ??= []).push(task)
    return task !== undefined
  }
  for (const lane of turns) take(lane)
  while (take(0) || take(1)) { /* until both find nothing */ }
  return lanes
}

describe('a queue of tasks', () => {
  it('gives lanes kinds of their own', () => {
    expect(dealt('abab', [0, 1, 0, 1])).toEqual([[0, 2], [1, 3]])
    expect(dealt('aabbcc', [0, 1, 1, 1, 0, 1])).toEqual([[0, 1], [2, 3, 4, 5]])
  })

  it('lets a lane help with the kind that has most left, where all are begun', () => {
    expect(dealt('abbbbcccccc', [0, 1, 2, 0, 0, 0, 1, 1, 1, 2, 2])).toEqual([[0, 6, 7, 8], [1, 2, 3, 4], [5, 9, 10]])
  })

  it('begins tasks of one kind in their order, whichever lane asks', () => {
    expect(dealt('aaaaaa', [0, 1, 1, 0, 1, 0])).toEqual([[0, 3, 5], [1, 2, 4]])
  })

  it('hands out each task once, in every order of asking', () => {
    for (let seed = 0; seed < 200; seed++) {
      let state = seed + 1
      const draw = (n: number): number => (state = (state * 48271) % 2147483647) % n
      const kinds = Array.from({ length: draw(12) }, () => 'abc'[draw(3)]).join('')
      const lanes = dealt(kinds, Array.from({ length: draw(20) }, () => draw(4)))
      expect(lanes.flat().sort((a, b) => a - b), `${kinds}, seed ${seed}`).toEqual([...kinds].map((_, i) => i))
    }
  })
})

describe('the kind of a candidate', () => {
  it('is what it has beside numbers', () => {
    const kind = kindOf({ hiddenLayerSizes: [100, 50], alpha: 1e-4, solver: 'adam', shuffle: true })
    expect(kindOf({ shuffle: true, solver: 'adam', hiddenLayerSizes: [100, 50], alpha: 1 })).toBe(kind)
    for (const other of [{ hiddenLayerSizes: [100] }, { solver: 'sgd' }, { shuffle: false }, { solver: null }, { warmStart: undefined }]) {
      expect(kindOf({ hiddenLayerSizes: [100, 50], solver: 'adam', shuffle: true, ...other })).not.toBe(kind)
    }
  })

  it('is told of values of every sort', () => {
    expect(kindOf({ a: Object.create(null) as object, b: [[1], { c: 2 }], d: () => 1 })).toBeTypeOf('string')
  })
})
