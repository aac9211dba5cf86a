/**
 * The lecture's grid search on the raw digits gives scikit-learn's scores of all folds (tests/golden/generate/lecture-grid.py). Here
 * are the two of its 20 candidates that converge soonest, for the whole takes minutes: scripts/lecture-grid.mjs does it.
 */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import '../../src/index.js'
import { columnNamed, dropColumns } from '../../src/data/index.js'
import { MLPClassifier } from '../../src/estimators/index.js'
import { openDataset } from '../../src/node/index.js'
import { GridSearchCV } from '../../src/selection/index.js'

interface Golden {
  readonly params: readonly { readonly alpha: number, readonly hiddenLayerSizes: readonly number[] }[]
  readonly kernels: Readonly<Record<string, {
    readonly splits: readonly (readonly number[])[]
    readonly meanTestScore: readonly number[]
    readonly stdTestScore: readonly number[]
  }>>
}
const { params, kernels } = JSON.parse(readFileSync(new URL('lecture-grid.json', import.meta.url), 'utf8')) as Golden

it('has scikit-learn\'s scores in each fold, whichever kernel of OpenBLAS that has', async () => {
  const digits = await openDataset('digits')
  const labels = columnNamed(digits, 'digit')
  const y = labels.kind === 'numeric' ? Array.from(labels.values) : []
  const search = new GridSearchCV({
    estimator: new MLPClassifier({ randomState: 0, maxIter: 1000 }), cv: 8, scoring: 'accuracy', refit: false,
    paramGrid: [{ alpha: [10], hiddenLayerSizes: [[5], [10]] }],
  })
  await search.fit(dropColumns(digits, ['digit']), y)
  const { cvResults } = search
  expect(cvResults.params).toHaveLength(2)
  cvResults.params.forEach((candidate, i) => {
    const place = params.findIndex((one) => JSON.stringify(one) === JSON.stringify(candidate))
    expect(Object.keys(kernels)).toEqual(['SkylakeX', 'Haswell', 'Prescott'])
    for (const { splits, meanTestScore, stdTestScore } of Object.values(kernels)) {
      splits[place]!.forEach((score, split) => expect(cvResults[`split${split}TestScore`]![i]).toBe(score))
      expect(cvResults.meanTestScore![i]).toBeCloseTo(meanTestScore[place]!, 12)
      expect(cvResults.stdTestScore![i]).toBeCloseTo(stdTestScore[place]!, 12)
    }
  })
}, 300_000)
