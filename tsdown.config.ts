/** How `npm run build` turns src/ into dist/: ES modules with type declarations, the whole library in one file. */
import { existsSync } from 'node:fs'
import { defineConfig } from 'tsdown'
import { libraryAsEntry, libraryChunk } from './scripts/library-as-entry.js'

const entries = {
  index: 'src/index.ts',
  'data/index': 'src/data/index.ts',
  'estimators/index': 'src/estimators/index.ts',
  'figures/index': 'src/figures/index.ts',
  'metrics/index': 'src/metrics/index.ts',
  'node/index': 'src/node/index.ts',
  'node/search-worker': 'src/node/search-worker.ts',
  'run/index': 'src/run/index.ts',
  'selection/index': 'src/selection/index.ts',
  'cli/main': 'src/cli/main.ts',
}

export default defineConfig({
  entry: Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(file))),
  format: 'esm',
  platform: 'node',
  target: 'es2022',
  dts: true,
  sourcemap: true,
  clean: true,
  fixedExtension: false,
  hash: false,
  plugins: [libraryAsEntry()],
  outputOptions: {
    minifyInternalExports: false,
    // declarations that several entries share stand apart: one that begins with an index.ts would take an entry's name
    chunkFileNames: ({ name }) => name.endsWith('.d') ? 'types/[name].js' : '[name].js',
    codeSplitting: {
      groups: [{ name: (id, context) => libraryChunk(id, context) }],
    },
  },
})
