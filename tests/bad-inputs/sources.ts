/** Wrong batches, sources that end too early or fail, and options that do not go with them. */
import { wasmBackend as backend } from '../../src/backends/wasm/index.js'
import { concatenate, dense, input } from '../../src/nn/index.js'
import type { Batch, CompileOptions, FitOptions, FitSourceOptions, Model } from '../../src/train/index.js'
import { model as functional, sequential } from '../../src/train/index.js'
import type { BadInput } from './bad-input.js'

/** What a caller without types could write. */
const untyped = (value: unknown): never => value as never

const good: Batch = { x: [[0, 0], [0, 1]], y: [0, 1] }
const model = (options: Partial<CompileOptions> = {}, units = 1): Model =>
  sequential([dense({ units: 3 }), dense({ units })]).compile({ loss: 'mse', optimizer: 'sgd', ...options })
const fitting = (third: unknown, options: FitSourceOptions = {}, network = model()): (() => unknown) =>
  () => network.fit(function* () { yield* [good, good, untyped(third)] }, { backend, ...options })
const once = function* (count = 3): Generator<Batch> {
  for (let i = 0; i < count; i++) yield good
}
const option = (name: string, value: unknown): (() => unknown) =>
  () => model().fit([good], untyped({ backend, [name]: value }))
const onRows = (options: FitOptions): (() => unknown) => () => model().fit(good.x, good.y, { backend, ...options })
const branching = (): Model => {
  const a = input({ shape: [2], name: 'a' }), b = input({ shape: [1], name: 'b' })
  return functional({ inputs: [a, b], outputs: dense({ units: 1 }).apply(concatenate().apply([a, b])) })
    .compile({ loss: 'mse' })
}

export const cases: BadInput[] = [
  { name: 'a batch that is null', run: fitting(null), code: 'data',
    message: 'fit: batch 3: expected { x, y } or { x, y, sampleWeight }, received null' },
  { name: 'a batch as Keras writes it', run: fitting([good.x, good.y]), code: 'data',
    message: 'fit: batch 3: expected { x, y } or { x, y, sampleWeight }, received a list of 2; write { x, y } instead of [x, y]' },
  { name: 'a batch without x', run: fitting({ y: [1] }), code: 'data', message: /^fit: batch 3: .* received no x$/ },
  { name: 'a batch without y', run: fitting({ x: good.x }), code: 'data', message: /^fit: batch 3: .* received no y$/ },
  { name: 'a field of another name', run: fitting({ ...good, sample_weight: [1, 1] }), code: 'data',
    message: /^fit: batch 3: .* the unknown field "sample_weight"; did you mean "sampleWeight"\?$/ },
  { name: 'a batch without rows', run: fitting({ x: { data: new Float32Array(0), shape: [0, 2] }, y: [] }), code: 'data',
    message: 'fit: batch 3 has no rows' },
  { name: 'rows of another shape than before', run: fitting({ x: [[1, 2, 3]], y: [1] }), code: 'shape',
    message: /^fit: batch 3: x: rows have shape \[3\], but / },
  { name: 'a second batch unlike the first, before the model is built',
    run: () => model().fit([good, { x: [[1, 2, 3]], y: [1] }], { backend }), code: 'shape',
    message: /^fit: batch 2: x: rows have shape \[3\], but .* \[2\]$/ },
  { name: 'targets of another shape than before', run: fitting({ x: good.x, y: [[1, 2], [3, 4]] }), code: 'shape',
    message: 'fit: batch 3: y: rows have shape [2], but those of the batches before [1]' },
  { name: 'more rows of x than of y', run: fitting({ x: good.x, y: [1] }), code: 'shape',
    message: 'fit: batch 3: x has 2 rows and y has 1; each row of x needs its target' },
  { name: 'NaN in a batch', run: fitting({ x: [[0, 0], [0, NaN]], y: [0, 1] }), code: 'data',
    message: 'fit: batch 3: x: row 2, column 2 is NaN; fill in or leave out missing values first' },
  { name: 'a wrong class in a batch', code: 'data',
    run: fitting({ x: good.x, y: [0, 2] }, {}, sequential([dense({ units: 2, activation: 'softmax' })])
      .compile({ loss: 'sparseCategoricalCrossentropy' })),
    message: 'fit: batch 3: y: row 2 is 2, but the last layer has 2 outputs' },
  { name: 'weights of too few rows', run: fitting({ ...good, sampleWeight: [1] }), code: 'shape',
    message: 'fit: batch 3: sampleWeight: expected one weight for each of the 2 rows, received [1]' },
  { name: 'a weight below 0', run: fitting({ ...good, sampleWeight: [1, -1] }), code: 'argument',
    message: 'fit: batch 3: sampleWeight: row 2 has weight -1; expected a number from 0 up' },
  { name: 'an input that is missing in a batch',
    run: () => branching().fit([{ x: [good.x, [1, 2]], y: [1, 2] }, { x: { a: good.x }, y: [1, 2] }] as Batch[], { backend }),
    code: 'argument', message: 'fit: batch 2: x: expected a list of 2, or an object with the names a, b' },
  { name: 'a source that throws', code: 'data',
    run: () => model().fit(function* () {
      yield good
      throw new Error('the disk is gone')
    }, { backend, epochs: 3 }),
    message: 'fit: the source failed at batch 2: the disk is gone' },
  { name: 'a source that throws in its second pass', code: 'data',
    run: () => model().fit(async function* (epoch) {
      yield good
      if (epoch === 1) throw untyped('gone')
    }, { backend, epochs: 3 }),
    message: 'fit: the source failed at batch 2 of pass 2: gone' },
  { name: 'a source that throws while it is closed', code: 'data',
    run: () => {
      const iterator = { next: () => ({ value: good, done: false }), return: () => { throw new Error('busy') } }
      return model().fit({ [Symbol.iterator]: () => iterator }, { backend, stepsPerEpoch: 1 })
    },
    message: 'fit: the source failed when it was closed: busy' },
  { name: 'a source without batches', run: () => model().fit(new Set<Batch>(), { backend }), code: 'data',
    message: 'fit: the source gave no batches' },
  { name: 'a source that can be read once, though it seems otherwise', code: 'data',
    run: () => {
      const inner = once()
      return model().fit({ [Symbol.iterator]: () => ({ next: () => inner.next() }) }, { backend, epochs: 2 })
    },
    message: 'fit: the source ended after 0 batches of pass 2; where it can be read once alone, give stepsPerEpoch, or a ' +
      'function that opens it for each epoch' },
  { name: 'a generator over several epochs', run: () => model().fit(once(), { backend, epochs: 2 }), code: 'argument',
    message: 'fit: a generator can be read once, but there are 2 epochs; give stepsPerEpoch, the number of batches in ' +
      'each, or a function that makes a generator for each epoch' },
  { name: 'a generator that runs dry', run: () => model().fit(once(), { backend, epochs: 2, stepsPerEpoch: 2 }), code: 'data',
    message: 'fit: the source ended after 3 batches, but stepsPerEpoch 2 and 2 epochs need 4; lower either, or give a ' +
      'function or an iterable that begins anew' },
  { name: 'a function whose epoch is too short', run: () => model().fit(() => once(1), { backend, stepsPerEpoch: 2 }),
    code: 'data', message: 'fit: the source ended after 1 batch, but stepsPerEpoch is 2; give more batches or lower it' },
  { name: 'a function that gives a promise', run: () => model().fit(untyped(async () => [good]), { backend }),
    code: 'argument', message: /^fit: .*expected a source of batches: .*, received a promise$/ },
  { name: 'a batch in the place of a list of them', run: () => model().fit(() => untyped(good), { backend }),
    code: 'argument', message: /^fit: .*expected a source of batches: .*, received object$/ },
  { name: 'batchSize for a source', run: option('batchSize', 3), code: 'argument',
    message: 'fit: unknown option "batchSize"; batches are as large as the source makes them' },
  { name: 'shuffle for a source', run: option('shuffle', true), code: 'argument', message: 'shuffle there' },
  { name: 'validationSplit for a source', run: option('validationSplit', 0.2), code: 'argument', message: 'give validationData' },
  { name: 'sampleWeight for a source', run: option('sampleWeight', [1, 1]), code: 'argument',
    message: 'give each batch its own: { x, y, sampleWeight }' },
  { name: 'prefetch for rows', run: onRows(untyped({ prefetch: 1 })), code: 'argument',
    message: 'fit: unknown option "prefetch"; it is for sources of batches: fit(source, options)' },
  { name: 'prefetch below 0', run: option('prefetch', -1), code: 'argument',
    message: 'fit: prefetch must be an integer, at least 0, received -1' },
  { name: 'balanced classes of a source', run: option('classWeight', 'balanced'), code: 'argument',
    message: "fit: classWeight 'balanced' counts the classes of all rows, which a source of batches does not tell" },
  { name: 'the weight of a class that there is none of', code: 'argument',
    run: () => model({ loss: 'sparseCategoricalCrossentropy' }, 2).fit([good], { backend, classWeight: { 2: 1 } }),
    message: 'classWeight: there is no class 2; the last layer has 2 outputs, so classes are 0 to 1' },
  { name: 'a source for an optimiser of all rows', run: () => model({ optimizer: 'lbfgs' }).fit([good], { backend }),
    code: 'argument', message: 'fit: lbfgs takes all rows in each step; give the rows themselves, fit(x, y)' },
  { name: 'stepsPerEpoch for an optimiser of all rows', code: 'argument',
    run: () => model({ optimizer: 'lbfgs' }).fit(good.x, good.y, { backend, stepsPerEpoch: 2 }),
    message: 'fit: stepsPerEpoch 2 of 2 rows: lbfgs takes all rows in each step; leave stepsPerEpoch out' },
  { name: 'stepsPerEpoch of 0', run: onRows({ stepsPerEpoch: 0 }), code: 'argument',
    message: 'fit: stepsPerEpoch must be an integer, at least 1, received 0' },
  { name: 'validationFreq of 0', run: onRows({ validationFreq: 0 }), code: 'argument',
    message: 'fit: validationFreq must be an integer, at least 1, or a list of such, received 0' },
  { name: 'validationFreq with half an epoch', run: onRows({ validationFreq: [1, 2.5] }), code: 'argument',
    message: 'fit: validationFreq must be an integer, at least 1, or a list of such' },
  { name: 'validationData that are neither rows nor batches', run: onRows({ validationData: untyped({ x: 1 }) }),
    code: 'argument', message: 'fit: validationData must be [x, y], [x, y, sampleWeight] or a source of batches { x, y }' },
  { name: 'too many validationData', run: onRows({ validationData: untyped([[[1, 2]], [1], [1], [1]]) }),
    code: 'argument', message: 'fit: validationData must be [x, y], [x, y, sampleWeight] or a source' },
  { name: 'a wrong weight of a validation row', run: onRows({ validationData: [good.x, good.y, [1, -2]] }),
    code: 'argument', message: 'validationData: sampleWeight: row 2 has weight -2; expected a number from 0 up' },
  { name: 'a validation batch of another shape than the rows', run: onRows({ validationData: [{ x: [[1]], y: [1] }] }),
    code: 'shape', message: 'validationData: batch 1: x: rows have shape [1], but ' },
  { name: 'validationBatchSize for batches', run: onRows({ validationData: [good], validationBatchSize: 2 }),
    code: 'argument', message: 'fit: validationBatchSize is for rows' },
  { name: 'a generator to validate with after several epochs', run: onRows({ validationData: once(), epochs: 4, validationFreq: 2 }),
    code: 'argument', message: 'validationData: a generator can be read once, but there are 2 epochs; give validationSteps' },
  { name: 'a batch to evaluate that fits nothing', run: () => model().evaluate([good, untyped({ x: 1, y: 2 })], { backend }),
    code: 'data', message: 'evaluate: batch 2: x: expected lists of numbers' },
  { name: 'more batches to evaluate than there are', run: () => model().evaluate([good], { backend, steps: 2 }),
    code: 'data', message: 'evaluate: the source ended after 1 batch, but steps is 2; give more batches or lower it' },
  { name: 'nothing to evaluate', run: () => model().evaluate(() => [], { backend }), code: 'data',
    message: 'evaluate: the source gave no batches' },
  { name: 'rows of another shape to predict', code: 'shape',
    run: () => model().predict([good.x, [[1, 2, 3]]][Symbol.iterator]() as never, { backend }),
    message: /^predict: batch 2: x: rows have shape \[3\]/ },
  { name: 'nothing to predict', run: () => model().predict(() => [], { backend }), code: 'data',
    message: 'predict: the source gave no batches' },
  { name: 'weightedMetrics that are no list', run: () => model({ weightedMetrics: untyped('mse') }), code: 'argument',
    message: /^compile: weightedMetrics must be a list/ },
  { name: 'an unknown weighted metric', run: () => model({ weightedMetrics: ['acuracy'] }), code: 'argument',
    message: 'metrics: unknown metric "acuracy"; did you mean "accuracy"?' },
]
