/** Pipeline and makePipeline. */
import { MyelinError } from '../../core/index.js'
import type { Parameter } from '../../nn/index.js'
import type { Matrix } from '../../train/index.js'
import type { Cells, FeaturesLike, NumbersLike } from '../check-array.js'
import type { WeightOptions } from '../contract.js'
import { requireWeighing } from '../contract.js'
import type { EstimatorType } from '../estimator.js'
import { Estimator } from '../estimator.js'
import type { EstimatorState } from '../state.js'
import { joinStates, splitStates } from '../state.js'
import type { TransformerLike } from './hand-over.js'
import { asTheyAre, fitAndPassOn, handOver, isTransformer, passOn } from './hand-over.js'
import { checkNames, jsonOf, namesOfKinds } from './named.js'

/** A name and an estimator; `passthrough` hands rows on as they are. */
export type Step = readonly [name: string, estimator: Estimator | 'passthrough']
type Steps = readonly Step[]
/** Steps that end in an estimator of a known class. */
export type StepsTo<Last extends Estimator> = readonly [...Step[], readonly [string, Last]]

const steps: Parameter<Steps, Steps, true> = {
  type: 'list',
  help: 'names and estimators: transformers, and last any estimator',
  required: true,
  allowed: 'a list of [name, estimator], in which all but the last are transformers; "passthrough" may stand for one',
  read: (value, what) => {
    if (!Array.isArray(value) || value.length === 0) return undefined
    const given = value as readonly unknown[]
    if (!given.every((step): step is Step => Array.isArray(step) && step.length === 2)) return undefined
    checkNames(what, given.map(([name]) => name), ['steps'])
    given.forEach(([name, step], i) => {
      const last = i === given.length - 1
      if (step === 'passthrough' || isTransformer(step)) return
      if (last && step instanceof Estimator && 'fit' in step) return
      throw new MyelinError('argument', `${what}: "${name}" must be ${last ? 'an estimator' : 'a transformer of features, as all steps but the last,'
      } or "passthrough", received ${step instanceof Estimator ? (step as Estimator).kind : typeof step}`)
    })
    return given.map(([name, step]): Step => [name, step])
  },
  write: (value) => value.map(([name, step]) => [name, jsonOf(step)]),
}
const parameters = { steps }

/** What an estimator has learned; null where it is not fitted, or has no such form. */
function learnedBy(step: Estimator): EstimatorState | null {
  try {
    return step.getState()
  } catch (error) {
    if (error instanceof MyelinError && error.code === 'unsupported') return null
    throw error
  }
}

/** A method of the last step; undefined where it has none of that name. */
export type MethodOf<Last, Name extends string> = Last extends { readonly [K in Name]?: infer F } ? F : undefined

/** What `fit` takes beside the rows: the options of the last step's `fit`, which gets all of them. */
export type PipelineFitOptions = WeightOptions & Readonly<Record<string, unknown>>

/**
 * Transformers one after the other, and an estimator at the end (scikit-learn's `Pipeline`). It has the methods of its last
 * step. The steps are fitted in place, as there. `sampleWeight`, like all options of `fit`, goes to the last step and to no
 * other; `classes`, `estimatorType` and the answers are those of the last step.
 *
 *     const pipeline = makePipeline(new StandardScaler(), new MLPClassifier())
 *     await pipeline.fit(X, y)
 *     pipeline.setParams({ mlpclassifier__alpha: 0.1 })
 */
export class Pipeline<Last extends Estimator = Estimator> extends Estimator<typeof parameters> {
  /** @throws MyelinError `argument` for what are no steps, or wrong names */
  constructor(options: { readonly steps: StepsTo<Last> | Steps }) {
    super('Pipeline', parameters, options as { readonly steps: Steps })
  }

  /** That of the last step. */
  override get estimatorType(): EstimatorType {
    const { last } = this
    return last === 'passthrough' ? 'transformer' : last.estimatorType
  }

  /** As the last step does. */
  override get weighsRows(): boolean {
    return this.last !== 'passthrough' && this.last.weighsRows
  }

  /** Names and estimators. */
  get steps(): Steps {
    return this.params.steps
  }

  /** The estimators by name. */
  get namedSteps(): Readonly<Record<string, Estimator | 'passthrough'>> {
    return Object.fromEntries(this.steps)
  }

  override get nFeaturesIn(): number {
    return this.first.nFeaturesIn
  }

  override get featureNamesIn(): readonly string[] | null {
    return this.first.featureNamesIn
  }

  /** The classes of the last step, of a classifier. @throws MyelinError `state` before `fit` */
  get classes(): MethodOf<Last, 'classes'> {
    return (this.last as { readonly classes?: never }).classes as MethodOf<Last, 'classes'>
  }

  /**
   * Fits the steps, each to what the one before makes of the rows. Where one fails, those before it go back to what they had
   * learned earlier, as far as files would keep it.
   *
   * @param y what is to be predicted; every step gets it
   * @param options those of the last step's `fit`
   * @throws MyelinError as the steps; `unsupported` for weights of rows that the last one does not take
   */
  async fit(X: FeaturesLike, y?: unknown, options?: PipelineFitOptions): Promise<this> {
    requireWeighing(this.last === 'passthrough' ? this : this.last, options)
    const before = this.steps.slice(0, -1).map(([, step]) => [step, step === 'passthrough' ? null : learnedBy(step)] as const)
    const { last } = this
    try {
      let rows: FeaturesLike = X
      for (const [step] of before) {
        if (step !== 'passthrough') rows = await fitAndPassOn(step as TransformerLike, rows, y)
      }
      if (last !== 'passthrough') await (last as TransformerLike).fit(rows, y, options)
    } catch (error) {
      for (const [step, state] of before) if (step !== 'passthrough' && state) step.setState(state)
      throw error
    }
    this.notices = this.steps.flatMap(([, step]) => (step === 'passthrough' ? [] : step.notices))
    return this
  }

  /** `predict` of the last step. */
  get predict(): MethodOf<Last, 'predict'> {
    return this.method('predict')
  }

  /** `predictProba` of the last step. */
  get predictProba(): MethodOf<Last, 'predictProba'> {
    return this.method('predictProba')
  }

  /** `predictLogProba` of the last step. */
  get predictLogProba(): MethodOf<Last, 'predictLogProba'> {
    return this.method('predictLogProba')
  }

  /** `decisionFunction` of the last step. */
  get decisionFunction(): MethodOf<Last, 'decisionFunction'> {
    return this.method('decisionFunction')
  }

  /** `score` of the last step. */
  get score(): MethodOf<Last, 'score'> {
    return this.method('score')
  }

  /** `transform` of all steps, where the last one has it. */
  get transform(): MethodOf<Last, 'transform'> {
    return this.method('transform')
  }

  /** `fit`, then `transform` of the same rows, where the last step has it. */
  get fitTransform(): MethodOf<Last, 'fitTransform'> {
    if (this.transform === undefined) return undefined as MethodOf<Last, 'fitTransform'>
    const call = async (X: FeaturesLike, y?: unknown, options?: PipelineFitOptions): Promise<unknown> => {
      await this.fit(X, y, options)
      return (this.transform as unknown as TransformerLike['transform'])(X)
    }
    return call as MethodOf<Last, 'fitTransform'>
  }

  /** The rows before all steps, where each has `inverseTransform`. */
  get inverseTransform(): MethodOf<Last, 'inverseTransform'> {
    const back = this.steps.map(([, step]) => step).filter((step): step is Estimator => step !== 'passthrough').toReversed()
    if (!back.every((step) => typeof (step as TransformerLike).inverseTransform === 'function')) {
      return undefined as MethodOf<Last, 'inverseTransform'>
    }
    const call = async (X: NumbersLike): Promise<unknown> => {
      let rows: unknown = X
      for (const step of back) rows = await (step as TransformerLike).inverseTransform!(rows as never)
      return rows
    }
    return call as MethodOf<Last, 'inverseTransform'>
  }

  /** The names of the features that the last step makes, or of those that it is given where it makes none. */
  getFeatureNamesOut(input?: readonly string[]): string[] {
    const { nFeaturesIn } = this
    let names = input ?? this.featureNamesIn ?? Array.from({ length: nFeaturesIn }, (_, k) => `x${k}`)
    for (const [, step] of this.steps) if (isTransformer(step)) names = step.getFeatureNamesOut(names)
    return [...names]
  }

  /** What `transform` makes, for what holds this pipeline. */
  async [handOver](X: FeaturesLike): Promise<Matrix | Cells> {
    const { last } = this
    const rows = await this.before(X)
    return last === 'passthrough' ? asTheyAre('Pipeline.transform: X', rows) : passOn(last as TransformerLike, rows)
  }

  override getState(): EstimatorState | null {
    const states = this.steps.map(([, step]) => (step === 'passthrough' ? null : step.getState()))
    const whole = this.steps.every(([, step], i) => step === 'passthrough' || states[i] !== null)
    return whole ? joinStates(states) : null
  }

  override setState(state: EstimatorState): void {
    splitStates('Pipeline', state, this.steps.length).forEach((own, i) => {
      const [name, step] = this.steps[i]!
      if ((own === null) !== (step === 'passthrough')) {
        throw new MyelinError('file', `Pipeline: the step "${name}" ${own === null ? 'has no state' : 'needs none'}`)
      }
      if (own && step !== 'passthrough') step.setState(own)
    })
  }

  protected override get listOfParts(): string {
    return 'steps'
  }

  private get last(): Estimator | 'passthrough' {
    return this.steps.at(-1)![1]
  }

  private get first(): Estimator {
    const found = this.steps.find(([, step]) => step !== 'passthrough')?.[1] as Estimator | undefined
    return this.fitted(found, 'nFeaturesIn')
  }

  /** The rows that the last step is given. */
  private async before(X: FeaturesLike): Promise<FeaturesLike> {
    let rows = X
    for (const [, step] of this.steps.slice(0, -1)) if (step !== 'passthrough') rows = await passOn(step as TransformerLike, rows)
    return rows
  }

  /** A method of the last step, which is given what the others make. */
  private method<Name extends string>(name: Name): MethodOf<Last, Name> {
    const { last } = this
    if (last === 'passthrough') {
      return (name === 'transform' ? (X: FeaturesLike) => this[handOver](X) : undefined) as MethodOf<Last, Name>
    }
    type Method = (X: FeaturesLike, ...rest: readonly unknown[]) => Promise<unknown>
    const own = (last as unknown as Readonly<Record<string, Method | undefined>>)[name]
    if (typeof own !== 'function') return undefined as MethodOf<Last, Name>
    const call: Method = async (X, ...rest) => own.call(last, await this.before(X), ...rest)
    return call as MethodOf<Last, Name>
  }
}

/** A pipeline whose steps have the names of their classes in small letters (scikit-learn's `make_pipeline`). */
export function makePipeline<Last extends Estimator>(
  ...estimators: readonly [...(Estimator | 'passthrough')[], Last]
): Pipeline<Last> {
  const names = namesOfKinds('makePipeline', estimators)
  return new Pipeline<Last>({ steps: estimators.map((estimator, i): Step => [names[i]!, estimator]) })
}
