/** FeatureUnion and makeUnion. */
import { MyelinError } from '../../core/index.js'
import type { OptionsOf, Parameter } from '../../nn/index.js'
import { boolean } from '../../nn/parameters.js'
import type { Matrix } from '../../train/index.js'
import type { Cells, FeaturesLike } from '../check-array.js'
import { Transformer } from '../contract.js'
import type { Estimator } from '../estimator.js'
import type { EstimatorState } from '../state.js'
import { joinStates, splitStates } from '../state.js'
import type { TransformerLike } from './hand-over.js'
import { asTheyAre, handOver, isTransformer, numbersOnly, passOn, sideBySide, weighted } from './hand-over.js'
import { checkNames, jsonOf, namesOfKinds } from './named.js'

/** What each name's features are multiplied by. */
export type TransformerWeights = Readonly<Record<string, number>>

export const transformerWeights: Parameter<TransformerWeights, TransformerWeights, false> = {
  type: 'list',
  help: 'what the features of a transformer are multiplied by, by its name; default 1',
  required: false,
  allowed: 'an object with a number for names of transformers',
  read: (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    return Object.values(value).every(Number.isFinite) ? (value as TransformerWeights) : undefined
  },
  write: (value) => value,
}

/** @throws MyelinError `argument` for a weight of a name that there is not */
export function checkWeights(what: string, weights: TransformerWeights | undefined, names: readonly string[]): void {
  const stranger = Object.keys(weights ?? {}).find((name) => !names.includes(name))
  if (stranger !== undefined) {
    throw new MyelinError('argument', `${what}: transformerWeights: there is no transformer "${stranger.slice(0, 60)}"; they are ` +
      names.map((name) => `"${name}"`).join(', '))
  }
}

/** Names of features with that of their transformer before them; without, all must differ. */
export function featureNames(
  what: string, parts: readonly { readonly name: string, readonly names: readonly string[] }[], verbose: boolean,
): string[] {
  if (verbose) return parts.flatMap(({ name, names }) => names.map((feature) => `${name}__${feature}`))
  const all = parts.flatMap(({ names }) => names)
  const twice = all.find((name, i) => all.indexOf(name) < i)
  if (twice === undefined) return all
  throw new MyelinError('data', `${what}: two features are named "${twice}"; set verboseFeatureNamesOut to true`)
}

type Part = readonly [name: string, transformer: Estimator | 'drop' | 'passthrough']
type Parts = readonly Part[]

const transformerList: Parameter<Parts, Parts, true> = {
  type: 'list',
  help: 'names and transformers',
  required: true,
  allowed: 'a list of [name, transformer]; "drop" and "passthrough" may stand for one',
  read: (value, what) => {
    if (!Array.isArray(value) || value.length === 0) return undefined
    const given = value as readonly unknown[]
    const fits = (part: unknown): part is Part => Array.isArray(part) && part.length === 2 &&
      (part[1] === 'drop' || part[1] === 'passthrough' || isTransformer(part[1]))
    if (!given.every(fits)) return undefined
    checkNames(what, given.map(([name]) => name), ['transformerList', 'transformerWeights', 'verboseFeatureNamesOut'])
    return given.map(([name, transformer]): Part => [name, transformer])
  },
  write: (value) => value.map(([name, transformer]) => [name, jsonOf(transformer)]),
}

const parameters = {
  transformerList,
  transformerWeights,
  verboseFeatureNamesOut: boolean({ default: true, help: 'whether names of features begin with that of their transformer' }),
}

/** What several transformers make of the same rows, side by side (scikit-learn's `FeatureUnion`). */
export class FeatureUnion extends Transformer<typeof parameters> {
  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options: OptionsOf<typeof parameters>) {
    super('FeatureUnion', parameters, options)
    checkWeights('FeatureUnion', this.weights, this.params.transformerList.map(([name]) => name))
  }

  /** The transformers by name. */
  get namedTransformers(): Readonly<Record<string, Estimator | 'drop' | 'passthrough'>> {
    return Object.fromEntries(this.params.transformerList)
  }

  override get nFeaturesIn(): number {
    return this.first.nFeaturesIn
  }

  override get featureNamesIn(): readonly string[] | null {
    return this.first.featureNamesIn
  }

  async fit(X: FeaturesLike, y?: unknown): Promise<this> {
    for (const transformer of this.transformers()) await transformer.fit(X, y)
    this.notices = this.transformers().flatMap(({ notices }) => notices)
    return this
  }

  /** @throws MyelinError as the transformers; `data` where texts are left */
  async transform(X: FeaturesLike): Promise<Matrix> {
    return numbersOnly('FeatureUnion.transform', await this[handOver](X))
  }

  getFeatureNamesOut(input?: readonly string[]): string[] {
    const { transformerList: list, verboseFeatureNamesOut } = this.params
    return featureNames('FeatureUnion.getFeatureNamesOut', list.flatMap(([name, transformer]) =>
      transformer === 'drop' ? []
        : [{ name, names: transformer === 'passthrough' ? this.namesIn(input) : (transformer as TransformerLike).getFeatureNamesOut(input) }],
    ), verboseFeatureNamesOut)
  }

  /** What `transform` makes, for what holds this union. */
  async [handOver](X: FeaturesLike): Promise<Matrix | Cells> {
    const parts: (Matrix | Cells)[] = []
    for (const [name, transformer] of this.params.transformerList) {
      if (transformer === 'drop') continue
      const made = transformer === 'passthrough' ? asTheyAre('FeatureUnion.transform: X', X)
        : await passOn(transformer as TransformerLike, X)
      parts.push(weighted(`FeatureUnion: ${name}`, made, this.weights?.[name]))
    }
    if (parts.length === 0) throw new MyelinError('argument', 'FeatureUnion: all transformers are "drop"; no features are left')
    return sideBySide('FeatureUnion.transform', parts)
  }

  override getState(): EstimatorState | null {
    const states = this.transformers().map((transformer) => transformer.getState())
    return states.every((state) => state !== null) ? joinStates(states) : null
  }

  override setState(state: EstimatorState): void {
    const transformers = this.transformers()
    splitStates('FeatureUnion', state, transformers.length).forEach((own, i) => {
      if (!own) throw new MyelinError('file', `FeatureUnion: the transformer ${i + 1} has no state`)
      transformers[i]!.setState(own)
    })
  }

  protected override get listOfParts(): string {
    return 'transformerList'
  }

  private get weights(): TransformerWeights | undefined {
    return (this.params as { readonly transformerWeights?: TransformerWeights }).transformerWeights
  }

  private transformers(): TransformerLike[] {
    return this.params.transformerList.map(([, transformer]) => transformer).filter(isTransformer)
  }

  private get first(): TransformerLike {
    return this.fitted(this.transformers()[0], 'nFeaturesIn')
  }
}

/** A union whose parts have the names of their classes in small letters (scikit-learn's `make_union`). */
export function makeUnion(...transformers: readonly Estimator[]): FeatureUnion {
  const names = namesOfKinds('makeUnion', transformers)
  return new FeatureUnion({ transformerList: transformers.map((transformer, i): Part => [names[i]!, transformer]) })
}
