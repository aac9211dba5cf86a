/** `myelin compare`: the network beside simpler models, on the same splits. */

import { MyelinError } from '../core/errors.js'
import { dotPlot, formatCount, printable, progressBar, table } from '../figures/index.js'
import { workerThreads } from '../node/worker-threads.js'
import {
  compareRun, readBaselines, type CompareRunOptions, type ComparisonProgress, type GroupMetrics, type RunComparison,
} from '../run/index.js'
import { getScorer } from '../selection/index.js'
import type { CompareOptions } from './compare-options.js'
import { openData } from './open-data.js'
import { inRun, openRun } from './open-run.js'
import { clearLine } from './progress.js'
import { facts, showNotices } from './report.js'
import { openTerminal, type Terminal } from './terminal.js'
import { missingTarget, onInterrupt, requirePictures } from './train.js'
import { runOf } from './train-options.js'
import { atLeast, jobsOf } from './whole-number.js'
import { wrap } from './wrap.js'

/** More groups than this are counted, not listed; JSON has all. */
const mostGroups = 20

/** What the words ask for, checked before data are read. */
function planOf({ baselines, cv, repeats, scoring, by, seeds, jobs }: CompareOptions): CompareRunOptions {
  if (scoring !== undefined) getScorer(scoring)
  const threads = jobsOf(jobs)
  const numbers = {
    cv: atLeast('--cv', cv, 2), repeats: atLeast('--repeats', repeats, 1), seeds: atLeast('--seeds', seeds, 2),
  }
  return {
    ...Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== undefined)),
    ...(baselines !== undefined && { baselines: readBaselines(baselines.split(','), '--baselines') }),
    ...(scoring !== undefined && { scoring }), ...(by !== undefined && { by }),
    ...(threads !== 1 && { workers: workerThreads({ nJobs: threads }) }),
  }
}

export async function compare(data: string | undefined, options: CompareOptions): Promise<void> {
  const terminal = openTerminal(options.json ? process.stderr : process.stdout)
  const run = options.run === undefined ? await runOf(data, options, {}, missingTarget)
    : await inRun(options.run, async () => runOf(data, options, await openRun(options.run!), missingTarget))
  const plan = planOf(options)
  if (run.data.stream === true) {
    throw new MyelinError('argument', 'compare: a comparison keeps all rows in memory; leave --stream out, or take fewer rows')
  }
  await requirePictures(run)
  const interrupt = onInterrupt(() => terminal.line('\nstopping; Ctrl-C again quits'))
  try {
    const rows = await openData(run.data.source, { run, terminal, signal: interrupt.signal })
    interrupt.training = true
    const view = showStages(terminal)
    const found = await compareRun(run, rows, { ...plan, signal: interrupt.signal, onProgress: view.update })
      .finally(() => view.end())
    report(terminal, run.data, found)
    if (options.json) process.stdout.write(`${JSON.stringify({ data: run.data.source, target: run.data.target, seed: run.seed, ...found })}\n`)
  } catch (error) {
    if (!interrupt.signal.aborted) throw error
    process.exitCode = 130
  } finally {
    interrupt.end()
  }
}

const stageNames = { models: 'models', groups: 'groups', seeds: 'seeds' } as const

/** One line, rewritten in place where that is possible; elsewhere a line for each stage. */
function showStages(terminal: Terminal): { update(progress: ComparisonProgress): void, end(): void } {
  let stage = ''
  return {
    update({ stage: current, done, total }) {
      if (terminal.live) {
        terminal.write(`${clearLine}${stageNames[current].padEnd(8)}${progressBar(done / total, 24, terminal.style)}  fit ${done}/${total}`)
      } else if (stage !== current) terminal.line(`${stageNames[current]}: ${formatCount(total)} fits`)
      stage = current
    },
    end() {
      if (terminal.live) terminal.write(clearLine)
    },
  }
}

const figure = (value: number): string => value.toFixed(4)

/** `0.013`, `< 0.001`. */
const probability = (p: number): string => p < 0.001 ? '< 0.001' : p.toFixed(3)

function report(terminal: Terminal, { source, target }: { readonly source: string, readonly target: string }, found: RunComparison): void {
  const { task, rows, cv, repeats, scoring, notices } = found
  facts(terminal, [
    ['data', `${printable(source)}, ${task} of "${printable(target)}", ${formatCount(rows)} rows`],
    ['splits', `${cv} parts${repeats > 1 ? `, ${repeats} times` : ''}: ${formatCount(found.trainRows)} rows to train on, `
      + `${formatCount(found.testRows)} to test, ${cv * repeats} times for each model`],
    ['score', scoring],
  ])
  showNotices(terminal, notices)
  reportModels(terminal, found)
  if (found.groups) reportGroups(terminal, found, found.groups)
  if (found.seeds) reportSeeds(terminal, found, found.seeds)
}

function heading(terminal: Terminal, text: string): void {
  terminal.line(`\n${terminal.paint('bold', text)}\n`)
}

function reportModels(terminal: Terminal, { estimators, titles, scoring, cv, repeats }: RunComparison): void {
  const sorted = [...estimators].sort((a, b) => b.mean - a.mean)
  heading(terminal, 'Models')
  terminal.line(table([
    ['', `mean ${scoring}`, '95 % interval', 'network minus it', 'p'],
    ...sorted.map(({ name, mean, interval: [low, high], difference }) => [
      titles[name]!, figure(mean), `${figure(low)} to ${figure(high)}`,
      difference ? `${difference.mean > 0 ? '+' : ''}${figure(difference.mean)}` : '', difference ? probability(difference.adjustedP) : '',
    ]),
  ], terminal.style))
  const named = (fits: (one: typeof sorted[number]) => boolean): string =>
    sorted.filter((one) => one.difference && fits(one)).map(({ name }) => titles[name]!).join(', ')
  terminal.line()
  const lines = [
    ['The network is better than', named(({ difference: d }) => d!.distinguishable && d!.mean > 0)],
    ['The network is worse than', named(({ difference: d }) => d!.distinguishable && d!.mean < 0)],
    ['The network cannot be told from', named(({ difference: d }) => !d!.distinguishable)],
  ].filter(([, names]) => names !== '').map(([what, names]) => `${what}: ${names}.`)
  for (const text of [
    ...lines,
    `Intervals and p are those of the corrected resampled t-test, t = mean / √((1/n + test/train) s²) over the n = ${cv * repeats} `
      + 'splits (Nadeau and Bengio 2003), p for all comparisons at once (Holm 1979). What cannot be told apart may still differ: '
      + 'more --repeats tell more.',
  ]) for (const line of wrap(text, terminal.proseWidth)) terminal.line(line)
}

function reportGroups(
  terminal: Terminal, { task, estimators }: RunComparison, { column, groups }: NonNullable<RunComparison['groups']>,
): void {
  const [metric, title] = task === 'classification' ? ['accuracy', 'accuracy'] as const
    : ['meanAbsoluteError', 'mean absolute error'] as const
  const models = estimators.map(({ name }) => name)
  heading(terminal, `By "${printable(column)}": ${title}`)
  const shown = [...groups].sort((a, b) => b.rows - a.rows).slice(0, mostGroups)
  const row = ({ name, rows, models: own }: GroupMetrics): string[] =>
    [printable(name), formatCount(rows), ...models.map((model) => own[model]![metric]!.toPrecision(4))]
  terminal.line(table([['', 'rows', ...models], ...groups.filter((one) => shown.includes(one)).map(row)],
    terminal.style))
  if (shown.length < groups.length) terminal.line(`and ${formatCount(groups.length - shown.length)} smaller groups; --json has all`)
}

function reportSeeds(
  terminal: Terminal, { scoring, estimators }: RunComparison, { seeds, scores }: NonNullable<RunComparison['seeds']>,
): void {
  const spread = (values: readonly number[]): number => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / (values.length - 1))
  }
  heading(terminal, `The network with ${formatCount(seeds.length)} seeds on one split: ${scoring}`)
  terminal.line(dotPlot(scores, { ...terminal.style, width: Math.min(72, terminal.width) }))
  terminal.line()
  const best = scores.indexOf(Math.max(...scores)), worst = scores.indexOf(Math.min(...scores))
  const overSplits = spread(estimators.find(({ name }) => name === 'network')!.scores)
  const range = scores[worst] === scores[best] ? `All seeds give ${figure(scores[best]!)}.`
    : `Seed ${seeds[worst]} gives ${figure(scores[worst]!)}, seed ${seeds[best]} ${figure(scores[best]!)}.`
  for (const line of wrap(`${range} The standard deviation over seeds is ${figure(spread(scores))}, that over splits ${figure(overSplits)}. The seed decides the initial weights, the `
    + 'order of the rows, and which of them validate.', terminal.proseWidth)) terminal.line(line)
}
