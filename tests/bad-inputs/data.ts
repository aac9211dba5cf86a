/** Wrong tables, IDX files, splits, generators and preprocessing, each with the message that a user gets. */
import { gzipSync } from 'node:zlib'
import {
  datasetInfo, fitImages, fitPreprocessor, gunzipIdx, imagesOfClasses, imageSet, loadDataset, makeBlobs, makeCircles,
  makeGate, makeMoons, makeSpirals, makeTable, oneHotRows, parseCsv, parseIdx, prepareTable, preprocessorFromJSON, readIdx,
  splitIndices, columnNamed, type GateName, type Table,
} from '../../src/data/index.js'
import type { BadInput } from './bad-input.js'

const csv = (text: string) => () => parseCsv(text, { source: 'data.csv' })
const idx = (...bytes: number[]) => () => parseIdx(Uint8Array.from(bytes), 'digits.idx')

const people = makeTable([
  ['age', [20, 30, 40, 50]], ['sex', ['female', 'male', 'male', 'female']], ['score', [1.5, 2.5, 3.5, 4.25]],
  ['group', ['a', 'b', 'a', 'b']],
], { source: 'people.csv' })
const fitted = fitPreprocessor(people, { target: 'group' }).preprocessor
const scored = fitPreprocessor(people, { target: 'score' }).preprocessor
const pictures = imageSet(
  { shape: [2, 2, 2], data: Uint8Array.of(0, 255, 0, 0, 255, 0, 0, 0) }, { shape: [2], data: Uint8Array.of(0, 1) })
const images = fitImages(pictures)

const rows = <T>(n: number, cell: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => cell(i))

const transform = (table: Table) => () => fitted.transform({ ...table, source: 'new.csv' })

/** The contract of `fitted` with one entry replaced. */
const contract = (change: (json: any) => unknown) => () => { // eslint-disable-line typescript/no-explicit-any
  const json = JSON.parse(JSON.stringify(fitted))
  return preprocessorFromJSON(change(json) ?? json)
}

export const cases: readonly BadInput[] = [
  { name: 'CSV: empty file', run: csv(''), code: 'data', message: 'data.csv: the file is empty' },
  { name: 'CSV: nothing but blank lines', run: csv('\ufeff\r\n  \r\n'), code: 'data', message: 'the file is empty' },
  {
    name: 'CSV: header only', run: csv('a,b\n'), code: 'data',
    message: 'data.csv: there is a header but no row of data below it',
  },
  {
    name: 'CSV: a row too short', run: csv('a,b,c\n1,2,3\n4,5\n'), code: 'data',
    message: 'data.csv: row 2 (line 3), column 3: the row has 2 cells, expected 3 as in the header; '
      + 'check for a missing or extra ","',
  },
  {
    name: 'CSV: a row too long', run: csv('a;b\r\n1;2\r\n\r\n3;4;5\r\n'), code: 'data',
    message: 'data.csv: row 2 (line 4), column 3: the row has 3 cells, expected 2 as in the header; '
      + 'check for a missing or extra ";"',
  },
  {
    name: 'CSV: a quote never closed', run: csv('a,b\n1,"two\n3,four\n'), code: 'data',
    message: 'data.csv: row 1 (line 2), column 2: the quote opened in line 2 is never closed',
  },
  {
    name: 'CSV: text behind a closing quote', run: csv('a,b\n1,x\n2,"y"z\n'), code: 'data',
    message: 'data.csv: row 2 (line 3), column 2: "z" follows a closing quote',
  },
  {
    name: 'CSV: a row too short below cells of several lines', code: 'data',
    run: csv('a,b\r\n"x\r\ny","1\r2\n3"\r\nz\r\n'),
    message: 'data.csv: row 2 (line 6), column 2: the row has 1 cells, expected 2',
  },
  {
    name: 'CSV: a name twice', run: csv('a,b,a\n1,2,3\n'), code: 'data',
    message: 'data.csv: header (line 1), column 3: the name "a" is already that of column 1',
  },
  {
    name: 'CSV: a word among numbers', run: csv(`x,y\n${'1,2\n'.repeat(15)}1,two\n`), code: 'data',
    message: 'data.csv: row 16 (line 17), column 2 "y": "two" is not a number, 15 of the column\'s 16 values are; '
      + 'correct the cell, or leave it empty if the value is missing',
  },
  {
    name: 'CSV: infinity', run: csv('x,y\n1,2\n-inf,3\n'), code: 'data',
    message: 'data.csv: row 2 (line 3), column 1 "x": "-inf" is infinite or too large for a number',
  },
  {
    name: 'CSV: a number too large', run: csv('x,y\n1,2\n3,1e999\n'), code: 'data',
    message: 'row 2 (line 3), column 2 "y": "1e999" is infinite or too large',
  },
  {
    name: 'CSV: hexadecimal in a column that must be numeric', code: 'data',
    run: () => parseCsv('x\n0x10\n', { kinds: new Map([['x', 'numeric']]) }),
    message: 'CSV: row 1 (line 2), column 1 "x": "0x10" is not a number, the column must be numeric',
  },
  { name: 'CSV: a binary file', run: csv('PK\u0003\u0004\0\0'), code: 'file', message: 'data.csv: not a text file' },
  {
    name: 'CSV: too many columns', run: csv(','.repeat(100_000)), code: 'data',
    message: 'data.csv: line 1 has more than 100000 columns, the most that are read',
  },
  {
    name: 'table: a column that is not there', run: () => columnNamed(people, 'sx'), code: 'data',
    message: 'people.csv: there is no column "sx"; did you mean "sex"?; the columns are "age", "sex", "score", "group"',
  },
  {
    name: 'table: a column that no object should have', run: () => columnNamed(people, '__proto__'), code: 'data',
    message: 'people.csv: there is no column "__proto__"; the columns are',
  },
  {
    name: 'table: columns of different lengths', run: () => makeTable([['a', [1, 2]], ['b', [1]]]), code: 'data',
    message: 'table: column "b" has 1 rows, the first has 2',
  },
  {
    name: 'table: infinity', run: () => makeTable([['a', [1, Infinity]]]), code: 'data',
    message: 'table: row 2, column "a": Infinity is not a finite number',
  },
  {
    name: 'table: two columns of one name', run: () => makeTable([['a', [1]], ['a', [2]]]), code: 'data',
    message: 'two columns are named "a"',
  },

  {
    name: 'IDX: another format', run: idx(0x89, 0x50, 0x4e, 0x47), code: 'file',
    message: 'digits.idx: not an IDX file: it begins with 89 50 4e 47, expected 00 00, a type',
  },
  { name: 'IDX: an unknown type', run: idx(0, 0, 7, 1, 0, 0, 0, 0), code: 'file', message: 'begins with 00 00 07 01' },
  { name: 'IDX: no dimension', run: idx(0, 0, 8, 0), code: 'file', message: 'begins with 00 00 08 00' },
  { name: 'IDX: 255 dimensions', run: idx(0, 0, 8, 255), code: 'file', message: 'begins with 00 00 08 ff' },
  {
    name: 'IDX: an empty file', run: idx(), code: 'file',
    message: 'digits.idx: truncated in its header: 0 bytes, expected at least 4',
  },
  {
    name: 'IDX: cut in its header', run: idx(0, 0, 8, 3, 0, 0), code: 'file',
    message: 'digits.idx: truncated in its header: 6 bytes, expected at least 16',
  },
  {
    name: 'IDX: cut in its data', run: idx(0, 0, 8, 1, 0, 0, 0, 4, 1, 2), code: 'file',
    message: 'digits.idx: the header declares 4 elements, 12 bytes with the header; the file has 10',
  },
  {
    name: 'IDX: bytes behind its end', run: idx(0, 0, 8, 1, 0, 0, 0, 1, 1, 2), code: 'file',
    message: 'the header declares 1 elements, 9 bytes with the header; the file has 10',
  },
  {
    name: 'IDX: a header that declares too much', code: 'memory',
    run: idx(0, 0, 8, 2, 255, 255, 255, 255, 255, 255, 255, 255), message: /declares 4294967295 x 4294967295 elements/,
  },
  {
    name: 'IDX: dimensions whose product overflows', code: 'memory',
    run: idx(0, 0, 14, 8, ...Array.from({ length: 32 }, () => 255)), message: 'at most 2147483647 are read',
  },
  {
    name: 'IDX: gzip cut short', code: 'file',
    run: () => readIdx(gzipSync(Uint8Array.from({ length: 4000 }, (_, i) => i * i)).subarray(0, 200), 'digits.gz'),
    message: /^digits\.gz: (the gzip data are damaged or truncated|not an IDX file)/,
  },
  {
    name: 'IDX: gzip with a flipped bit', code: 'file',
    run: () => {
      const bytes = gzipSync(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 5, 6))
      bytes[bytes.length - 6]! ^= 1 // in its checksum
      return readIdx(bytes, 'digits.gz')
    },
    message: 'digits.gz: the gzip data are damaged or truncated',
  },
  {
    name: 'IDX: gzip that unpacks to more than declared', code: 'file',
    run: () => gunzipIdx(
      gzipSync(Buffer.concat([Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2), Buffer.alloc(1e6)])), 'bomb.gz'),
    message: /^bomb\.gz: the header declares 2 elements, 10 bytes with the header; the file has \d+ or more/,
  },
  {
    name: 'IDX: gzip that unpacks to more than declared, much later', code: 'file',
    run: () => gunzipIdx(
      gzipSync(Buffer.concat([Uint8Array.of(0, 0, 8, 1, 0, 3, 0, 0), Buffer.alloc(1e6)])), 'bomb.gz'),
    message: /^bomb\.gz: the header declares 196608 elements, 196616 bytes with the header; the file has \d+ or more/,
  },
  {
    name: 'images: pictures and labels swapped', code: 'data',
    run: () => imageSet({ shape: [2], data: Uint8Array.of(0, 1) }, { shape: [2, 1, 1], data: Uint8Array.of(0, 1) }),
    message: 'received Uint8Array of shape [2]; are pictures and labels swapped?',
  },
  {
    name: 'images: fewer labels than pictures', code: 'data',
    run: () => imageSet({ shape: [2, 1, 1], data: Uint8Array.of(0, 1) }, { shape: [1], data: Uint8Array.of(0) }),
    message: '2 pictures but 1 label; expected as many of both',
  },
  {
    name: 'images: none', code: 'data',
    run: () => imageSet({ shape: [0, 28, 28], data: new Uint8Array(0) }, { shape: [0], data: new Uint8Array(0) }),
    message: 'there are no pictures: the shape is [0, 28, 28]',
  },
  {
    name: 'images: a class that is not there', run: () => imagesOfClasses(pictures, [0, 7]), code: 'argument',
    message: 'no picture has the class 7; the classes are 0, 1',
  },
  {
    name: 'images: another size than in training', code: 'shape',
    run: () => images.transform({ ...pictures, rows: 1, columns: 4 }),
    message: 'the pictures are 1 x 4; the model was trained with 2 x 2',
  },
  {
    name: 'images: a table with too few pixels', run: () => images.transform(people), code: 'data',
    message: 'people.csv: row 1, column "sex": a text, expected a pixel: an integer from 0 to 255',
  },
  {
    name: 'images: a label that training did not have', code: 'data',
    run: () => images.transformTarget({ ...pictures, labels: Int32Array.of(0, 9) }),
    message: 'picture 2 has the class 9, which is not among those of training: 0, 1',
  },
  {
    name: 'images: one class', run: () => fitImages({ ...pictures, labels: Int32Array.of(3, 3) }), code: 'data',
    message: 'the pictures have the single class 3; expected at least two classes',
  },

  {
    name: 'split: fractions that do not add up', code: 'argument',
    run: () => splitIndices(10, { fractions: [0.5, 0.1, 0.1] }),
    message: /three fractions from 0 to 1 that add up to 1.* received 0\.5, 0\.1, 0\.1/,
  },
  {
    name: 'split: a negative fraction', code: 'argument', run: () => splitIndices(10, { fractions: [1.2, -0.4, 0.2] }),
    message: 'received 1.2, -0.4, 0.2',
  },
  {
    name: 'split: NaN', code: 'argument', run: () => splitIndices(10, { fractions: [NaN, 0.5, 0.5] }),
    message: 'received NaN, 0.5, 0.5',
  },
  {
    name: 'split: nothing to train with', code: 'argument', run: () => splitIndices(10, { fractions: [0, 0.5, 0.5] }),
    message: 'the first above 0',
  },
  {
    name: 'split: fewer rows than parts', run: () => splitIndices(2), code: 'data',
    message: '2 rows cannot be split into 3 parts; add rows, or give a part the share 0',
  },
  {
    name: 'split: a table with fewer rows than parts', code: 'data',
    run: () => prepareTable(parseCsv('x,y\n1,a\n2,b\n', { source: 'few.csv' }), { target: 'y' }),
    message: 'few.csv: 2 rows cannot be split into 3 parts; add rows, or give a part the share 0',
  },
  {
    name: 'split: classes for other rows', code: 'shape', run: () => splitIndices(5, { stratify: [0, 1] }),
    message: 'stratify has 2 classes, expected one per row: 5',
  },
  {
    name: 'gate: an unknown one', run: () => makeGate('nxor' as GateName), code: 'argument',
    message: 'there is no gate "nxor"; the gates are "and", "or", "nand", "nor", "xor", "xnor"',
  },
  {
    name: 'gate: a name of Object', run: () => makeGate('constructor' as GateName), code: 'argument',
    message: 'there is no gate "constructor"',
  },
  {
    name: 'generator: no samples', run: () => makeMoons({ samples: 0 }), code: 'argument',
    message: 'moons: samples must be an integer from 2 to 10000000, received 0',
  },
  {
    name: 'generator: negative noise', run: () => makeMoons({ noise: -1 }), code: 'argument',
    message: 'moons: noise must be a finite number of at least 0, received -1',
  },
  {
    name: 'circles: a factor of 1', run: () => makeCircles({ factor: 1 }), code: 'argument',
    message: 'circles: factor must be at least 0 and below 1, received 1',
  },
  {
    name: 'spirals: one class', run: () => makeSpirals({ classes: 1 }), code: 'argument',
    message: 'spirals: the number of classes must be an integer from 2 to 100, received 1',
  },
  {
    name: 'blobs: a negative deviation', run: () => makeBlobs({ clusterStd: -1 }), code: 'argument',
    message: 'blobs: clusterStd must be a finite number of at least 0, received -1',
  },
  {
    name: 'data set: a mistyped name', run: () => loadDataset('iriss', { readText: async () => '' }), code: 'argument',
    message: 'there is no data set "iriss"; did you mean "iris"?; the data sets are "iris", "wine"',
  },
  {
    name: 'data set: pictures as a table', run: () => loadDataset('mnist', { readText: async () => '' }),
    code: 'argument', message: 'mnist is a set of pictures, not a table',
  },
  {
    name: 'data set: noise on real data', code: 'argument',
    run: () => loadDataset(datasetInfo('iris')!.name, { noise: 1, readText: async () => '' }),
    message: 'iris is not generated: it takes neither samples nor noise',
  },

  {
    name: 'target: not there', run: () => prepareTable(people, { target: 'grup' }), code: 'data',
    message: 'people.csv: there is no column "grup"; did you mean "group"?',
  },
  {
    name: 'target: a single class', code: 'data',
    run: () => prepareTable(makeTable([['x', [1, 2, 3, 4]], ['y', ['a', 'a', 'a', 'a']]]), { target: 'y' }),
    message: 'table: the target "y" has the single class "a" in 2 training rows; expected two or more',
  },
  {
    name: 'target: no value at all', code: 'data',
    run: () => prepareTable(parseCsv('x,y\n1,\n2,\n3,NA\n'), { target: 'y' }),
    message: 'CSV: the target "y" has no value in any row',
  },
  {
    name: 'target: a class per row', code: 'data',
    run: () => fitPreprocessor(
      makeTable([['x', rows(30, (i) => i / 7)], ['y', rows(30, (i) => `n${i}`)]]),
      { target: 'y' }),
    message: 'the target "y" has 30 classes in 30 training rows, too many to learn; choose another target',
  },
  {
    name: 'target: regression on texts', code: 'data',
    run: () => prepareTable(people, { target: 'group', task: 'regression' }),
    message: 'people.csv: regression needs a numeric target; "group" holds texts such as "a"',
  },
  {
    name: 'target: a class that is not there', code: 'argument',
    run: () => prepareTable(people, { target: 'group', classes: ['a', 'c'] }),
    message: 'people.csv: no row has the class "c" of "group"; the classes are "a", "b"',
  },
  {
    name: 'target: missing in a row', code: 'data',
    run: () => fitted.transformTarget(makeTable([['group', ['a', null]]], { source: 'new.csv' })),
    message: 'new.csv: row 2, column "group": the target is missing; remove the row or fill it in',
  },
  {
    name: 'target: a class that training did not have', code: 'data',
    run: () => fitted.transformTarget(makeTable([['group', ['a', 'B']]], { source: 'new.csv' })),
    message: 'row 2, column "group": the class "B" is not among those of the training rows: "a", "b"; '
      + 'did you mean "b"?',
  },
  {
    name: 'target: a text where a number was', code: 'data',
    run: () => scored.transformTarget(makeTable([['score', ['good']]], { source: 'new.csv' })),
    message: 'new.csv: row 1, column "score": the target is "good", not a number',
  },
  {
    name: 'one-hot: a code that is no class', run: () => oneHotRows(Int32Array.of(0, 2), 2), code: 'argument',
    message: 'oneHotRows: row 1 has the class 2; expected 0 to 1',
  },
  {
    name: 'preprocessing: no input left', code: 'data',
    run: () => fitPreprocessor(
      makeTable([['name', rows(12, (i) => `n${i}`)], ['y', rows(12, (i) => i % 2)]]),
      { target: 'y' }),
    message: 'table: no input column is left beside the target "y"; table: column "name" is set aside: '
      + 'it has ',
  },
  {
    name: 'preprocessing: an unknown scaler', code: 'argument',
    run: () => fitPreprocessor(people, { target: 'group', numeric: 'toString' as 'none' }),
    message: 'preprocessing: numeric is "toString"; expected one of',
  },
  {
    name: 'preprocessing: values too far apart', code: 'data',
    run: () => fitPreprocessor(makeTable([['x', [-1.7e308, 1.7e308, 1.7e308]], ['y', [0, 1, 1]]]), { target: 'y' }),
    message: 'table: the values of column "x" are too large to be scaled',
  },
  {
    name: 'predict: a column is missing', run: transform(makeTable([['Age', [20]], ['score', [1]]])), code: 'data',
    message: 'new.csv: missing columns "age", "sex" ("age": numeric, 20 to 50 in training); is it the column "Age"?; '
      + 'the columns are "Age", "score"',
  },
  {
    name: 'predict: a text where a number was', code: 'data',
    run: transform(makeTable([['age', [null, 'old']], ['sex', ['male', 'male']], ['score', [1, 2]]])),
    message: 'new.csv: column "age" must be numeric, as in training (20 to 50), but holds texts: row 2 has "old"',
  },
  {
    name: 'predict: an unknown category', code: 'data',
    run: transform(makeTable([['age', [20]], ['sex', ['Male']], ['score', [1]]])),
    message: 'new.csv: row 1, column "sex": "Male" did not occur in training; the known values are "female", "male"; '
      + 'did you mean "male"?',
  },
  {
    name: 'predict: a number where a category was', code: 'data',
    run: transform(makeTable([['age', [20]], ['sex', [1]], ['score', [1]]])),
    message: 'new.csv: row 1, column "sex": "1" did not occur in training',
  },

  {
    name: 'contract: no object', run: () => preprocessorFromJSON(null), code: 'file',
    message: 'preprocessing: version must be 1, received nothing',
  },
  {
    name: 'contract: a newer version', run: contract((json) => ({ ...json, version: 2 })), code: 'file',
    message: 'preprocessing: version must be 1, received 2',
  },
  {
    name: 'contract: a kind of its own', run: contract((json) => ({ ...json, kind: 'toString' })), code: 'file',
    message: 'preprocessing: kind must be "table" or "images", received "toString"',
  },
  {
    name: 'contract: the key __proto__', code: 'file',
    run: () => preprocessorFromJSON(JSON.parse(
      JSON.stringify(fitted).replace('{"version"', '{"__proto__":{"inputs":[]},"version"'))),
    message: 'preprocessing: contract has the unknown key "__proto__"',
  },
  {
    name: 'contract: an unknown key in a column', run: contract((json) => { json.inputs[0].code = 'alert()' }),
    code: 'file', message: 'preprocessing: inputs[0] has the unknown key "code"',
  },
  {
    name: 'contract: no inputs', run: contract((json) => ({ ...json, inputs: [] })), code: 'file',
    message: 'preprocessing: inputs must be a list of 1 to 1000000 entries, received 0',
  },
  {
    name: 'contract: a scale of zero', run: contract((json) => { json.inputs[0].scale = 0 }), code: 'file',
    message: 'preprocessing: inputs[0].scale must be a number above 0, received 0',
  },
  {
    name: 'contract: a number that JSON cannot hold', run: contract((json) => { json.inputs[0].offset = null }),
    code: 'file', message: 'preprocessing: inputs[0].offset must be a finite number, received null',
  },
  {
    name: 'contract: a missing entry', run: contract((json) => { delete json.inputs[0].impute }), code: 'file',
    message: 'preprocessing: inputs[0].impute must be a finite number, received nothing',
  },
  {
    name: 'contract: a range upside down', run: contract((json) => { json.inputs[0].minimum = 99 }), code: 'file',
    message: 'preprocessing: inputs[0].maximum must be at least the minimum, received 50',
  },
  {
    name: 'contract: a category twice', run: contract((json) => { json.inputs[1].categories = ['a', 'a'] }),
    code: 'file', message: 'preprocessing: inputs[1].categories holds the same text twice',
  },
  {
    name: 'contract: a most frequent category that is none', code: 'file',
    run: contract((json) => { json.inputs[1].mostFrequent = 'other' }),
    message: 'preprocessing: inputs[1].mostFrequent must be "female" or "male", received "other"',
  },
  {
    name: 'contract: two columns of one name', run: contract((json) => { json.target.name = 'age' }), code: 'file',
    message: 'preprocessing: two columns are named "age"',
  },
  {
    name: 'contract: one class', run: contract((json) => { json.target.classes = ['a'] }), code: 'file',
    message: 'preprocessing: target.classes must be a list of 2 to 1000000 entries, received 1',
  },
  {
    name: 'contract: pictures too large for memory', code: 'file',
    run: () => preprocessorFromJSON({ ...JSON.parse(JSON.stringify(images)), rows: 20_000, columns: 20_000 }),
    message: 'preprocessing: pictures of 20000 x 20000 pixels hold 400000000 values; at most 25000000 are read',
  },
  {
    name: 'contract: pictures of a huge size', code: 'file',
    run: () => preprocessorFromJSON({ ...JSON.parse(JSON.stringify(images)), rows: 1e9 }),
    message: 'preprocessing: rows must be an integer from 1 to 65536, received 1000000000',
  },
]
