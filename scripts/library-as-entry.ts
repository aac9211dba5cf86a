/**
 * A rolldown plugin that makes the shared library chunk, with the bundler's runtime in it, the package's entry file.
 *
 * The library, the node entry and the command line share one copy of every module (the default backend's slot,
 * MyelinError). The bundler puts that into library.js, its helpers into another file, and leaves index.js as a list of
 * re-exports; each further file costs one to two milliseconds of a cold start, so the three become one.
 */
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

export function libraryAsEntry(): Rolldown.Plugin {
  return {
    name: 'library-as-entry',
    generateBundle(_options, bundle) {
      const facade = bundle['index.js']
      const library = bundle['library.js']
      if (facade?.type !== 'chunk' || library?.type !== 'chunk') return
      const exported = new Map(exportsOf(library.code).map(([from, to]) => [to, from]))

      // What index.js re-exports, under the names that it gives.
      const imports = /import \{([^}]*)\} from "\.\/library\.js"/.exec(facade.code)?.[1] ?? ''
      const imported = new Map(pairs(imports).map(([from, to]) => [to, from]))
      const additions: [string, string][] = []
      for (const [from, to] of exportsOf(facade.code)) {
        const name = exported.get(imported.get(from) ?? from)
        if (name === undefined) this.error(`index.js exports ${to}, which library.js does not hold`)
        additions.push([to, name])
      }
      for (const [to, name] of additions) exported.set(to, name)

      let code = library.code
      const runtime = bundle['rolldown-runtime.js']
      if (runtime?.type === 'chunk') {
        for (const [from, to] of exportsOf(runtime.code)) exported.set(to, from)
        // On one line with what follows, so that the source map's lines still hold.
        const helpers = runtime.code.replace(exportList, '').replace(/^\s*\/\/.*$/gm, '').replace(/\s*\n\s*/g, ' ').trim()
        code = code.replace(runtimeImport, () => `${helpers}\n`)
        if (!code.startsWith(helpers)) code = `${helpers} ${code}`
        delete bundle['rolldown-runtime.js']
      }
      const list = [...exported].map(([to, from]) => from === to ? to : `${from} as ${to}`).join(', ')
      facade.code = code
        .replace(exportList, () => `export { ${list} };\n`)
        .replace('sourceMappingURL=library.js.map', 'sourceMappingURL=index.js.map')
      const map = bundle['library.js.map']
      if (map?.type === 'asset') this.emitFile({ type: 'asset', fileName: 'index.js.map', source: map.source })
      delete bundle['library.js']
      delete bundle['library.js.map']
      for (const chunk of Object.values(bundle)) {
        if (chunk.type === 'chunk') chunk.code = chunk.code.replace(/\/(library|rolldown-runtime)\.js"/g, '/index.js"')
      }
    },
  }
}
