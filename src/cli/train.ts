/** `myelin train`: reads the data, trains, reports, and writes the model file. */

import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { MyelinError } from '../core/errors.js'
import { listNames } from '../data/names.js'
import { requireKind, requireWritable, safetensorsKind } from '../node/outputs.js'
import { csvColumns, executeStream } from '../node/stream.js'
import { isCsv, readData } from '../node/tables.js'
import { writeFileAtomic } from '../node/write-file.js'
import { executeRun, saveModel, type Run, type RunProgress, type RunResult, type RunStart } from '../run/index.js'
import { isStreamed, openData } from './open-data.js'
import { inRun, openRun } from './open-run.js'
import { requireOther } from './output-file.js'
import { showBytes, showProgress } from './progress.js'
import { reportEnd, reportStart } from './report.js'
import { openTerminal } from './terminal.js'
import { runOf, type TrainOptions } from './train-options.js'
import { endTrainingFiles, requireTrainingFiles, trainingCallbacks } from './training-files.js'

/** `weather.csv` gives `weather.myelin.safetensors`, in the folder one is in. */
export const fileFor = (data: string): string => `${basename(data).replace(/\.(csv|tsv|txt)$/i, '')}.myelin.safetensors`

export async function train(data: string | undefined, options: TrainOptions): Promise<void> {
  const terminal = openTerminal(options.json ? process.stderr : process.stdout)
  const run = options.run === undefined ? await runOf(data, options, {}, missingTarget)
    : await inRun(options.run, async () => runOf(data, options, await openRun(options.run!), missingTarget))
  const file = options.out ?? fileFor(run.data.source)
  await requireWritable(file, '--out', 'the model')
  await requireOther(file, '--out', [run.data.source, ...(options.run === undefined ? [] : [options.run])])
  await requireKind(file, '--out', safetensorsKind)
  await requirePictures(run)
  await requireTrainingFiles(options, [file, run.data.source, ...(options.run === undefined ? [] : [options.run])])

  const interrupt = onInterrupt(() => terminal.line('\nstopping after this batch; Ctrl-C again quits'))
  try {
    const progress = showProgress(terminal)
    const preparing = showBytes(terminal)
    const watching = {
      signal: interrupt.signal,
      onStart(start: RunStart) {
        preparing.end()
        interrupt.training = true
        reportStart(terminal, start)
      },
      onProgress: (state: RunProgress) => progress.update(state),
      callbacks: (start: RunStart) => trainingCallbacks(options, start, terminal),
    }
    const { source, stream } = run.data
    const training = await isStreamed(source, stream)
      ? executeStream(run, source, {
        ...watching, onPrepare: ({ pass, done, total }) => preparing.update(pass, done, total),
      })
      : executeRun(run, await openData(source, { run, terminal, signal: interrupt.signal }), watching)
    const result = await training.finally(() => {
      preparing.end()
      progress.end()
    })
    await writeFileAtomic(file, saveModel(result))
    await endTrainingFiles(options, result, terminal)
    reportEnd(terminal, result, file)
    if (options.json) process.stdout.write(`${JSON.stringify(summaryOf(result, file))}\n`)
  } finally {
    interrupt.end()
  }
}

/** Pictures have a label. A table does not say which of its columns is to be predicted; the message names them all. */
export async function missingTarget(data: string): Promise<string> {
  const names = await columnsOf(data)
  if (!names) return 'label'
  throw new MyelinError('argument', `${data}: name the column to predict with --target; the columns are `
    + listNames(names, 40))
}

/** Undefined for pictures. */
async function columnsOf(data: string): Promise<readonly string[] | undefined> {
  if (await isCsv(data)) return csvColumns(data)
  if ((await stat(data).catch(() => undefined))?.isDirectory()) return undefined
  const rows = await readData(data)
  return 'table' in rows ? rows.table.columns.map(({ name }) => name) : undefined
}

/** Only the pictures of a folder are read as the run says; others have their tones already. */
export async function requirePictures({ data: { source }, preprocess: { pictures } }: Run): Promise<void> {
  if (pictures.ink === 'light' && pictures.threshold === null) return
  if ((await stat(source).catch(() => undefined))?.isDirectory()) return
  throw new MyelinError('argument', `${source} is no folder of pictures: ${pictures.ink === 'light' ? '--ink-threshold'
    : '--ink'} is for the pictures of a folder`)
}

interface Interrupt {
  readonly signal: AbortSignal
  /** Before training there is nothing to save: then the first Ctrl-C quits. */
  training: boolean
  end(): void
}

/** Ctrl-C once ends training, twice ends the program. */
export function onInterrupt(announce: () => void): Interrupt {
  const controller = new AbortController()
  const quit = 130
  const handle = (): void => {
    if (controller.signal.aborted || !interrupt.training) process.exit(quit)
    controller.abort()
    announce()
  }
  const interrupt: Interrupt = {
    signal: controller.signal,
    training: false,
    end: () => void process.off('SIGINT', handle).off('SIGTERM', handle),
  }
  process.on('SIGINT', handle).on('SIGTERM', handle)
  return interrupt
}

/** The line of `--json`. */
export function summaryOf(result: RunResult, file: string): object {
  const { run, preprocessor: { target }, report, history, restarts, parameters, train, validation, test } = result
  const { loss, valLoss } = history.history
  return {
    task: target.task,
    data: run.data.source,
    target: target.name,
    ...(target.task === 'classification' && { classes: target.classes }),
    seed: run.seed,
    fingerprint: report.fingerprint,
    rows: report.rows,
    parameters,
    network: run.network,
    loss: run.train.loss,
    optimizer: run.train.optimizer,
    epochs: report.epochs,
    stopped: report.stopped,
    seconds: history.seconds,
    samplesPerSecond: history.samplesPerSecond,
    train: train.metrics,
    validation: validation?.metrics ?? null,
    test: test?.metrics ?? null,
    ...(target.task === 'classification' && { confusionMatrix: (test ?? train).confusion }),
    ...(run.train.restarts > 1 && {
      restarts: restarts.map(({ seed, history, value }) => ({
        seed, value, epochs: history?.epoch.length ?? null, stopped: history?.stopped ?? 'failed',
      })),
    }),
    history: { loss, ...(valLoss && { validationLoss: valLoss }) },
    model: file,
  }
}
