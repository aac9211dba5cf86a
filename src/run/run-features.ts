/** A run's preprocessing as a transformer, so that other estimators learn from what its network learns from. */

import {
  fitPreprocessor, fitImages, ImagePreprocessor, type Features, type ImageSet, type Preprocessor, type Table,
} from '../data/index.js'
import { Transformer, type FeaturesLike } from '../estimators/index.js'
import type { Matrix } from '../train/index.js'
import { runParameter } from './estimator.js'
import { tableOptions } from './execute.js'
import type { Run } from './run.js'

const parameters = { run: runParameter('the run whose preprocessing is learned') }

/**
 * What a run makes of tables and pictures before its network sees them: numbers scaled, categories as features, pixels
 * divided by 255. Rows are tables with the target among their columns, or labelled pictures, as those of a `RunEstimator`.
 *
 * @example makePipeline(new RunFeatures({ run }), new LogisticRegression())
 */
export class RunFeatures extends Transformer<typeof parameters> {
  private learned: Preprocessor | undefined

  /** @throws MyelinError `argument` for a wrong run */
  constructor(options: { readonly run: unknown }) {
    super('RunFeatures', parameters, options as { readonly run: Run })
  }

  /** What `fit` has learned. @throws MyelinError `state` before `fit` */
  get preprocessor(): Preprocessor {
    return this.fitted(this.learned, 'preprocessor')
  }

  /** Learns scales and categories. @param X rows with their targets @throws MyelinError `data` as `executeRun` */
  async fit(X: FeaturesLike): Promise<this> {
    const rows = X as unknown as Table | ImageSet
    const { preprocessor, notices } = 'images' in rows ? { preprocessor: fitImages(rows), notices: [] }
      : fitPreprocessor(rows, tableOptions(this.params.run))
    this.learned = preprocessor
    this.notices = notices
    return this
  }

  /** [rows, features]; a category that training did not have is none of the known ones. @throws MyelinError `state` before `fit` */
  async transform(X: FeaturesLike): Promise<Matrix> {
    const { preprocessor } = this
    const rows = X as unknown as Table | ImageSet
    const { notices: _, ...matrix }: Features = preprocessor instanceof ImagePreprocessor ? preprocessor.transform(rows)
      : preprocessor.transform(rows as Table, { unknownCategory: 'zeros' })
    return matrix
  }

  /** The names of the network's inputs. @throws MyelinError `state` before `fit` */
  getFeatureNamesOut(): string[] {
    return [...this.preprocessor.featureNames]
  }
}
