/** The model file of a trained model: what is written, and what is believed of a file that a stranger may have made. */

import { MyelinError, sameShape, shapeText } from '../core/index.js'
import { preprocessorFromJSON, type Target } from '../data/index.js'
import { decodeModel, encodeModel, type JsonValue, type NamedTensor } from '../formats/index.js'
import { readNetworkJson } from '../nn/index.js'
import { Model } from '../train/index.js'
import { inFile, namedTensors, takeWeights } from '../train/saved-model.js'
import { headFor } from './head.js'
import { hasAuto, layersIn } from './network-document.js'
import { readRun } from './read-run.js'
import type { Metrics } from './score.js'
import type { SettledRun } from './settle.js'
import type { TrainedModel, TrainingReport } from './trained-model.js'

/**
 * A trained model as one safetensors file: weights, architecture, run, report and preprocessing. The same model gives
 * the same bytes.
 */
export function saveModel(trained: TrainedModel): Uint8Array {
  const { model, preprocessor, run, report } = trained ?? {}
  if (!(model instanceof Model) || !preprocessor || !run) {
    throw new MyelinError('argument', 'saveModel: expected the result of executeRun or loadModel; a model of your own is '
      + 'saved by model.save()')
  }
  return encodeModel({
    architecture: model.toJSON(), run: { ...run, report }, preprocess: preprocessor.toJSON(),
    weights: namedTensors(model),
  })
}

/**
 * Reads what `saveModel` wrote. Everything is checked before memory is taken: the container and its checksum, the
 * architecture, the run, the preprocessing, that they fit together, and names, shapes and values of all weights.
 *
 * @param bytes the whole file
 * @param options.source what the file is called in messages; default "model file"
 * @throws MyelinError `file` naming what is wrong
 */
export function loadModel(
  bytes: Uint8Array, { source = 'model file' }: { readonly source?: string } = {},
): TrainedModel {
  const { architecture, run: document, preprocess, weights } = decodeModel(bytes, { source })
  if (document === null) {
    throw new MyelinError('file', `${source}: this is a model by itself, without a run and its preprocessing; read it `
      + 'with Model.load(bytes)')
  }
  return inFile(source, () => {
    const { report, ...rest } = objectAt(document, 'run')
    const run = settled(readRun(rest))
    const preprocessor = preprocessorFromJSON(preprocess)
    const { target } = preprocessor
    requireFit(run, target)
    const model = readModel(architecture, weights, preprocessor.featureCount)
    requireOutputs(model, headFor(target, run.train.loss).units)
    model.compile({ loss: run.train.loss, optimizer: run.train.optimizer })
    return { run, preprocessor, model, report: readReport(report) }
  })
}

function fail(problem: string): never {
  throw new MyelinError('file', `${problem}; the file was not written by Myelin`)
}

function objectAt(value: JsonValue | undefined, path: string): { readonly [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value
    : fail(`${path} must be an object`)
}

function settled(run: ReturnType<typeof readRun>): SettledRun {
  const { data, preprocess, network, train } = run
  if (network === 'cnn') return fail('run: network: "cnn" in a run that was executed')
  if (data.task === 'auto' || preprocess.text === 'auto' || layersIn(network).some(hasAuto) || train.loss === 'auto'
    || train.epochs === 'auto' || train.earlyStopping === 'auto') fail('run: "auto" in a run that was executed')
  return { ...run, network, data: { ...data, stream: data.stream === true } } as SettledRun
}

function requireFit(run: SettledRun, target: Target): void {
  if (run.data.task !== target.task || run.data.target !== target.name) {
    fail(`the run learns "${run.data.target}" (${run.data.task}), the preprocessing has "${target.name}" `
      + `(${target.task})`)
  }
}

/** The network with its weights; their names and shapes are compared before memory is taken for them. */
function readModel(architecture: JsonValue, weights: ReadonlyMap<string, NamedTensor>, features: number): Model {
  const { layers, options: { inputShape: ofChain, ...options } } = readNetworkJson(architecture)
  const branches = 'calls' in layers
  if (branches && layers.inputs.length > 1) fail(`the network has ${layers.inputs.length} inputs, runs have one`)
  const inputShape = branches ? layers.inputs[0]!.shape : ofChain
  if (!inputShape || !sameShape(inputShape, [features])) {
    fail(`the network takes rows of shape ${inputShape ? shapeText(inputShape) : 'unknown'}, the preprocessing gives `
      + `${features} features`)
  }
  // without a shape nothing is built yet: weights are compared first
  const open = branches ? { ...layers, inputs: layers.inputs.map(({ name }) => ({ name, shape: undefined })) } : layers
  const model: Model = new Model(open, options)
  takeWeights(model, [inputShape], weights)
  return model
}

function requireOutputs({ outputShapes }: Model, units: number): void {
  for (const shape of outputShapes) {
    if (sameShape(shape, [units])) continue
    fail(`the network gives rows of shape ${shapeText(shape)}, the target needs [${units}]`)
  }
}

const count = (value: JsonValue | undefined, path: string): number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value
    : fail(`${path} must be a whole number`)

const metricNames = ['loss', 'accuracy', 'precision', 'recall', 'f1', 'r2', 'mse', 'mae']

function readMetrics(value: JsonValue | undefined, path: string): Metrics | null {
  if (value === null) return null
  const metrics = objectAt(value, path)
  for (const [name, figure] of Object.entries(metrics)) {
    if (!metricNames.includes(name) || (figure !== null && typeof figure !== 'number')) {
      fail(`${path} must hold metrics`)
    }
  }
  return metrics as unknown as Metrics
}

function readReport(value: JsonValue | undefined): TrainingReport {
  const report = objectAt(value, 'run.report')
  const rows = objectAt(report.rows, 'run.report.rows')
  const metrics = objectAt(report.metrics, 'run.report.metrics')
  const { stopped, fingerprint } = report
  return {
    fingerprint: typeof fingerprint === 'string' && /^[0-9a-f]{64}$/.test(fingerprint) ? fingerprint
      : fail('run.report.fingerprint must be 64 hexadecimal digits'),
    epochs: count(report.epochs, 'run.report.epochs'),
    stopped: typeof stopped === 'string' ? stopped : fail('run.report.stopped must be a text'),
    rows: {
      train: count(rows.train, 'run.report.rows.train'),
      validation: count(rows.validation, 'run.report.rows.validation'),
      test: count(rows.test, 'run.report.rows.test'),
    },
    metrics: {
      train: readMetrics(metrics.train, 'run.report.metrics.train')
        ?? fail('run.report.metrics.train must be an object'),
      validation: readMetrics(metrics.validation, 'run.report.metrics.validation'),
      test: readMetrics(metrics.test, 'run.report.metrics.test'),
    },
  }
}
