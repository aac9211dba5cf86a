/**
 * A rolldown plugin that makes the shared library chunk, with the bundler's runtime in it, the package's entry file.
 *
 * The library, the node entry and the command line share one copy of every module (the default backend's slot,
 * MyelinError). The bundler puts that into library.js, its helpers into another file, and leaves index.js as a list of
 * re-exports; each further file costs one to two milliseconds of a cold start, so the three become one.
 */
import { minifySync, type MinifyOptions } from 'rolldown/experimental'
import type { Rolldown } from 'tsdown'

const exportList = /export \{([^}]*)\};?\s*(?=\/\/# sourceMappingURL|$)/
const runtimeImport = /import \{[^}]*\} from "\.\/rolldown-runtime\.js";\n/

/** `a, b as c` as pairs of the name before and the name after `as`. */
function pairs(list: string): [from: string, to: string][] {
  return list.split(',').map((entry) => entry.trim()).filter((entry) => entry !== '').map((entry) => {
    const [from, to] = entry.split(/\s+as\s+/)
    return [from!, to ?? from!]
  })
}

function exportsOf(code: string): [local: string, exported: string][] {
  return pairs(exportList.exec(code)?.[1] ?? '')
}

function importsFrom(code: string, files: string): [name: string, local: string][] {
  const statements = code.matchAll(new RegExp(`import \\{([^}]*)\\} from "[./]+/(?:${files})\\.js"`, 'g'))
  return [...statements].flatMap(([, list]) => pairs(list!))
}

/** The code with the library's `name` imported by another name; inside of it nothing changes. */
function importedAs(code: string, name: string, other: string): string {
  return code.replace(/import \{([^}]*)\} from "[./]+\/(?:library|rolldown-runtime)\.js"/g, (statement, list: string) => {
    const changed = pairs(list).map(([from, local]) => [from === name ? other : from, local] as const)
    return statement.replace(list, ` ${changed.map(([from, local]) => from === local ? from : `${from} as ${local}`).join(', ')} `)
  })
}

/** `library` for a module that src/index.ts imports, directly or not; the others are left to the bundler. */
export function libraryChunk(id: string, context: Rolldown.ChunkingContext): string | null {
  if (!/[\\/]src[\\/].*(?<!\.d)\.ts$/.test(id)) return null
  const seen = new Set([id])
  for (const module of seen) {
    if (/[\\/]src[\\/]index\.ts$/.test(module)) return 'library'
    for (const importer of context.getModuleInfo(module)?.importers ?? []) seen.add(importer)
  }
  return null
}

/**
 * What a cold start waits for most is reading this file: made small, and without letters beyond Latin-1 (which double
 * it), it is imported some ten milliseconds sooner. The source map keeps the names in stack traces.
 */
function compact(code: string, inputMap?: MinifyOptions['inputMap']): { code: string, map?: object } {
  const { code: small, map, errors } = minifySync('index.js', code, {
    module: true, compress: true, mangle: true, codegen: { removeWhitespace: true },
    ...(inputMap && { sourcemap: true, inputMap }),
  })
  if (errors.length > 0) throw new Error(`index.js: ${errors[0]!.message}`)
  // what is left of such letters stands in texts; behind one the map's columns are a few off
  return { code: small.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`), map }
}

export function libraryAsEntry(): Rolldown.Plugin {
  return {
    name: 'library-as-entry',
    generateBundle(_options, bundle) {
      const facade = bundle['index.js']
      const library = bundle['library.js']
      if (facade?.type !== 'chunk' || library?.type !== 'chunk') return
      const chunks = Object.values(bundle).filter((file) => file.type === 'chunk')
      const runtime = chunks.find((chunk) => chunk.fileName === 'rolldown-runtime.js')

      // Every name that the two files export, and its name inside.
      const held = new Map([library, runtime].flatMap((chunk) => exportsOf(chunk?.code ?? ''))
        .map(([from, to]) => [to, from]))
      const exported = new Map<string, string>()
      const add = (name: string, key: string): void => {
        const inside = held.get(key)
        if (inside === undefined) this.error(`index.js is to export ${name}, which library.js does not hold`)
        exported.set(name, inside)
      }
      // What index.js re-exports, under its names; then what the other files need, under the names that they import. Two
      // things may have one name, such as the operation `mean` and the imputer: the one inside then gets another.
      const imported = new Map(importsFrom(facade.code, 'library').map(([from, to]) => [to, from]))
      for (const [from, to] of exportsOf(facade.code)) add(to, imported.get(from) ?? from)
      for (const chunk of chunks) {
        if (chunk === facade || chunk === library || chunk === runtime) continue
        for (const [from] of importsFrom(chunk.code, 'library|rolldown-runtime')) {
          const taken = exported.has(from) && exported.get(from) !== held.get(from)
          add(taken ? `${from}$inside` : from, from)
          if (taken) chunk.code = importedAs(chunk.code, from, `${from}$inside`)
        }
      }

      let code = library.code
      if (runtime !== undefined) {
        const helpers = runtime.code.replace(exportList, '').replace(/^\s*\/\/.*$/gm, '')
          .replace(/\s*\n\s*/g, ' ').trim()
        // The library's import of the helpers makes way for them on one line: the source map's lines still hold.
        code = runtimeImport.test(code) ? code.replace(runtimeImport, () => `${helpers}\n`) : `${helpers} ${code}`
        delete bundle[runtime.fileName]
      }
      const list = [...exported].map(([to, from]) => from === to ? to : `${from} as ${to}`).join(', ')
      const map = bundle['library.js.map']
      const small = compact(code.replace(exportList, () => `export { ${list} };\n`).replace(/\/\/# sourceMappingURL.*$/m, ''),
        map?.type === 'asset' ? JSON.parse(String(map.source)) : undefined)
      facade.code = `${small.code}\n//# sourceMappingURL=index.js.map\n`
      if (small.map) this.emitFile({ type: 'asset', fileName: 'index.js.map', source: JSON.stringify(small.map) })
      delete bundle['library.js']
      delete bundle['library.js.map']
      for (const chunk of chunks) chunk.code = chunk.code.replace(/\/(library|rolldown-runtime)\.js"/g, '/index.js"')
    },
  }
}
