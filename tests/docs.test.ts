/** The README and the pages under docs/ are true: their code runs and prints what they say, their files exist. */
import { spawnSync } from 'node:child_process'
import {
  copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Op } from '../src/core/index.js'
import { apply, grad, RandomSource } from '../src/core/index.js'
import { datasets } from '../src/data/index.js'
import * as compositions from '../src/estimators/compose/index.js'
import * as transformers from '../src/estimators/preprocessing/index.js'
import * as library from '../src/index.js'
import * as metricsEntry from '../src/metrics/index.js'
import * as selectionEntry from '../src/selection/index.js'
import type { Tensor } from '../src/index.js'
import { checkBackends } from './conformance/harness/backends.js'
import { checkGradients, randomArray, weightedSum } from './conformance/harness/gradients.js'
import { drawInputs } from './conformance/harness/samples.js'
import { checkStructure } from './conformance/harness/structure.js'
import type { CodeBlock } from './support/markdown.js'
import {
  codeBlocks, commandsOf, expectedPrints, inlineCode, localLinks, outputProblem, printed, shownFiles, tableRows,
} from './support/markdown.js'

const root = resolve('.')
const pages = ['README.md', ...readdirSync('docs').filter((file) => file.endsWith('.md')).map((file) => `docs/${file}`)]
const textOf = (page: string): string => readFileSync(join(root, page), 'utf8')
const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .map((path) => `src/${path.replaceAll('\\', '/')}`)

/** Where blocks become modules: inside of the repository, where imports are found and files are compiled. */
const modules = join(root, '.cache', `docs-${process.pid}`)
/** The working folder of code and commands. */
let work: string

beforeAll(() => {
  mkdirSync(modules, { recursive: true })
  work = mkdtempSync(join(tmpdir(), 'myelin-docs-'))
  copyFileSync(join(root, 'datasets', 'iris.csv'), join(work, 'iris.csv'))
  for (const { name, text } of pages.flatMap((page) => shownFiles(textOf(page)))) writeFileSync(join(work, name), text)
})

afterAll(() => {
  rmSync(modules, { recursive: true, force: true })
  rmSync(work, { recursive: true, force: true })
})

/** The README's blocks import `myelin`; here that is the source. */
const moduleText = ({ text }: CodeBlock): string =>
  `${text}\nexport {}\n`.replaceAll("'myelin'", "'../../src/index.js'")
    .replace(/'myelin\/(\w+)'/g, "'../../src/$1/index.js'")

/** add-an-op.md adds to src/ops/math.ts, so its block has that file's imports. */
function operationText({ text }: CodeBlock): string {
  const imports = textOf('src/ops/math.ts').match(/^import [^]*?'$/gm)!.join('\n')
  return `${imports}\n${text}\n`.replaceAll("'../", "'../../src/").replaceAll("'./", "'../../src/ops/")
}

const scripts = pages.flatMap((page) => codeBlocks(textOf(page))
  .filter(({ language }) => language === 'ts')
  .map((block) => ({
    page, block, name: `${page}, line ${block.line}`,
    file: join(modules, `${page.replace(/\W/g, '-')}-${block.line}.ts`),
    text: page === 'docs/add-an-op.md' ? operationText(block) : moduleText(block),
  })))

describe('TypeScript blocks', () => {
  beforeAll(() => {
    for (const { file, text } of scripts) writeFileSync(file, text)
  })

  it('are there', () => {
    expect(scripts.filter(({ page }) => page === 'README.md').length).toBeGreaterThanOrEqual(5)
    expect(scripts.some(({ page }) => page === 'docs/add-an-op.md')).toBe(true)
  })

  it('have no errors of type, and neither have the declarations that users get', () => {
    expect(existsSync('dist/index.d.ts'), 'dist/ is missing: npm run build').toBe(true)
    const { config } = ts.readConfigFile('tsconfig.json', (path) => readFileSync(path, 'utf8'))
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)
    const files = scripts.map(({ file, page, block }) => {
      if (page === 'docs/add-an-op.md') return file
      const users = file.replace(/\.ts$/, '-user.ts')
      writeFileSync(users, `${block.text}\nexport {}\n`) // 'myelin' is then dist/, as package.json says
      return users
    })
    const program = ts.createProgram(files, { ...options, noUnusedLocals: false, skipLibCheck: false })
    const ours = program.getSourceFiles().filter(({ fileName }) => files.includes(fileName) || /\/dist\//.test(fileName))
    const problems = ours.filter(({ fileName }) => !fileName.includes('/node_modules/'))
      .flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)])
    expect(problems.map(({ file, start, messageText }) =>
      `${file?.text.slice(start).split('\n')[0]}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`)).toEqual([])
    expect(ours.some(({ fileName }) => fileName.endsWith('dist/index.d.ts'))).toBe(true)
  }, 60_000)

  const shown = scripts.filter(({ page }) => page !== 'docs/add-an-op.md')
  it.each(shown)('$name prints what it says', async ({ block, file }) => {
    const expected = expectedPrints(block)
    const lines: string[] = []
    const log = vi.spyOn(console, 'log').mockImplementation((...values: unknown[]) => void lines.push(printed(values)))
    process.chdir(work)
    try {
      await import(file)
    } finally {
      process.chdir(root)
      log.mockRestore()
    }
    expect(lines).toEqual(expected)
  })
})

describe('docs/add-an-op.md', () => {
  it('makes an operation that the conformance suite accepts', async () => {
    const { file } = scripts.find(({ page }) => page === 'docs/add-an-op.md')!
    const { logCosh } = await import(file) as { logCosh: ((x: Tensor) => Tensor) & { op: Op } }
    const { op } = logCosh
    expect(op.samples.length).toBeGreaterThan(3)
    op.samples.forEach((sample, i) => {
      for (const float of ['float32', 'float64'] as const) {
        const { nodes, values } = drawInputs(sample.inputs, float, `${op.name}/${i}`)
        const node = apply(op, nodes, sample.attrs)
        const gradients = grad(weightedSum(node, randomArray(node, new RandomSource(2, 'cotangents'))), nodes)
        checkStructure([node, ...gradients])
        checkBackends({ outputs: [node, ...gradients] }, values)
        if (float === 'float64') checkGradients(node, nodes, values, { order: 2 })
      }
    })
    const x = library.tensor(new Float64Array([-1, 0, 0.5, 1000]))
    const values = [...await logCosh(x).data()]
    ;[Math.log(Math.cosh(1)), 0, Math.log(Math.cosh(0.5)), 1000 - Math.LN2]
      .forEach((value, i) => expect(values[i]).toBeCloseTo(value, 14))
  })
})

/** Pages with commands: a later page may read what the commands of the README wrote. */
const guides = ['README.md', 'docs/reproducible-runs.md']

describe.each(guides)('commands in %s', (page) => {
  const commands = commandsOf(textOf(page))

  it('are those that its readers need', () => {
    expect([...new Set(commands.map(({ command }) => command.split(' ')[1]))].sort())
      .toEqual(page === 'README.md' ? ['datasets', 'evaluate', 'inspect', 'predict', 'train'] : ['run', 'train'])
  })

  // One after another in one folder: later commands read what earlier ones wrote.
  it.each(commands)('line $line: $command', ({ command, shown }) => {
    const [name, ...words] = command.split(' ')
    expect(name).toBe('myelin')
    expect(existsSync(join(root, 'dist/cli/main.js')), 'dist/ is missing: npm run build').toBe(true)
    const { stdout, stderr, status } = spawnSync(process.execPath, [join(root, 'bin/myelin.js'), ...words], {
      cwd: work, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' },
    })
    const output = stderr + stdout
    expect(status, output).toBe(0)
    expect(outputProblem(shown, output)).toBeUndefined()
    if (!words.includes('--json')) return
    expect(JSON.parse(stdout.trim().split('\n').at(-1)!)).toMatchObject({ task: expect.any(String) })
  })
})

describe('what the README lists', () => {
  const { activations, callbacks, constraints, initializers, kindsOf, layers, losses, optimizers, regularizers, schedules } = library
  it.each([
    ['layers', kindsOf(layers)], ['activations', kindsOf(activations)], ['losses', kindsOf(losses)],
    ['optimisers', kindsOf(optimizers)],
    ['learning rate schedules', kindsOf(schedules)], ['initialisers', kindsOf(initializers)], ['penalties', kindsOf(regularizers)], ['constraints', kindsOf(constraints)],
    ['callbacks', kindsOf(callbacks)],
    ['data sets', datasets.map(({ name }) => name)], ['metrics in `myelin/metrics`', Object.keys(metricsEntry)],
    ['splits and searches in `myelin/selection`', Object.keys(selectionEntry)],
    ['transformers and pipelines in `myelin/estimators`', [...Object.keys(transformers), ...Object.keys(compositions)]],
  ])('has all %s, and no others', (row, names) => {
    const cells = tableRows(textOf('README.md')).find(([first]) => first === row)!
    expect(inlineCode(cells[1]!).toSorted()).toEqual([...names].toSorted())
  })

  it('has all callbacks that write files', async () => {
    const names = Object.entries(await import('../src/node/index.js'))
      .filter(([, value]) => typeof value === 'function' && /\): (Component & )?Callback \{$/m.test(textOf(sourceOf(value.name))))
      .map(([name]) => name)
    const cells = tableRows(textOf('README.md')).find(([first]) => first?.startsWith('callbacks that write files'))!
    expect(inlineCode(cells[1]!).toSorted()).toEqual(names.toSorted())
  })
})

/** Where a callback of `myelin/node` lies: `csvLogger` in csv-logger.ts. */
function sourceOf(name: string): string {
  const file = `src/node/${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.ts`
  return existsSync(file) ? file : 'src/node/index.ts'
}

describe.each(pages)('%s', (page) => {
  it('links to files that exist', () => {
    const links = localLinks(textOf(page))
    expect(links.filter((target) => !existsSync(join(root, dirname(page), target)))).toEqual([])
  })
})

describe('README.md', () => {
  it('links to files that come with the package', () => {
    const { files } = JSON.parse(textOf('package.json')) as { files: string[] }
    const there = (target: string): boolean => files.some((file) => target === file || target.startsWith(`${file}/`))
    const links = localLinks(textOf('README.md'))
    expect(links.length).toBeGreaterThan(10)
    expect(links.filter((target) => !there(target))).toEqual([])
  })
})

describe('docs/architecture.md', () => {
  const page = textOf('docs/architecture.md')

  it('names folders and files that exist', () => {
    const rows = tableRows(page).filter(([first]) => first?.startsWith('`src/'))
    const inFolders = rows.flatMap(([folders, , files]) => inlineCode(folders!)
      .flatMap((folder) => [folder, ...inlineCode(files!).map((file) => `${folder}/${file}`)]))
    expect(inFolders.length).toBeGreaterThan(15)
    expect(inFolders.filter((path) => !existsSync(path))).toEqual([])
    const named = inlineCode(page).filter((code) => /^[\w/.-]+\.ts$|^(src|tests)\/[\w/-]+$/.test(code))
    expect(named.length).toBeGreaterThan(10)
    const exists = (path: string): boolean => existsSync(path) || sources.some((source) => source.endsWith(`/${path}`))
    expect(named.filter((path) => !exists(path))).toEqual([])
  })

  it('has every folder of src/', () => {
    const folders = readdirSync('src', { withFileTypes: true }).filter((entry) => entry.isDirectory())
    expect(folders.map(({ name }) => name).filter((name) => !page.includes(`\`src/${name}`))).toEqual([])
  })

  it('has every kind of body', () => {
    const ops = Object.values(library as Record<string, unknown>)
      .flatMap((value) => (typeof value === 'function' && 'op' in value ? [value.op as Op] : []))
    const kinds = new Set([...ops.map(({ body }) => body.kind), 'input', 'reduce'])
    const firstCells = tableRows(page).map(([first]) => first!)
    const table = firstCells.slice(firstCells.indexOf('body') + 1)
    expect(table.map((cell) => cell.replaceAll('`', '')).toSorted()).toEqual([...kinds].toSorted())
  })
})

describe('the comparison of outputs', () => {
  it('ignores numbers, times, widths and empty lines', () => {
    const output = 'Trained 12 epochs in 1.2 s.\n\na 0\n──\n'
    expect(outputProblem(['Trained 3 epochs in 124 ms.', 'a   1.5', '', '────'], output)).toBeUndefined()
  })

  it('finds lines that are missing, changed or too many', () => {
    expect(outputProblem(['a', 'b'], 'a\nc\n')).toBe('"b" is not there; the next line is "c"')
    expect(outputProblem(['a', 'c'], 'a\nb\nc\n')).toBe('"c" is not there; the next line is "b"')
    expect(outputProblem(['a', '...', 'c'], 'a\nb\nc\n')).toBeUndefined()
    expect(outputProblem(['a'], 'a\nb\n')).toBe('there is more: "b"')
    expect(outputProblem(['{"a":1,...}'], '{"a":2,"b":3}\n')).toBeUndefined()
  })
})
