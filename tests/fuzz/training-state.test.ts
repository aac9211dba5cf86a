/** Backups survive damage, and states that a stranger changed and sealed again: training goes on from them, or says why
 * it does not. */
import { beforeAll, describe, expect, it } from 'vitest'
import type { RandomSource } from '../../src/core/random.js'
import { dense, earlyStopping, sequential, type Callback, type TrainingState } from '../../src/index.js'
import { decodeTrainingState, encodeTrainingState } from '../../src/train/training-state-file.js'
import { fuzz, mutateJson } from '../support/fuzz.js'

const x = [[0, 1], [1, 0], [1, 1], [0, 0]]
const y = [1, 1, 0, 0]
const timeout = 120_000 * Number(process.env.MYELIN_FUZZ ?? 1)

/** Trains two epochs of two batches, as long as no callback wants it otherwise. */
const train = (callback: Callback) =>
  sequential([dense({ units: 1, activation: 'tanh' })], { seed: 1, inputShape: [2] })
    .compile({ loss: 'mse', optimizer: 'adam', metrics: ['mae'] })
    .fit(x, y, { epochs: 2, batchSize: 2, callbacks: [earlyStopping({ monitor: 'loss', restoreBestWeights: true }), callback] })

let state: TrainingState
beforeAll(async () => {
  await train({ last: true, batchInterval: 3, onBatchEnd: (_, control) => {
    state = structuredClone(control.saveState())
  } })
})

const goOn = (from: TrainingState) => train({ last: true, onTrainBegin: (control) => control.restoreState(from) })

/** One of the documents is changed, or one of the arrays. */
function change(from: TrainingState, random: RandomSource): TrainingState {
  const document = (['training', 'progress', 'callbacks', 'arrays'] as const)[random.integer(4)]!
  if (document !== 'arrays') return { ...from, [document]: mutateJson(from[document], random) } as TrainingState
  const { arrays } = from
  const at = random.integer(arrays.length)
  const other = arrays[random.integer(arrays.length)]!
  const one = arrays[at]!
  const instead = [[], [{ ...other, name: one.name }], [{ ...one, name: `${one.name}x` }], [{ ...one, shape: [...one.shape, 1] }],
    [{ ...one, data: one.data.map(() => NaN) }], [{ ...one, data: one.data.map(() => -1e9) }],
    [{ ...one, shape: [0], data: one.data.slice(0, 0) }]][random.integer(7)]!
  return { ...from, arrays: arrays.toSpliced(at, 1, ...instead) }
}

describe('damage is survived by', () => {
  it('a backup', { timeout }, async () => {
    const bytes = encodeTrainingState(state)
    expect(decodeTrainingState(bytes, 'backup').progress).toMatchObject({ epoch: 1, batch: 1 })
    expect(await fuzz(bytes, (damaged) => decodeTrainingState(damaged, 'backup'), { mutations: 3000 })).toEqual([])
  })

  it('a backup that was changed and sealed again', { timeout }, async () => {
    expect((await goOn(state)).epoch).toEqual([0, 1])
    const use = async (changed: TrainingState): Promise<void> => {
      await goOn(decodeTrainingState(encodeTrainingState(changed), 'backup'))
    }
    expect(await fuzz(state, use, { mutations: 1200, change })).toEqual([])
  })
})
