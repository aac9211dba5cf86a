/** The data sets that have a name: bundled, generated, or downloaded. */

import { MyelinError } from '../core/errors.js'
import { parseCsv } from './csv.js'
import {
  gateNames, makeBlobs, makeCircles, makeGate, makeMoons, makeSpirals, type GeneratorOptions,
} from './generators.js'
import { makePolynomial, makeSine } from './generators/curves.js'
import { makePlayground, type PlaygroundName } from './generators/playground.js'
import { makeClassification, makeRegression } from './generators/random-problems.js'
import { listNames, nearestName } from './names.js'
import type { Table } from './table.js'
import type { Task } from './target.js'

/** What is known of a named data set without reading it. */
export interface DatasetInfo {
  readonly name: string
  readonly kind: 'bundled' | 'generated' | 'images'
  readonly description: string
  /** Rows, by default where the set is generated. */
  readonly rows: number
  /** Columns beside the target. */
  readonly features: number
  readonly target: string
  readonly task: Task
  /** Where the data come from, to be cited. Empty for generated sets. */
  readonly citation: string
  /**
   * A split that suits the set better than the usual one: a gate has only four rows, all needed to learn it, and
   * MNIST brings its test set along.
   */
  readonly fractions?: readonly [train: number, validation: number, test: number]
}

const bundled: readonly DatasetInfo[] = [
  {
    name: 'iris', kind: 'bundled', description: 'three species of iris by the size of their petals and sepals',
    rows: 150, features: 4, target: 'species', task: 'classification',
    citation: 'R. A. Fisher (1936). Iris. UCI Machine Learning Repository. CC BY 4.0.',
  },
  {
    name: 'wine', kind: 'bundled', description: 'three cultivars of wine by chemical analysis',
    rows: 178, features: 13, target: 'cultivar', task: 'classification',
    citation: 'S. Aeberhard, M. Forina (1991). Wine. UCI Machine Learning Repository. CC BY 4.0.',
  },
  {
    name: 'breast-cancer', kind: 'bundled', description: 'benign or malignant tumours by the shape of cell nuclei',
    rows: 569, features: 30, target: 'diagnosis', task: 'classification',
    citation: 'W. Wolberg, O. Mangasarian, N. Street, W. Street (1993). Breast Cancer Wisconsin (Diagnostic). '
      + 'UCI Machine Learning Repository. CC BY 4.0.',
  },
  {
    name: 'digits', kind: 'bundled', description: 'handwritten digits, 8 x 8 pixels of 0 (paper) to 16 (ink)',
    rows: 1797, features: 64, target: 'digit', task: 'classification',
    citation: 'E. Alpaydin, C. Kaynak (1998). Optical Recognition of Handwritten Digits. '
      + 'UCI Machine Learning Repository. CC BY 4.0.',
  },
  {
    name: 'diabetes', kind: 'bundled', description: 'progression of diabetes in a year by age, body and blood values',
    rows: 442, features: 10, target: 'progression', task: 'regression',
    citation: 'B. Efron, T. Hastie, I. Johnstone, R. Tibshirani (2004). Least angle regression. '
      + 'Annals of Statistics 32, 407-499. CC BY 4.0.',
  },
]

interface Generated { readonly info: DatasetInfo, readonly make: (options: GeneratorOptions) => Table }

const shape = (name: string, description: string, make: (options: GeneratorOptions) => Table): Generated => ({
  info: {
    name, kind: 'generated', description, rows: 400, features: 2, target: 'class', task: 'classification', citation: '',
  },
  make,
})

const playground = (name: string, set: PlaygroundName, description: string, target = 'class'): Generated => ({
  info: {
    name, kind: 'generated', description: `${description}, as in TensorFlow's Playground`, rows: 500, features: 2,
    target, task: target === 'class' ? 'classification' : 'regression', citation: '',
  },
  make: (options) => makePlayground(set, options),
})

const numbers = (
  name: string, description: string, features: number, make: (options: GeneratorOptions) => Table,
): Generated => ({
  info: { name, kind: 'generated', description, rows: 400, features, target: 'y', task: 'regression', citation: '' },
  make,
})

const generated: readonly Generated[] = [
  ...gateNames.map((gate): Generated => ({
    info: {
      name: gate, kind: 'generated', description: `the logic gate ${gate.toUpperCase()} of two inputs`,
      rows: 4, features: 2, target: 'class', task: 'classification', citation: '', fractions: [1, 0, 0],
    },
    make: (options) => makeGate(gate, options),
  })),
  shape('circles', 'a circle inside of a circle', makeCircles),
  shape('moons', 'two half circles that reach into each other', makeMoons),
  shape('spirals', 'two spirals around each other', makeSpirals),
  shape('blobs', 'three normal clouds', makeBlobs),
  playground('playground-circle', 'circle', 'a disc inside of a ring'),
  playground('playground-xor', 'xor', 'four squares, of which opposite ones belong together'),
  playground('playground-gauss', 'gauss', 'two normal clouds'),
  playground('playground-spiral', 'spiral', 'two spirals'),
  playground('playground-plane', 'regPlane', 'a slanted plane', 'y'),
  playground('playground-hills', 'regGauss', 'three hills and three valleys', 'y'),
  numbers('sine', 'one period of a sine', 1, makeSine),
  numbers('polynomial', 'a polynomial of degree three', 1, makePolynomial),
  numbers('random-regression', 'a number that depends on five of ten columns', 10,
    ({ samples = 400, noise = 1, seed }) => makeRegression({ samples, noise, seed, features: 10, informative: 5 })),
  {
    info: {
      name: 'random-classification', kind: 'generated', rows: 400, features: 20, target: 'class',
      description: 'two classes that two of twenty columns tell apart, and two more hint at',
      task: 'classification', citation: '',
    },
    make({ samples = 400, noise, seed }) {
      if (noise === undefined) return makeClassification({ samples, seed })
      throw new MyelinError('argument', 'random-classification takes no noise; makeClassification has flipY')
    },
  },
]

const mnist: DatasetInfo = {
  name: 'mnist', kind: 'images', description: 'handwritten digits, 28 x 28 pixels of 0 (background) to 255 (ink)',
  rows: 70_000, features: 784, target: 'label', task: 'classification',
  citation: 'Y. LeCun, C. Cortes, C. Burges (1998). The MNIST database of handwritten digits.',
  fractions: [0.9, 0.1, 0],
}

/** All named data sets, bundled ones first. */
export const datasets: readonly DatasetInfo[] = [...bundled, mnist, ...generated.map(({ info }) => info)]

/** What is known of a named data set; undefined when there is none of that name. */
export function datasetInfo(name: string): DatasetInfo | undefined {
  return datasets.find((info) => info.name === name)
}

/**
 * A bundled or generated data set as a table.
 *
 * @param options `readText` gives the CSV text of a bundled set; `samples`, `noise` and `seed` go to a generator
 * @throws MyelinError `argument` for an unknown name, for pictures, and for options that a bundled set does not take
 */
export async function loadDataset(
  name: string, options: GeneratorOptions & { readText: (name: string) => Promise<string> },
): Promise<Table> {
  const { readText, ...generator } = options
  const found = generated.find(({ info }) => info.name === name)
  if (found) return found.make(generator)
  const info = datasetInfo(name)
  if (!info) {
    const names = datasets.map((dataset) => dataset.name)
    const near = nearestName(name, names)
    const hint = near === undefined ? '' : `; did you mean "${near}"?`
    throw new MyelinError('argument', `there is no data set "${name}"${hint}`
      + `; the data sets are ${listNames(names, 20)}`)
  }
  if (info.kind === 'images') {
    throw new MyelinError('argument', `${name} is a set of pictures, not a table; load it with loadMnist`)
  }
  if (generator.samples !== undefined || generator.noise !== undefined) {
    throw new MyelinError('argument', `${name} is not generated: it takes neither samples nor noise`)
  }
  return parseCsv(await readText(name), { source: name })
}
