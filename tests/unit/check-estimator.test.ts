/** The judge of estimators is judged: estimators with one mistake each fail the check for it, by name and reason. */
import { describe, expect, it } from 'vitest'
import type { FeaturesLike, LabelsLike, TargetsLike, WeightOptions } from '../../src/estimators/index.js'
import { checkEstimator, estimatorChecks, GaussianNB, Ridge, StandardScaler } from '../../src/estimators/index.js'
import type { EstimatorState } from '../../src/estimators/index.js'
import type { Matrix } from '../../src/train/index.js'
import { NaiveBayes } from '../support/estimators.js'
import '../../src/index.js'

type Rows = readonly (readonly number[])[]
const isRows = (X: unknown): X is Rows => Array.isArray(X)

class WritesToRows extends Ridge {
  override async fit(X: FeaturesLike, y: TargetsLike, options?: object): Promise<this> {
    await super.fit(X, y, options)
    if (!isRows(X) && 'data' in X) X.data[0] = 0
    return this
  }
}

class LooksAtOtherRows extends StandardScaler {
  override async transform(X: FeaturesLike): Promise<Matrix> {
    const { data, shape } = await super.transform(X)
    const mean = (data as Float64Array).reduce((a, b) => a + b, 0) / data.length
    return { data: (data as Float64Array).map((value) => value - mean), shape }
  }
}

class LooksAtPlaces extends Ridge {
  override async predict(X: FeaturesLike): Promise<number[]> {
    const answers = await super.predict(X) as number[]
    return answers.map((value, i) => (i === 20 ? value + 1 : value))
  }
}

class GivesItsState extends GaussianNB {
  override async predictProba(X: FeaturesLike): Promise<Matrix> {
    const given = await super.predictProba(X)
    this.kept ??= given
    return this.kept.shape[0] === given.shape[0] ? this.kept : given
  }
  private kept: Matrix | undefined
}

let fits = 0
class LearnsOtherwiseEachTime extends Ridge {
  override async fit(X: FeaturesLike, y: TargetsLike, options?: object): Promise<this> {
    this.setParams({ alpha: 1 + fits++ })
    return super.fit(X, y, options)
  }
}

class TakesInfinity extends StandardScaler {
  override fit(X: FeaturesLike, y?: unknown, options?: WeightOptions): Promise<this> {
    return super.fit(isRows(X) ? X.map((row) => row.map((value) => (Number.isFinite(value) ? value : 0))) : X, y, options)
  }
}

class ForgetsClasses extends GaussianNB {
  override async fit(X: FeaturesLike, y: LabelsLike, options?: object): Promise<this> {
    return super.fit(X, Array.from(y as readonly string[], (label) => (typeof label === 'string' ? label.length : label)), options)
  }
}

class ForgetsWeights extends Ridge {
  override fit(X: FeaturesLike, y: TargetsLike): Promise<this> {
    return super.fit(X, y)
  }
}

class DoesNotStop extends Ridge {
  override fit(X: FeaturesLike, y: TargetsLike, { sampleWeight }: WeightOptions = {}): Promise<this> {
    return super.fit(X, y, { ...(sampleWeight && { sampleWeight }) })
  }
}

class AnswersBeforeFit extends Ridge {
  override async predict(X: FeaturesLike): Promise<number[]> {
    return this.getState() ? await super.predict(X) as number[] : [0]
  }
}

class IsMistaken extends GaussianNB {
  override async score(): Promise<number> {
    return 0.5
  }
}

class LosesItsState extends Ridge {
  override setState(state: EstimatorState): void {
    const { arrays } = state
    super.setState({ ...state, arrays: arrays.map((array) => ({ ...array, data: array.data.map((value: number) => value * 2) as Float64Array })) })
  }
}

class NamesNothing extends StandardScaler {
  override getFeatureNamesOut(): string[] {
    return super.getFeatureNamesOut().slice(1)
  }
}

class ForgetsItsFit extends Ridge {
  override async fit(X: FeaturesLike, y: TargetsLike, options?: object): Promise<this> {
    if (this.getState()) this.setState((await new Ridge({ alpha: 99 }).fit([[1, 0, 2], [0, 3, 1]], [1, 2])).getState()!)
    return super.fit(X, y, options)
  }
}

const failures = async (estimator: Ridge | StandardScaler | GaussianNB): Promise<Record<string, string>> => {
  const found: Record<string, string> = {}
  for (const { name, run } of estimatorChecks(estimator)) await run().catch((error: unknown) => { found[name] = (error as Error).message })
  return found
}

describe('an estimator', () => {
  it.each([
    [WritesToRows, 'inputs', 'the rows have changed'],
    [LooksAtOtherRows, 'subset', 'all together and in parts of 1: transform, row 1: value 1: '],
    [LooksAtPlaces, 'order', 'in two orders: predict, row '],
    [GivesItsState, 'inputs', 'after what it gave was overwritten: predictProba, row 1'],
    [LearnsOtherwiseEachTime, 'repeatable', 'two that were fitted at the same time: predict, row 1'],
    [LearnsOtherwiseEachTime, 'parameters', 'fit changes the parameters from {"name":"Ridge"'],
    [TakesInfinity, 'infinite', 'Infinity in fit is not refused'],
    [ForgetsClasses, 'labels', 'GaussianNB.fit: y: expected at least two classes'],
    [ForgetsWeights, 'weights', 'rows with weight 0, and so many rows: predict, row 1'],
    [ForgetsWeights, 'badWeights', 'fit with too few weights is not refused'],
    [DoesNotStop, 'abort', 'a fit that is stopped succeeds'],
    [AnswersBeforeFit, 'notFitted', 'predict before fit is not refused'],
    [IsMistaken, 'learnsClasses', 'score is 0.5, the accuracy 1'],
    [LosesItsState, 'file', 'before and after: predict, row 1'],
    [NamesNothing, 'featureNamesOut', 'there are 3 features and 2 names'],
    [ForgetsItsFit, 'failedFit', 'after a fit that failed: predict, row 1'],
  ] as const)('that is %o fails the check %s', async (Class, name, message) => {
    expect((await failures(new Class()))[name]).toContain(message)
  })

  it('that has no mistake passes, and the checks it has passed are named', async () => {
    const passed = await checkEstimator(new Ridge({ alpha: 2 }))
    expect(passed).toEqual(expect.arrayContaining(['parameters', 'subset', 'weights', 'learnsNumbers']))
    expect(passed).not.toContain('labels')
  })

  it('of one\'s own is told all that it misses', async () => {
    // it reads labels as they come, keeps no file and takes any weights
    const error = await checkEstimator(new NaiveBayes()).then(() => undefined, (thrown: unknown) => thrown as Error)
    expect(error).toMatchObject({ name: 'MyelinError', code: 'argument' })
    expect(error!.message).toMatch(/^checkEstimator: NaiveBayes fails \d+ of \d+ checks:\n {2}/)
    expect(error!.message).toContain('NaiveBayes: file: NaiveBayes cannot be saved: it has no getState')
    expect(error!.message).toContain('NaiveBayes: badWeights: fit with too few weights is not refused')
  })
})

describe('exceptions', () => {
  it('excuse from a check, and are reported where they are not needed', async () => {
    const reason = 'it is of no interest here'
    await expect(checkEstimator(new NamesNothing(), { allowsMissing: true, exceptions: { featureNamesOut: reason } })).resolves
      .toContain('featureNamesOut')
    await expect(checkEstimator(new StandardScaler(), { allowsMissing: true, exceptions: { featureNamesOut: reason } })).rejects
      .toThrow('StandardScaler: featureNamesOut: it names each feature that it makes, each by a name of its own; leave it out of the exceptions')
  })

  it('are of checks that there are', () => {
    expect(() => estimatorChecks(new Ridge(), { exceptions: { weight: 'x' } })).toThrow(
      'checkEstimator: exceptions: Ridge has no check "weight"; did you mean "weights"')
    expect(() => estimatorChecks({} as never)).toThrow('checkEstimator: expected an estimator, received object')
  })
})
