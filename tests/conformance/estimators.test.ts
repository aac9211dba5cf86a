/** Every estimator and transformer is judged by the checks that estimators of one's own are judged by. */
import { describe, it } from 'vitest'
import type { Estimator, EstimatorTraits } from '../../src/estimators/index.js'
import * as estimators from '../../src/estimators/index.js'
import { estimatorChecks } from '../../src/estimators/index.js'
import * as selection from '../../src/selection/index.js'
import '../../src/index.js'

const {
  BaggingClassifier, BaggingRegressor, BernoulliRBM, Binarizer, ColumnTransformer, DecisionTreeClassifier, DummyClassifier,
  DummyRegressor, FeatureUnion, FunctionTransformer, GaussianNB, HopfieldNetwork, KNeighborsClassifier, LinearRegression, LinearSVC,
  LogisticRegression, makePipeline, MaxAbsScaler, MinMaxScaler, MLPClassifier, MLPRegressor, MultiLabelBinarizer, Normalizer,
  OneHotEncoder, OneVsRestClassifier, OrdinalEncoder, Perceptron, Pipeline, QuantileTransformer, Ridge, RobustScaler,
  SGDClassifier, SGDRegressor, SimpleImputer, SineFeatures, StandardScaler, SVC, SVR, TransformedTargetRegressor,
  VarianceThreshold, VotingClassifier, VotingRegressor,
} = estimators
const { GridSearchCV, HalvingGridSearchCV, HalvingRandomSearchCV, RandomizedSearchCV } = selection

type EstimatorClass = new (options?: object) => Estimator

/** All classes of estimators that the two entries export, but for those that only others are made of. */
const classes = new Map((Object.entries({ ...estimators, ...selection }) as [string, unknown][])
  .filter((entry): entry is [string, EstimatorClass] => typeof entry[1] === 'function' &&
    entry[1].prototype instanceof estimators.Estimator && entry[1] !== (estimators.Transformer as unknown)))

type Subject = readonly [estimator: Estimator, traits?: EstimatorTraits, note?: string]

const named = (): [string, Estimator][] => [['scale', new StandardScaler()], ['shift', new MinMaxScaler()]]
const missing = { allowsMissing: true }

/** An update for each row, in an order that depends on how many there are. */
const rowByRow = { weights: 'updates follow the order of the rows, and other numbers of rows have other orders' }
const mlp = { abort: 'training ends early and the network is kept, as fit of a network does' }
const search = { file: 'searches have no file; what they have found has' }

/** What has to be said of a class: parameters under which it learns quickly or tightly, those that it needs, its traits. */
const special: Readonly<Record<string, readonly Subject[]>> = {
  BaggingClassifier: [
    [new BaggingClassifier(), { exceptions: {
      weightsOfOne: 'rows are drawn by weights, which takes other draws than to draw them evenly',
      weights: 'rows are drawn: other rows, other draws',
    } }],
    [new BaggingClassifier({ estimator: makePipeline(new StandardScaler(), new KNeighborsClassifier()) }), { exceptions: {
      weightsOfOne: 'as above', weights: 'as above',
    } }, 'of what takes no weights'],
  ],
  BaggingRegressor: [[new BaggingRegressor(), { exceptions: { weightsOfOne: 'as above', weights: 'as above' } }]],
  BernoulliRBM: [[new BernoulliRBM({ nComponents: 4, nIter: 2 }), { values: 'shares' }]],
  Binarizer: [[new Binarizer(), { stateless: true }]],
  ColumnTransformer: [
    [new ColumnTransformer({ transformers: [['scale', new StandardScaler(), [0]]], remainder: new MinMaxScaler() }), missing],
  ],
  DummyClassifier: [
    [new DummyClassifier(), { exceptions: { learnsClasses: 'it looks at no features' } }],
    [new DummyClassifier({ strategy: 'stratified', randomState: 0 }), { exceptions: {
      learnsClasses: 'it looks at no features', subset: 'classes are drawn', order: 'classes are drawn',
    } }, 'that draws'],
  ],
  DummyRegressor: [[new DummyRegressor(), { exceptions: { learnsNumbers: 'it looks at no features' } }]],
  FeatureUnion: [[new FeatureUnion({ transformerList: named() }), missing]],
  FunctionTransformer: [[new FunctionTransformer({ func: 'expm1', inverseFunc: 'log1p' }), { ...missing, stateless: true }]],
  // what is added to variances is a part of those of all rows, whatever their weights
  GaussianNB: [[new GaussianNB(), { tolerance: 1e-6 }]],
  GridSearchCV: [[new GridSearchCV({ estimator: new DecisionTreeClassifier(), paramGrid: { maxDepth: [1, 4] }, cv: 3 }),
    { exceptions: search }]],
  HalvingGridSearchCV: [[new HalvingGridSearchCV({
    estimator: new DecisionTreeClassifier(), paramGrid: { maxDepth: [1, 4] }, cv: 3, randomState: 0,
  }), { exceptions: search }]],
  HalvingRandomSearchCV: [[new HalvingRandomSearchCV({
    estimator: new Ridge(), paramDistributions: { alpha: [0.1, 1] }, cv: 3, randomState: 0,
  }), { exceptions: search }]],
  HopfieldNetwork: [[new HopfieldNetwork(), { values: 'signs' }]],
  LinearSVC: [[new LinearSVC({ tol: 1e-10, maxIter: 100_000 }), { tolerance: 1e-5 }]],
  LogisticRegression: [[new LogisticRegression({ tol: 1e-10, maxIter: 1000 }), { tolerance: 1e-5 }]],
  MaxAbsScaler: [[new MaxAbsScaler(), missing]],
  MinMaxScaler: [[new MinMaxScaler(), missing]],
  MLPClassifier: [
    [new MLPClassifier({ hiddenLayerSizes: [8], maxIter: 60, learningRateInit: 0.02 }), { exceptions: mlp }],
    [new MLPClassifier({ hiddenLayerSizes: [6], solver: 'lbfgs', maxIter: 60 }), { exceptions: mlp }, 'by L-BFGS'],
  ],
  MLPRegressor: [
    [new MLPRegressor({ hiddenLayerSizes: [8], maxIter: 100, learningRateInit: 0.05 }), { exceptions: mlp }],
    [new MLPRegressor({ hiddenLayerSizes: [6], solver: 'lbfgs', maxIter: 60 }), { exceptions: mlp, tolerance: 1e-6 }, 'by L-BFGS'],
  ],
  MultiLabelBinarizer: [[new MultiLabelBinarizer(), { labelSets: true }]],
  Normalizer: [[new Normalizer(), { stateless: true }]],
  OneHotEncoder: [[new OneHotEncoder({ handleUnknown: 'ignore' }), missing]],
  OneVsRestClassifier: [[new OneVsRestClassifier({ estimator: new LogisticRegression({ tol: 1e-10 }) }), { tolerance: 1e-5 }]],
  OrdinalEncoder: [[new OrdinalEncoder({ handleUnknown: 'useEncodedValue', unknownValue: -1 }), missing]],
  Perceptron: [[new Perceptron(), { exceptions: rowByRow }]],
  Pipeline: [
    [new Pipeline({ steps: [['scale', new StandardScaler()], ['tree', new DecisionTreeClassifier()]] }), {}, 'ending in a classifier'],
    [new Pipeline({ steps: [['scale', new StandardScaler()], ['ridge', new Ridge()]] }), { exceptions: {
      weights: 'weights are those of the last step alone',
    } }, 'ending in a regressor'],
    [new Pipeline({ steps: named() }), missing, 'ending in a transformer'],
  ],
  QuantileTransformer: [[new QuantileTransformer({ nQuantiles: 10 }), missing]],
  RandomizedSearchCV: [[new RandomizedSearchCV({
    estimator: new Ridge(), paramDistributions: { alpha: [0.1, 1] }, nIter: 2, cv: 3, randomState: 0,
  }), { exceptions: search }]],
  RobustScaler: [[new RobustScaler(), missing]],
  SGDClassifier: [
    [new SGDClassifier(), { exceptions: rowByRow }],
    [new SGDClassifier({ loss: 'logLoss' }), { exceptions: rowByRow }, 'with probabilities'],
  ],
  SGDRegressor: [[new SGDRegressor(), { exceptions: rowByRow }]],
  SimpleImputer: [[new SimpleImputer(), { ...missing, exceptions: { inverse: 'without addIndicator nothing tells what was missing' } }]],
  SineFeatures: [[new SineFeatures(), { stateless: true }]],
  StandardScaler: [[new StandardScaler(), missing]],
  // gamma "scale" looks at all rows, whatever their weights
  SVC: [[new SVC({ gamma: 0.3, tol: 1e-7 }), { tolerance: 1e-5 }]],
  SVR: [[new SVR({ gamma: 0.3, tol: 1e-7 }), { tolerance: 1e-5 }]],
  TransformedTargetRegressor: [
    [new TransformedTargetRegressor({ regressor: new Ridge(), transformer: new StandardScaler() })],
  ],
  VarianceThreshold: [[new VarianceThreshold(), missing]],
  VotingClassifier: [
    [new VotingClassifier({ estimators: [['a', new GaussianNB()], ['b', new DecisionTreeClassifier()]] }), {}, 'by votes'],
    [new VotingClassifier({ estimators: [['a', new GaussianNB()], ['b', new DecisionTreeClassifier()]], voting: 'soft' }), {}, 'by probabilities'],
  ],
  VotingRegressor: [[new VotingRegressor({ estimators: [['a', new LinearRegression()], ['b', new Ridge()]] })]],
}

const subjects = [...classes].flatMap(([name, Class]): (readonly [string, Estimator, EstimatorTraits])[] =>
  (special[name] ?? [[new Class()] as Subject]).map(([estimator, traits = {}, note]) =>
    [note === undefined ? name : `${name}, ${note}`, estimator, traits]))

describe.each(subjects)('%s', (_, estimator, traits) => {
  it.each(estimatorChecks(estimator, traits).map((check) => [check.name, check.demands, check] as const))('%s: %s', async (_name, _demands, { run }) => run())
})
