/** Curves and histograms for TensorBoard. */

import { join } from 'node:path'
import { MyelinError } from '../core/errors.js'
import { histogramOf, summaryRecord, type SummaryValue } from '../formats/event-records.js'
import type { JsonValue } from '../formats/index.js'
import { readOptions, type Component } from '../nn/index.js'
import { integer } from '../nn/parameters.js'
import type { Callback, CallbackState, Model } from '../train/index.js'
import { makeFolder, pathFor, requireFile } from './callback-file.js'
import { EventFile, eventFilePattern, type EventFilePlace } from './event-file.js'
import { requireFolder } from './outputs.js'
import { saveFreqParameter, type SaveFreq } from './save-freq.js'

const parameters = {
  histogramFreq: integer({ default: 0, min: 0, help: 'epochs between two histograms of the weights; 0: none' }),
  updateFreq: saveFreqParameter('when the loss is written besides: after each epoch alone, or every so many batches'),
}

type Writer = 'train' | 'validation'
const writers: readonly Writer[] = ['train', 'validation']

/** `valLoss` is the `loss` of the validation data. */
const validationValue = /^val([A-Z])/

/**
 * Writes what TensorBoard shows, as Keras's callback of this name: after each epoch `epoch_loss`, `epoch_accuracy`, ... in
 * the folder `train` and those of the validation data in `validation`, so that both are curves of one chart. Those of
 * training have `epoch_learning_rate` too: the rate of the next step or, where the optimiser has a schedule, of the last.
 *
 * @param logDir made where it is missing; another training adds to what is there; `{seed}` stands for the model's seed
 * @param options.histogramFreq after every so many epochs, histograms of all weights, `dense_1/kernel/histogram`;
 *   default 0: none
 * @param options.updateFreq a number writes `batch_loss` after every so many batches, the mean of the epoch so far;
 *   default 'epoch': no such curve
 * @throws MyelinError `argument` for wrong options; in training, `file` where a file cannot be written
 */
export function tensorBoard(
  logDir: string, options: { readonly histogramFreq?: number, readonly updateFreq?: SaveFreq } = {},
): Component & Callback {
  requireFile('tensorBoard', logDir)
  const { histogramFreq, updateFreq } = readOptions('tensorBoard', parameters, options)
  let root = logDir
  const files = new Map<Writer, EventFile>()
  const places = new Map<Writer, EventFilePlace>()

  const write = async (writer: Writer, step: number, values: readonly SummaryValue[]): Promise<void> => {
    let file = files.get(writer)
    if (!file) {
      const folder = join(root, writer)
      const place = places.get(writer)
      file = await (place ? EventFile.continue(folder, place) : EventFile.create(folder))
      files.set(writer, file)
    }
    await file.append(summaryRecord(Date.now() / 1000, step, values))
  }
  const histograms = (model: Model): SummaryValue[] =>
    model.getWeights().map(({ name, data }) => ({ tag: `${name}/histogram`, histogram: histogramOf(data) }))

  return {
    kind: 'tensorBoard',
    config: {},
    onlyWatches: true,
    async onTrainBegin({ model }) {
      files.clear()
      places.clear()
      root = pathFor(logDir, model)
      await makeFolder(root)
      await requireFolder(root, 'tensorBoard', 'events')
    },
    async onEpochEnd(epoch, logs, { model, learningRate }) {
      const values = new Map<Writer, SummaryValue[]>(writers.map((writer) => [writer, []]))
      for (const [name, scalar] of Object.entries(logs)) {
        if (name === 'learningRate') continue
        const own = name.replace(validationValue, (_, letter: string) => letter.toLowerCase())
        values.get(own === name ? 'train' : 'validation')!.push({ tag: `epoch_${own}`, scalar })
      }
      values.get('train')!.push({ tag: 'epoch_learning_rate', scalar: learningRate })
      if (histogramFreq > 0 && epoch % histogramFreq === 0) values.get('train')!.push(...histograms(model))
      for (const writer of writers) if (values.get(writer)!.length > 0) await write(writer, epoch, values.get(writer)!)
    },
    ...(updateFreq !== 'epoch' && {
      batchInterval: updateFreq,
      onBatchEnd: ({ batchNumber, loss }) =>
        write('train', batchNumber, [{ tag: 'batch_loss', scalar: loss }]),
    }),
    getState: () => ({
      values: Object.fromEntries(writers.flatMap((writer) => {
        const end = files.get(writer)?.end ?? places.get(writer)
        return end ? [[writer, { ...end }]] : []
      })),
    }),
    setState({ values }: CallbackState) {
      for (const writer of writers) if (values[writer] !== undefined) places.set(writer, readPlace(values[writer]))
    },
  }
}

function readPlace(value: JsonValue): EventFilePlace {
  const { name, bytes } = (typeof value === 'object' && value !== null ? value : {}) as Partial<EventFilePlace>
  if (typeof name === 'string' && eventFilePattern.test(name) && Number.isSafeInteger(bytes) && bytes! >= 0) {
    return { name, bytes: bytes! }
  }
  throw new MyelinError('data', 'tensorBoard: the state to go on from holds no event file; give what getState gave')
}
