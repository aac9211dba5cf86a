/**
 * Kills searches at random moments, within writes of their journal too, and lets them go on: in the end the table is that of
 * an undisturbed search, and no fit that was kept is done twice.
 *
 *     node scripts/kill-search.mjs [SEARCHES] [SEED]
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { numbers } from './kill-and-resume.mjs'

const script = fileURLToPath(import.meta.url)
const library = (name) => import(new URL(`../dist/${name}/index.js`, import.meta.url).href)

/** Prints `ready`, then the table of the search without its times. */
async function search(file, nJobs) {
  const { MLPRegressor } = await library('estimators')
  const { HalvingGridSearchCV } = await library('selection')
  const { searchJournal, workerThreads } = await library('node')
  const X = Array.from({ length: 80 }, (_, i) => [i % 7, (i * i) % 11, (i * 5) % 13])
  const y = X.map(([a, b, c]) => a * b - c)
  const found = new HalvingGridSearchCV({
    estimator: new MLPRegressor({ maxIter: 8, hiddenLayerSizes: [5], randomState: 3 }), cv: 3, factor: 2, randomState: 0,
    paramGrid: { alpha: [1e-4, 1e-2, 1, 10], learningRateInit: [1e-3, 1e-2] }, returnTrainScore: true,
  })
  console.log('ready')
  await found.fit(X, y, {
    ...nJobs > 0 && { workers: workerThreads({ nJobs }) }, ...file !== '' && { journal: searchJournal(file) },
  })
  const table = Object.entries(found.cvResults).filter(([name]) => !name.endsWith('Time'))
  console.log(`table ${JSON.stringify([Object.fromEntries(table), found.bestParams])}`)
}

/** @param delay milliseconds from `ready` to the kill; Infinity for none */
function run(args, delay) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, 'search', ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    let errors = ''
    let timer
    child.stdout.setEncoding('utf8').on('data', (text) => {
      if (output === '' && delay !== Infinity) timer = setTimeout(() => child.kill('SIGKILL'), delay)
      output += text
    })
    child.stderr.setEncoding('utf8').on('data', (text) => { errors += text })
    child.on('error', reject).on('close', (code, signal) => {
      clearTimeout(timer)
      if (signal === 'SIGKILL') resolve(undefined)
      else if (code !== 0) reject(new Error(`a search ended with exit code ${code}:\n${errors}`))
      else resolve(/^table (.*)$/m.exec(output)[1])
    })
  })
}

const linesOf = (file) => existsSync(file) ? readFileSync(file, 'utf8').split('\n') : ['']

/**
 * @param searches how many searches are killed, each at one moment or more, and go on to their end
 * @returns how often there were kills, and how many fits were kept over them
 * @throws Error where a table is not that of an undisturbed search, or the journal has a fit twice
 */
export async function killSearches({ searches, seed = 1, folder, report = () => {} }) {
  const random = numbers(seed)
  const began = performance.now()
  const expected = await run(['', '0'], Infinity)
  const usual = performance.now() - began
  const result = { searches: 0, kills: 0, keptFits: 0 }
  while (result.searches < searches) {
    const file = join(folder, `journal-${result.searches}.jsonl`)
    const nJobs = String(result.searches % 3)
    let table
    let kills = 0
    while (table === undefined) {
      table = await run([file, nJobs], kills < 3 && (kills === 0 || random() < 0.5) ? random() * usual : Infinity)
      if (table !== undefined) continue
      kills++
      result.keptFits += Math.max(0, linesOf(file).length - 2)
    }
    result.kills += kills
    if (table !== expected) throw new Error(`the table of search ${result.searches} is ${table}, undisturbed it is ${expected}`)
    const fits = linesOf(file).slice(1, -1).map((line) => JSON.parse(line).fit)
    if (new Set(fits).size < fits.length) throw new Error(`search ${result.searches} did a fit twice: ${fits.join()}`)
    // one that was quicker than the kill is done again
    if (kills > 0) result.searches++
    else rmSync(file)
    report(result)
  }
  return result
}

if (process.argv[2] === 'search') await search(process.argv[3], Number(process.argv[4]))
else if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const searches = Number(process.argv[2] ?? 20)
  if (!(searches >= 1)) throw new Error(`expected a number of searches, such as 20, received "${process.argv[2]}"`)
  const folder = mkdtempSync(join(tmpdir(), 'myelin-searches-'))
  try {
    const { kills, keptFits } = await killSearches({
      searches, seed: Number(process.argv[3] ?? 1), folder,
      report: ({ searches: done }) => process.stderr.write(`\r${done} of ${searches} searches`),
    })
    console.log(`\n${searches} searches came to their end over ${kills} kills, each with the table of an undisturbed one; the `
      + `journals kept ${keptFits} fits over the kills`)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
