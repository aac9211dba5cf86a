/** Trainings that are killed at random moments; scripts/kill-and-resume.mjs does it any number of times. */
import { expect, it } from 'vitest'
import { killAndResume } from '../../scripts/kill-and-resume.mjs'
import { temporaryFolder } from './support.js'

const folder = temporaryFolder()

it('ends with the weights, history and files of an undisturbed training after 20 kills', async () => {
  const { kills, ends } = await killAndResume({ kills: 20, seed: 2, epochs: 4, folder: folder.path })
  expect(kills).toBe(20)
  expect(ends).toBeGreaterThanOrEqual(2)
}, 120_000)
