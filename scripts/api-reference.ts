/**
 * The API reference in docs/api: Markdown made of what the package exports. Signatures and docstrings come from the
 * source, the options of components from their declared parameters. tests/api-reference.test.ts compares and writes it.
 */
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import ts from 'typescript'
import packageJson from '../package.json' with { type: 'json' }
import type { RunEntry, RunSection } from '../src/run/index.js'
import type { Factory, Parameters } from '../src/nn/index.js'

/** One exported thing, under the name by which its users reach it. */
interface Item {
  /** `dense`, or `initializers.heNormal` where it is exported in a namespace alone. */
  readonly name: string
  /** What is imported: `myelin`, `myelin/node`. */
  readonly module: string
  /** The page without its ending. */
  readonly page: string
  readonly symbol: ts.Symbol
  /** Absent for a type. */
  readonly value: unknown
}

export interface Reference {
  /** Texts by the names of their files in docs/api. */
  readonly pages: ReadonlyMap<string, string>
  /** Exports, and public members of classes, without a docstring. */
  readonly undocumented: readonly string[]
}

/** @param root the folder of package.json */
export async function apiReference(root: string): Promise<Reference> {
  const entries = Object.entries(packageJson.exports as Record<string, string | { types: string }>).flatMap(
    ([key, target]) => typeof target === 'string' ? [] : [{
      module: `myelin${key.slice(1)}`,
      file: join(root, target.types.replace('./dist/', 'src/').replace('.d.ts', '.ts')),
    }],
  )
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => readFileSync(path, 'utf8'))
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)
  const program = ts.createProgram(entries.map(({ file }) => file), options)
  const items: Item[] = []
  for (const { module, file } of entries) {
    const values = await import(pathToFileURL(file).href) as Readonly<Record<string, unknown>>
    collect(program, root, module, file, values, items)
  }
  return new Writer(program.getTypeChecker(), root, items).write()
}

const isNamespace = (symbol: ts.Symbol): boolean => (symbol.flags & ts.SymbolFlags.ValueModule) !== 0

/** Adds a module's exports; what is exported in several places is taken once, by its bare name where it has one. */
function collect(
  program: ts.Program, root: string, module: string, file: string,
  values: Readonly<Record<string, unknown>>, items: Item[],
): void {
  const checker = program.getTypeChecker()
  const exportsOf = (symbol: ts.Symbol): { name: string; symbol: ts.Symbol }[] => checker.getExportsOfModule(symbol)
    .map((e) => ({ name: e.name, symbol: e.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(e) : e }))
  const exported = exportsOf(checker.getSymbolAtLocation(program.getSourceFile(file)!)!)
  const namespaces = exported.filter(({ symbol }) => isNamespace(symbol))
  const pages = new Map(namespaces.flatMap(({ name, symbol }) =>
    exportsOf(symbol).map((member) => [member.symbol, name] as const)))
  const known = new Set(items.map(({ symbol }) => symbol))
  const add = (name: string, symbol: ts.Symbol, value: unknown): void => {
    if (known.has(symbol)) return
    known.add(symbol)
    items.push({ name, module, symbol, value, page: pages.get(symbol) ?? folderOf(root, symbol) })
  }
  for (const { name, symbol } of exported) if (!isNamespace(symbol)) add(name, symbol, values[name])
  for (const { name, symbol } of namespaces) {
    const members = values[name] as Readonly<Record<string, unknown>>
    for (const member of exportsOf(symbol)) add(`${name}.${member.name}`, member.symbol, members[member.name])
  }
}

const declarationOf = (symbol: ts.Symbol): ts.Declaration => symbol.valueDeclaration ?? symbol.declarations![0]!

/** The folder of src/ that declares it: `train`. */
function folderOf(root: string, symbol: ts.Symbol): string {
  const path = relative(join(root, 'src'), declarationOf(symbol).getSourceFile().fileName).replaceAll('\\', '/')
  return path.split('/')[0]!
}

const isFactory = (value: unknown): value is Factory =>
  typeof value === 'function' && 'kind' in value && 'parameters' in value

const isParameters = (value: unknown): value is Parameters =>
  typeof value === 'object' && value !== null && Object.values(value).length > 0 &&
  Object.values(value as Readonly<Record<string, unknown>>)
    .every((member) => typeof member === 'object' && member !== null && 'allowed' in member && 'required' in member)

/** The parameters of an estimator's class, which its instances carry; none of a class that cannot be made without. */
function estimatorParameters(value: unknown): Parameters | undefined {
  if (typeof value !== 'function' || !(value.prototype as object | undefined) || !('getParams' in value.prototype)) {
    return undefined
  }
  try {
    const { parameters } = new (value as new () => { parameters: unknown })()
    return isParameters(parameters) ? parameters : undefined
  } catch {
    return undefined
  }
}

const isRegistry = (value: unknown): value is Readonly<Record<string, Factory>> =>
  typeof value === 'object' && value !== null && Object.values(value).length > 0 &&
  Object.values(value).every(isFactory)

const isRunSection = (value: unknown): value is RunSection =>
  typeof value === 'object' && value !== null && 'train' in value && 'network' in value

/** Text that stands in a cell of a table. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ').trim()

const code = (text: string): string => `\`${text}\``

/** Editors follow `{@link name}`, a page of Markdown does not. */
const unlinked = (text: string): string => text.replace(/\{@link (\w+)\}/g, '`$1`')

/** A docstring in Markdown: signs that would be markup outside of code are escaped. */
const prose = (text: string): string => unlinked(text).split(/(`[^`]*`)/)
  .map((part, i) => i % 2 === 1 ? part : part.replace(/[<]/g, '\\<')).join('')

/** The first sentence of the docstring at the head of a file. */
function headline(file: string): string {
  const text = /^\/\*\*([^]*?)\*\//.exec(readFileSync(file, 'utf8'))?.[1] ?? ''
  return /^.*?\.(?=\s|$)/.exec(text.replace(/^\s*\* ?/gm, ' ').replace(/\s+/g, ' ').trim())?.[0] ?? ''
}

/** What GitHub makes of a heading. */
const anchorOf = (heading: string): string => heading.toLowerCase().replace(/[^\w -]/g, '').replaceAll(' ', '-')

/** Functions and values, classes, types: the order on a page. */
const groups = ['Functions and values', 'Classes', 'Types']
const groupOf = ({ symbol }: Item): number =>
  symbol.flags & ts.SymbolFlags.Class ? 1 : symbol.flags & ts.SymbolFlags.Value ? 0 : 2

const bare = (name: string): string => name.slice(name.lastIndexOf('.') + 1)

/** Types whole and by their names alone: where a file lies is another place on every machine. */
const typeFlags = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope

class Writer {
  private readonly byName: ReadonlyMap<string, Item>
  private readonly anchors = new Map<Item, string>()
  private readonly undocumented: string[] = []

  constructor(
    private readonly checker: ts.TypeChecker,
    private readonly root: string,
    private readonly items: readonly Item[],
  ) {
    this.byName = new Map(items.map((item) => [item.name, item]))
  }

  write(): Reference {
    const names = [...new Set(this.items.map(({ page }) => page))].toSorted()
    const titles = new Map(names.map((page) => [page, this.titleOf(page)]))
    for (const page of names) {
      // `model` and `Model`: the second heading that differs in case alone gets a number
      const taken = new Map<string, number>()
      for (const item of this.on(page)) {
        const anchor = anchorOf(item.name)
        const times = taken.get(anchor) ?? 0
        this.anchors.set(item, times === 0 ? anchor : `${anchor}-${times}`)
        taken.set(anchor, times + 1)
      }
    }
    const pages = new Map(names.map((page) => [`${page}.md`, this.page(page, titles.get(page)!)]))
    const index = [
      '# API reference',
      'Made from the source by `UPDATE_GOLDEN=1 npx vitest run tests/api-reference.test.ts`: change the docstrings there.\n' +
        'Names are those of an import; where one has a point, such as `layers.relu`, import what stands before it.',
      ...names.map((page) => `## [${page}](${page}.md)\n\n${titles.get(page)}\n\n` +
        this.contents(page, '')),
    ]
    pages.set('README.md', `${index.join('\n\n')}\n`)
    return { pages, undocumented: this.undocumented }
  }

  /** In groups, by name. */
  private on(page: string): Item[] {
    return this.items.filter((item) => item.page === page)
      .toSorted((a, b) => groupOf(a) - groupOf(b) || (bare(a.name) < bare(b.name) ? -1 : 1))
  }

  private titleOf(page: string): string {
    const first = declarationOf(this.on(page)[0]!.symbol).getSourceFile().fileName
    const own = [join(this.root, 'src', page, 'index.ts'), join(dirname(first), 'index.ts')]
    const inNamespace = this.items.some((item) => item.page === page && folderOf(this.root, item.symbol) !== page)
    const file = inNamespace && basename(first) === `${page}.ts` ? first : own.find((path) => existsSync(path))!
    return prose(headline(file))
  }

  private link(item: Item, from: string): string {
    return `[${code(item.name)}](${item.page === from ? '' : `${item.page}.md`}#${this.anchors.get(item)!})`
  }

  private contents(page: string, from: string): string {
    const items = this.on(page)
    return groups.map((group, i) => {
      const own = items.filter((item) => groupOf(item) === i).map((item) => this.link(item, from))
      return own.length === 0 ? '' : `${group}: ${own.join(', ')}`
    }).filter((line) => line !== '').join('\n\n')
  }

  private page(page: string, title: string): string {
    const items = this.on(page)
    const modules = [...new Set(items.map(({ module }) => module))]
    const shared = sharedParameters(items)
    return [
      `# ${page}`,
      title,
      modules.length === 1 ? `Import from ${code(modules[0]!)}.` : '',
      this.contents(page, page),
      ...(shared.size > 0 ? ['## Options of all', optionTable([...shared])] : []),
      ...items.flatMap((item) => this.entry(item, shared, modules.length > 1)),
    ].filter((part) => part !== '').join('\n\n') + '\n'
  }

  private entry(item: Item, shared: ReadonlyMap<string, Parameters[string]>, tellModule: boolean): string[] {
    const { symbol, name, module, value } = item
    const doc = this.doc(symbol, name)
    const own = isFactory(value) ? Object.entries(value.parameters).filter(([key]) => !shared.has(key)) : []
    const parameters = estimatorParameters(value)
    const declaration = this.declaration(item)
    const mentioned = this.mentioned(declaration, item)
    return [
      `## ${name}`,
      tellModule ? `Import from ${code(module)}.` : '',
      `\`\`\`ts\n${declaration}\n\`\`\``,
      ...doc,
      own.length > 0 ? optionTable(own) : '',
      isParameters(value) ? optionTable(Object.entries(value)) : '',
      parameters ? optionTable(Object.entries(parameters)) : '',
      isRunSection(value) ? runTable(value) : '',
      isRegistry(value) ? this.registryTable(value, item.page) : '',
      ...(symbol.flags & ts.SymbolFlags.Class ? this.members(symbol, name) : []),
      mentioned.length > 0 ? `Types: ${mentioned.map((other) => this.link(other, item.page)).join(', ')}` : '',
    ].filter((part) => part !== '')
  }

  /** Docstring, parameters, result and errors, as paragraphs. */
  private doc(symbol: ts.Symbol, name: string): string[] {
    const text = ts.displayPartsToString(symbol.getDocumentationComment(this.checker))
    if (text.trim() === '') this.undocumented.push(name)
    const tags = symbol.getJsDocTags(this.checker)
    const told = (kind: string): string[] => tags.filter((tag) => tag.name === kind)
      .map((tag) => prose(ts.displayPartsToString(tag.text)).trim())
    const params = told('param').map((line) => {
      const [, param, rest] = /^(\S+)\s+(?:- )?([^]*)$/.exec(line) ?? ['', line, '']
      return `- ${code(param!)}: ${rest!.replaceAll('\n', '\n  ')}`
    })
    return [
      prose(text),
      params.join('\n'),
      ...told('returns').map((line) => `**Returns** ${line}`),
      ...told('throws').map((line) => `**Throws** ${line.replace(/^MyelinError/, code('MyelinError'))}`),
    ].filter((part) => part !== '')
  }

  /** The signature of a function, the source of a type, the type of a value. */
  private declaration({ symbol, name, value }: Item): string {
    if (isFactory(value)) return factoryText(name, value)
    const declaration = declarationOf(symbol)
    if (ts.isInterfaceDeclaration(declaration) || ts.isTypeAliasDeclaration(declaration)) return sourceOf(declaration)
    if (ts.isClassDeclaration(declaration)) {
      const heritage = (declaration.heritageClauses ?? []).map((clause) => ` ${clause.getText()}`).join('')
      return `class ${name}${generics(declaration)}${heritage}`
    }
    const type = this.checker.getTypeOfSymbolAtLocation(symbol, declaration)
    const signatures = type.getCallSignatures()
    if (signatures.length > 0) return signatures.map((signature) => this.signature(name, signature)).join('\n')
    const annotation = ts.isVariableDeclaration(declaration) ? declaration.type?.getText() : undefined
    if (annotation) return `const ${name}: ${annotation}`
    const keys = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : []
    if (keys.length > 0) return wrapped(`const ${name}: {`, keys, '}')
    return `const ${name}: ${this.checker.typeToString(type)}`
  }

  private signature(name: string, signature: ts.Signature): string {
    const declaration = signature.getDeclaration()
    const parameters = declaration.parameters.map((parameter) => {
      const optional = parameter.questionToken || parameter.initializer
      const type = parameter.type?.getText() ?? this.checker.typeToString(this.checker.getTypeAtLocation(parameter))
      const label = ts.isIdentifier(parameter.name) ? parameter.name.text : 'options'
      return `${parameter.dotDotDotToken ? '...' : ''}${label}${optional ? '?' : ''}: ${parameterType(type)}`
    })
    const result = declaration.type?.getText() ??
      this.checker.typeToString(signature.getReturnType(), declaration, typeFlags)
    return wrapped(`${name}${generics(declaration)}(`, parameters, `): ${oneLine(result)}`)
  }

  /** The public members of a class, with their docstrings. */
  private members(symbol: ts.Symbol, name: string): string[] {
    const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected
    const shown = this.lineOf(symbol).flatMap((declaration, i) => declaration.members
      .filter((member) => i === 0 || !ts.isConstructorDeclaration(member)))
      .filter((member) => !(ts.getCombinedModifierFlags(member) & hidden))
    const parts: string[] = []
    const seen = new Set<string>()
    for (const member of shown) {
      if (ts.isConstructorDeclaration(member)) {
        const signature = this.checker.getSignatureFromDeclaration(member)!
        const text = this.signature(`new ${name}`, signature).replace(/\): [^)]*$/, ')')
        parts.push(`### new ${name}`, `\`\`\`ts\n${text}\n\`\`\``,
          ...docOfSignature(signature, this.checker))
        for (const parameter of member.parameters) {
          if (!ts.isParameterPropertyDeclaration(parameter, member)) continue
          if (ts.getCombinedModifierFlags(parameter) & hidden) continue
          const own = this.checker.getSymbolAtLocation(parameter.name)!
          const text = ts.displayPartsToString(own.getDocumentationComment(this.checker))
          parts.push(`- ${code(`${parameter.name.getText()}: ${oneLine(parameter.type?.getText() ?? '')}`)}` +
            (text === '' ? '' : ` ${prose(text)}`))
        }
        continue
      }
      if (!member.name || !ts.isIdentifier(member.name)) continue
      const own = this.checker.getSymbolAtLocation(member.name)!
      if (seen.has(own.name)) continue
      seen.add(own.name)
      const isStatic = (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Static) !== 0
      const label = `${isStatic ? name : instanceName(name)}.${member.name.text}`
      const type = this.checker.getTypeOfSymbolAtLocation(own, member)
      const signatures = ts.isMethodDeclaration(member) ? type.getCallSignatures() : []
      const annotation = 'type' in member ? (member.type as ts.TypeNode | undefined)?.getText() : undefined
      const text = signatures.length > 0
        ? signatures.map((signature) => this.signature(label, signature)).join('\n')
        : `${label}: ${oneLine(annotation ?? this.checker.typeToString(type))}`
      parts.push(`### ${label}`, `\`\`\`ts\n${text}\n\`\`\``, ...this.doc(own, `${name}.${member.name.text}`))
    }
    return parts
  }

  /** A class and those of its ancestors that have no entry of their own. */
  private lineOf(symbol: ts.Symbol): ts.ClassDeclaration[] {
    const declaration = declarationOf(symbol) as ts.ClassDeclaration
    const parent = declaration.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)?.types[0]
    const base = parent && this.checker.getTypeAtLocation(parent).symbol
    const isOwn = !base || !ts.isClassDeclaration(declarationOf(base)) || this.items.some((item) => item.symbol === base)
    return isOwn ? [declaration] : [declaration, ...this.lineOf(base)]
  }

  /** The names of a registry with their options; what each does is told where the function of tensors is. */
  private registryTable(registry: Readonly<Record<string, Factory>>, from: string): string {
    const rows = Object.entries(registry).map(([name, { parameters }]) => {
      const same = this.byName.get(name)
      const options = Object.entries(parameters).map(([key, { help, allowed, default: usual }]) =>
        `${code(key)}: ${help}; ${allowed}; default ${code(JSON.stringify(usual))}`)
      return `| ${same ? this.link(same, from) : code(name)} | ${cell(options.join('. '))} |`
    })
    return ['| name | options |', '|---|---|', ...rows].join('\n')
  }

  /** Public types that a declaration names. */
  private mentioned(declaration: string, self: Item): Item[] {
    const words = new Set(declaration.match(/\b[A-Z]\w+\b/g))
    return [...words].flatMap((word) => {
      const item = this.byName.get(word)
      return item && item !== self ? [item] : []
    })
  }
}

/** A constructor's docstring. */
function docOfSignature(signature: ts.Signature, checker: ts.TypeChecker): string[] {
  const text = ts.displayPartsToString(signature.getDocumentationComment(checker))
  return text === '' ? [] : [prose(text)]
}

/** What a class's instance is called: `model`, `mlpClassifier`. */
const instanceName = (name: string): string =>
  name.replace(/^([A-Z]+(?=[A-Z][a-z])|[A-Z])/, (start) => start.toLowerCase())

const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, ' ')

/** A type on one line where it fits, else on lines that are indented below its name. */
function parameterType(type: string): string {
  const plain = type.replaceAll('readonly ', '')
  const lines = plain.split('\n').map((line) => line.trim())
  if (lines.length === 1) return plain
  return lines.map((line, i) => i === 0 || i === lines.length - 1 ? line : `  ${line}`)
    .map((line, i) => i === 0 ? line : `  ${line}`).join('\n')
}

const generics = (declaration: { typeParameters?: ts.NodeArray<ts.TypeParameterDeclaration> }): string =>
  declaration.typeParameters ? `<${declaration.typeParameters.map((p) => oneLine(p.getText())).join(', ')}>` : ''

/** The source of a type with its members' comments, without its own and without `export`. */
function sourceOf(declaration: ts.InterfaceDeclaration | ts.TypeAliasDeclaration): string {
  return unlinked(declaration.getText()).replace(/^export /, '')
}

/** Parts on one line where they fit, else one on each. */
function wrapped(head: string, parts: readonly string[], tail: string): string {
  const brace = head.endsWith('{') ? ' ' : ''
  const line = `${head}${brace}${parts.join(', ')}${brace}${tail}`
  return line.length <= 100 ? line : `${head}\n${parts.map((part) => `  ${part},\n`).join('')}${tail}`
}

/** A component as it is called: required options first, the others with a question mark. */
function factoryText(name: string, factory: Factory): string {
  const all = Object.entries(factory.parameters)
  if (all.length === 0) return `${name}()`
  const needed = all.filter(([, { required }]) => required).map(([key]) => key)
  const others = all.filter(([, { required }]) => !required).map(([key]) => `${key}?`)
  const text = `${name}({ ${[...needed, ...others].join(', ')} })`
  if (text.length <= 100) return text
  const lines = ['']
  for (const part of [...needed, ...others]) {
    if (lines.at(-1)!.length + part.length > 92) lines.push('')
    lines[lines.length - 1] += `${lines.at(-1) === '' ? '  ' : ' '}${part},`
  }
  return `${name}({\n${lines.join('\n')}\n})`
}

type Option = readonly [name: string, parameter: Parameters[string]]

const fingerprint = ({ help, allowed, default: usual, required }: Parameters[string]): string =>
  JSON.stringify([help, allowed, usual, required])

/** Options that all components of a page have, with the same help and default. */
function sharedParameters(items: readonly Item[]): ReadonlyMap<string, Parameters[string]> {
  const all = items.flatMap(({ value }) => isFactory(value) ? [value.parameters] : [])
  if (all.length < 2) return new Map()
  return new Map(Object.entries(all[0]!).filter(([key, parameter]) =>
    all.every((other) => other[key] && fingerprint(other[key]) === fingerprint(parameter))))
}

function optionTable(options: readonly Option[]): string {
  const rows = options.map(([name, { help, allowed, required, default: usual }]) => {
    const value = required ? 'required' : usual === undefined ? '' : code(JSON.stringify(usual))
    return `| ${code(name)} | ${cell(help)} | ${cell(allowed)} | ${cell(value)} |`
  })
  return ['| option | what it is | allowed | default |', '|---|---|---|---|', ...rows].join('\n')
}

const isEntry = (member: RunEntry | RunSection): member is RunEntry => typeof member.read === 'function'

/** The entries of a run by their paths. */
function runTable(section: RunSection): string {
  const rows: string[] = []
  const visit = (members: RunSection, path: string): void => {
    for (const [key, member] of Object.entries(members)) {
      if (!isEntry(member)) {
        visit(member, `${path}${key}.`)
        continue
      }
      const usual = member.default === undefined ? '' : code(JSON.stringify(member.default))
      const means = member.defaultMeans === undefined ? '' : `${usual === '' ? '' : ': '}${member.defaultMeans}`
      rows.push(`| ${code(path + key)} | ${cell(member.help)} | ${cell(member.allowed)} | ${cell(usual + means)} |`)
    }
  }
  visit(section, '')
  return ['| entry | what it is | allowed | default |', '|---|---|---|---|', ...rows].join('\n')
}

