/** `myelin tune`: tries options of a run by cross-validation, and trains the best. */

import { stat } from 'node:fs/promises'
import { MyelinError } from '../core/errors.js'
import { formatCount, printable, table } from '../figures/index.js'
import { requireKind, requireWritable, safetensorsKind } from '../node/outputs.js'
import { searchJournal } from '../node/search-journal.js'
import { workerThreads } from '../node/worker-threads.js'
import { removeFile, writeFileAtomic } from '../node/write-file.js'
import {
  executeRun, RunEstimator, saveModel, searchRows, type RunProgress, type RunStart, type SearchRows,
} from '../run/index.js'
import {
  getScorer, GridSearchCV, HalvingGridSearchCV, HalvingRandomSearchCV, KFold, RandomizedSearchCV, StratifiedKFold,
  type Distributions, type Grid,
} from '../selection/index.js'
import { readGrid } from './grid.js'
import { openData } from './open-data.js'
import { inRun, openRun } from './open-run.js'
import { requireOther } from './output-file.js'
import { showProgress } from './progress.js'
import { facts, reportEnd, reportStart, showNotices } from './report.js'
import { candidateText, showSearch } from './search-progress.js'
import { openTerminal, type Terminal } from './terminal.js'
import { fileFor, missingTarget, onInterrupt, requirePictures, summaryOf } from './train.js'
import { runOf } from './train-options.js'
import type { TuneOptions } from './tune-options.js'
import { atLeast, jobsOf } from './whole-number.js'

type Search = GridSearchCV | RandomizedSearchCV | HalvingGridSearchCV | HalvingRandomSearchCV

/** What is shown of all candidates. */
const shownCandidates = 10
const usualFolds = 5

/** What the words ask for, checked before data are read. */
interface Plan {
  readonly grids: readonly Distributions[]
  readonly random: number | undefined
  readonly halving: boolean
  readonly cv: number
  readonly jobs: number
  readonly scoring: string | undefined
}

async function planOf(
  grid: readonly string[], { random, halving = false, cv, jobs, scoring }: TuneOptions,
): Promise<Plan> {
  const drawn = atLeast('--random', random, 1)
  if (scoring !== undefined) getScorer(scoring)
  return {
    grids: await readGrid(grid, drawn !== undefined), random: drawn, halving, scoring,
    cv: atLeast('--cv', cv, 2) ?? usualFolds, jobs: jobsOf(jobs),
  }
}

function searchOf({ grids, random, halving, cv, scoring }: Plan, { run, task }: SearchRows): Search {
  const folds = { nSplits: cv, shuffle: true, randomState: run.seed >>> 0 }
  const common = {
    estimator: new RunEstimator({ run }), refit: false,
    cv: task === 'classification' ? new StratifiedKFold(folds) : new KFold(folds), ...(scoring !== undefined && { scoring }),
  }
  const seed = { randomState: run.seed >>> 0 }
  if (random === undefined) {
    const paramGrid = grids as readonly Grid[]
    return halving ? new HalvingGridSearchCV({ ...common, ...seed, paramGrid }) : new GridSearchCV({ ...common, paramGrid })
  }
  const drawn = { ...common, ...seed, paramDistributions: grids }
  return halving ? new HalvingRandomSearchCV({ ...drawn, nCandidates: random }) : new RandomizedSearchCV({ ...drawn, nIter: random })
}

/** The journal stands beside the model. @throws MyelinError `file` where it is there against expectation, or is not */
async function journalFor(file: string, resume: boolean): Promise<string> {
  const journal = `${file}.search.jsonl`
  const there = await stat(journal).catch(() => undefined)
  if (there && !resume) {
    throw new MyelinError('file', `${JSON.stringify(journal)} is the journal of a search that was interrupted: go on from there `
      + 'with --resume, or remove it')
  }
  if (!there && resume) {
    throw new MyelinError('file', `--resume: there is no journal ${JSON.stringify(journal)} to go on from; leave --resume out`)
  }
  return journal
}

export async function tune(data: string | undefined, grid: readonly string[], options: TuneOptions): Promise<void> {
  const terminal = openTerminal(options.json ? process.stderr : process.stdout)
  const run = options.run === undefined ? await runOf(data, options, {}, missingTarget)
    : await inRun(options.run, async () => runOf(data, options, await openRun(options.run!), missingTarget))
  const plan = await planOf(grid, options)
  const { source } = run.data
  if (run.data.stream === true) {
    throw new MyelinError('argument', 'tune: a search keeps all rows in memory; leave --stream out, or take fewer rows')
  }
  const file = options.out ?? fileFor(source)
  const inputs = [source, ...(options.run === undefined ? [] : [options.run])]
  await requireWritable(file, '--out', 'the model')
  await requireOther(file, '--out', inputs)
  await requireKind(file, '--out', safetensorsKind)
  await requirePictures(run)
  const journal = await journalFor(file, options.resume === true)

  const interrupt = onInterrupt(() => terminal.line('\nstopping; Ctrl-C again quits'))
  try {
    const rows = await openData(source, { run, terminal, signal: interrupt.signal })
    const seen = searchRows({ ...run, data: { ...run.data, stream: false } }, rows)
    const search = searchOf(plan, seen)
    reportSearch(terminal, seen, plan, search)
    interrupt.training = true
    if (!await searched(terminal, search, seen, plan, journal, interrupt.signal)) return
    const best = new RunEstimator({
      run: { ...run, data: { ...run.data, task: seen.task, stream: false } }, ...search.bestParams,
    }).run
    const candidates = reportCandidates(terminal, search, plan.scoring ?? ownScore(seen))
    terminal.line(`\n${terminal.paint('bold', 'The best, trained on the whole training part')}\n`)
    const progress = showProgress(terminal)
    const result = await executeRun(best, rows, {
      signal: interrupt.signal,
      onStart: (start: RunStart) => reportStart(terminal, start),
      onProgress: (state: RunProgress) => progress.update(state),
    }).finally(() => progress.end())
    await writeFileAtomic(file, saveModel(result))
    if (result.report.stopped !== 'aborted') await removeFile(journal)
    reportEnd(terminal, result, file)
    if (options.json) {
      const found = { scoring: plan.scoring ?? ownScore(seen), best: search.bestParams, score: search.bestScore, candidates }
      process.stdout.write(`${JSON.stringify({ ...summaryOf(result, file), search: found })}\n`)
    }
  } finally {
    interrupt.end()
  }
}

const ownScore = ({ task }: SearchRows): string => task === 'classification' ? 'accuracy' : 'r2'

/** @returns false where it was interrupted */
async function searched(
  terminal: Terminal, search: Search, { X, y }: SearchRows, { jobs }: Plan, journal: string, signal: AbortSignal,
): Promise<boolean> {
  const progress = showSearch(terminal)
  try {
    await search.fit(X, y, {
      signal, journal: searchJournal(journal), ...(jobs !== 1 && { workers: workerThreads({ nJobs: jobs }) }),
      onProgress: (state) => progress.update(state),
    })
    progress.end()
    showNotices(terminal, search.notices)
    return true
  } catch (error) {
    progress.end()
    if (!signal.aborted) throw error
    terminal.line(`Kept the journal ${printable(journal)}: the same command with --resume goes on from there.`)
    process.exitCode = 130
    return false
  }
}

function reportSearch(terminal: Terminal, seen: SearchRows, plan: Plan, { kind }: Search): void {
  const { y, task, run, testRows } = seen
  const names = [...new Set(plan.grids.flatMap((grid) => Object.keys(grid)))]
  facts(terminal, [
    ['data', `${printable(run.data.source)}, ${task} of "${printable(run.data.target)}"`],
    ['rows', `${formatCount(y.length)} to search on${testRows > 0 ? `, ${formatCount(testRows)} set aside to test the best` : ''}`],
    ['search', `${kind} of ${names.join(', ')}${plan.random === undefined ? '' : `, ${formatCount(plan.random)} drawn`}, `
      + `${plan.cv} folds, by ${plan.scoring ?? ownScore(seen)}`],
  ])
  terminal.line()
}

interface Candidate {
  readonly params: Readonly<Record<string, unknown>>
  readonly mean: number
  readonly std: number
  readonly rank: number
}

/** Prints the best candidates. @returns all of them, the best first */
function reportCandidates(terminal: Terminal, search: Search, scoring: string): readonly Candidate[] {
  const { params, meanTestScore, stdTestScore, rankTestScore, iter } = search.cvResults
  const last = iter === undefined ? undefined : Math.max(...iter as readonly number[])
  const candidates = params.map((one, i): Candidate & { readonly round: number } => ({
    params: one, mean: meanTestScore![i]!, std: stdTestScore![i]!, rank: rankTestScore![i]!,
    round: last === undefined ? 0 : (iter as readonly number[])[i]!,
  })).sort((a, b) => b.round - a.round || a.rank - b.rank)
  const shown = candidates.slice(0, shownCandidates)
  terminal.line(`\n${terminal.paint('bold', shown.length < candidates.length
    ? `The best ${shown.length} of ${formatCount(candidates.length)} candidates` : 'Candidates')}\n`)
  terminal.line(table([
    ['', `mean ${scoring}`, '±', 'options'],
    ...shown.map(({ params: one, mean, std }, i) => [String(i + 1), mean.toFixed(4), std.toFixed(4), candidateText(one)]),
  ], terminal.style))
  return candidates.map(({ params: one, mean, std, rank }) => ({ params: one, mean, std, rank }))
}
