/**
 * Trainings and searches that are killed at random moments; scripts/kill-and-resume.mjs and scripts/kill-search.mjs do it
 * any number of times.
 */
import { expect, it } from 'vitest'
import { killAndResume } from '../../scripts/kill-and-resume.mjs'
import { killSearches } from '../../scripts/kill-search.mjs'
import { temporaryFolder } from './support.js'

const folder = temporaryFolder()

it('ends with the weights, history and files of an undisturbed training after 20 kills', async () => {
  const { kills, ends } = await killAndResume({ kills: 20, seed: 2, epochs: 4, folder: folder.path })
  expect(kills).toBe(20)
  expect(ends).toBeGreaterThanOrEqual(2)
}, 120_000)

it('ends with the table of an undisturbed search after 3 searches were killed', async () => {
  const { searches, kills } = await killSearches({ searches: 3, seed: 2, folder: folder.path })
  expect(searches).toBe(3)
  expect(kills).toBeGreaterThanOrEqual(3)
}, 240_000)
