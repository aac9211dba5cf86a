/** The rules of tests/architecture.test.ts: functions from source files to sentences about what breaks a rule. */
import { posix } from 'node:path'
import ts from 'typescript'

export interface SourceFile {
  /** Path from the repository root, with forward slashes: `src/core/node.ts`. */
  readonly path: string
  readonly text: string
}

interface Import { readonly specifier: string, readonly line: number }

/** What each folder of src/ may import besides itself. */
export const mayImport: Readonly<Record<string, readonly string[]>> = (() => {
  const beside = ['data', 'metrics', 'figures', 'formats']
  const train = ['core', 'ops', 'nn', ...beside]
  const estimators = [...train, 'train']
  const selection = [...estimators, 'estimators']
  const run = [...selection, 'selection']
  const library = [...run, 'run', 'compile', 'backends']
  return {
    core: [],
    ops: ['core'],
    nn: ['core', 'ops'],
    train, estimators, selection, run,
    compile: ['core'],
    backends: ['core', 'ops', 'compile'],
    formats: ['core', 'ops'],
    data: ['core'],
    metrics: ['core'],
    figures: ['core'],
    node: [...library, 'index.ts'],
    cli: [...library, 'node', 'index.ts'],
    'index.ts': library,
  }
})()

/** The npm packages that a folder of src/ may import; none anywhere else. */
export const mayDependOn: Readonly<Record<string, readonly string[]>> = {
  data: ['fflate', 'fzstd', 'hyparquet', 'fast-png', 'jpeg-js'],
  formats: ['fflate'],
  estimators: ['ml-matrix'],
  cli: ['commander', 'picocolors'],
}

const mayUseNode = ['cli', 'node']

/** The first folder below src/, or the file's name when it lies in src/ itself. */
function area(path: string): string {
  return path.split('/')[1] ?? ''
}

function parse(file: SourceFile): ts.SourceFile {
  return ts.createSourceFile(file.path, file.text, ts.ScriptTarget.Latest, true)
}

function everyNode(root: ts.Node, visit: (node: ts.Node) => void): void {
  visit(root)
  ts.forEachChild(root, (child) => everyNode(child, visit))
}

/** Every module that a file names: imports, re-exports, `import()` in expressions and in types. */
export function importsOf(file: SourceFile): Import[] {
  const source = parse(file)
  const found: Import[] = []
  const add = (literal: ts.Node | undefined): void => {
    if (literal === undefined || !ts.isStringLiteralLike(literal)) return
    found.push({ specifier: literal.text, line: source.getLineAndCharacterOfPosition(literal.getStart()).line + 1 })
  }
  everyNode(source, (node) => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) add(node.moduleSpecifier)
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0])
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal)
    else if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference)) {
      add(node.moduleReference.expression)
    }
  })
  return found
}

/** Imports that go up, out of src/, to Node or to a package where that is not allowed. */
export function importViolations(files: readonly SourceFile[]): string[] {
  const violations: string[] = []
  for (const file of files) {
    const from = area(file.path)
    const allowed = mayImport[from]
    if (allowed === undefined) {
      violations.push(`${file.path}: "${from}" is not a part of the library's design; src/ holds ${
        Object.keys(mayImport).join(', ')}`)
      continue
    }
    for (const { specifier, line } of importsOf(file)) {
      const at = `${file.path}:${line}`
      if (specifier.startsWith('node:')) {
        if (!mayUseNode.includes(from)) violations.push(`${at}: ${specifier} outside of src/cli and src/node`)
      } else if (!specifier.startsWith('.')) {
        const name = specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/')
        const packages = mayDependOn[from] ?? []
        if (!packages.includes(name)) {
          violations.push(`${at}: package "${name}"; src/${from} may use ${packages.join(', ') || 'none'}`)
        }
      } else {
        const target = posix.join(posix.dirname(file.path), specifier)
        const to = area(target).replace(/\.js$/, '.ts')
        if (!target.startsWith('src/')) violations.push(`${at}: ${specifier} leaves src/`)
        else if (to !== from && !allowed.includes(to)) {
          violations.push(`${at}: src/${from} imports src/${to}; it may import ${allowed.join(', ') || 'nothing'}`)
        }
      }
    }
  }
  return violations
}

/** Where `**` may stand: what never reaches a result that must be the same in every JavaScript engine. */
const mayUsePower = /^src\/(backends\/reference|figures|metrics|cli)\/|^src\/data\/generators(\.ts$|\/)/

/** `2 ** 20`, `2 ** -52` and the like, which are exact everywhere. */
function isPowerOfTwo(node: ts.Node): boolean {
  return ts.isBinaryExpression(node) && node.left.getText() === '2' && /^-?\d+$/.test(node.right.getText())
}

/** Uses of `**`, which differs between engines as Math.pow does (lint bans the functions of Math). */
export function powerViolations(files: readonly SourceFile[]): string[] {
  const violations: string[] = []
  for (const file of files) {
    if (mayUsePower.test(file.path)) continue
    const source = parse(file)
    everyNode(source, (node) => {
      if (node.kind !== ts.SyntaxKind.AsteriskAsteriskToken
        && node.kind !== ts.SyntaxKind.AsteriskAsteriskEqualsToken || isPowerOfTwo(node.parent)) return
      const { line } = source.getLineAndCharacterOfPosition(node.getStart())
      violations.push(`${file.path}:${line + 1}: ** differs between engines; multiply, or write the number out`)
    })
  }
  return violations
}

/** Notes of unfinished work. */
export function unfinishedViolations(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => file.text.split('\n').flatMap((text, index) =>
    /\b(TODO|FIXME)\b/.test(text) ? [`${file.path}:${index + 1}: ${text.trim()}`] : []))
}

/** Files directly in a folder that the folder's index.ts does not re-export. */
export function unexportedFiles(files: readonly SourceFile[], folder: string): string[] {
  const index = files.find((file) => file.path === `${folder}/index.ts`)
  if (index === undefined) return [`${folder}/index.ts is missing`]
  const source = parse(index)
  const exported = new Set(source.statements.filter(ts.isExportDeclaration)
    .flatMap(({ moduleSpecifier: from }) => from && ts.isStringLiteral(from) ? [from.text] : []))
  return files
    .filter((file) => posix.dirname(file.path) === folder && file !== index)
    .filter((file) => !exported.has(`./${posix.basename(file.path, '.ts')}.js`))
    .map((file) => `${file.path} is not exported from ${index.path}`)
}

/** Lines of all files below a folder, as `wc -l` counts them. */
export function linesOf(files: readonly SourceFile[], folder: string): number {
  return files.filter((file) => file.path.startsWith(`${folder}/`))
    .reduce((sum, file) => sum + file.text.split('\n').length - 1, 0)
}
