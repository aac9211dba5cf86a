/** Wrong files of NumPy, JSON lines and the like, and wrong problems to generate, each with the message a user gets. */
import { readFileSync } from 'node:fs'
import { strToU8, zipSync } from 'fflate'
import {
  decodePicture, fitPreprocessor, imagesOfArrays, loadDataset, makeClassification, makePlayground, makePolynomial,
  makeRegression, makeSine, makeTable, parseJsonLines, parseNpy, parseNpz, parseParquet, preprocessorFromJSON,
  TablePreprocessor, tableOfArrays, type NpyArray,
} from '../../src/data/index.js'
import { readPictures } from '../../src/node/pictures.js'
import { executeRun, readRun, type Run } from '../../src/run/index.js'
import type { BadInput } from './bad-input.js'

/** An NPY file with the given header. */
function npyBytes(header: string, data: readonly number[] = [], version = 1): Uint8Array {
  const length = [header.length & 255, header.length >> 8, ...(version > 1 ? [0, 0] : [])]
  return Uint8Array.from([0x93, ...strToU8('NUMPY'), version, 0, ...length, ...strToU8(header), ...data])
}
const dictionary = (descr: string, shape = '2,', order = 'False') =>
  `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': (${shape}), }`
const npy = (bytes: Uint8Array) => () => parseNpy(bytes, 'x.npy')
const npz = (bytes: Uint8Array) => () => parseNpz(bytes, 'x.npz')
const parquet = (bytes: Uint8Array) => () => parseParquet(bytes, 'x.parquet')
const samples = JSON.parse(readFileSync('tests/golden/parquet.json', 'utf8')) as
  { files: { name: string, base64: string }[] }
const sample = (wanted: string) =>
  new Uint8Array(Buffer.from(samples.files.find(({ name }) => name === wanted)!.base64, 'base64'))
const picture = (bytes: Uint8Array) => () => decodePicture(bytes, 'x.png')
const drawings = JSON.parse(readFileSync('tests/golden/pictures.json', 'utf8')) as
  { pictures: { name: string, base64: string }[] }
const drawing = (wanted: string) =>
  new Uint8Array(Buffer.from(drawings.pictures.find(({ name }) => name === wanted)!.base64, 'base64'))
const jsonl = (text: string) => () => parseJsonLines(text, { source: 'x.jsonl' })
const array = (shape: number[], dtype = 'uint8', data: NpyArray['data'] = new Uint8Array(24)): NpyArray =>
  ({ shape, dtype, data })
const tableOf = (arrays: Record<string, NpyArray>) => () => tableOfArrays(new Map(Object.entries(arrays)), 'x.npz')
const imagesOf = (arrays: Record<string, NpyArray>) => () => imagesOfArrays(new Map(Object.entries(arrays)), 'x.npz')

const people = makeTable([['age', [20, 30, 40]], ['sex', ['f', 'm', 'f']], ['y', [0, 1, 0]]], { source: 'people' })
const fitted = JSON.stringify(fitPreprocessor(people, { target: 'y' }).preprocessor)

const wordsOfAll = Array.from({ length: 500_000 }, (_, i) => `w${i}`)

/** A contract with one entry replaced. */
const contract = (change: (json: any) => void) => () => { // eslint-disable-line typescript/no-explicit-any
  const json: unknown = JSON.parse(fitted)
  change(json)
  return preprocessorFromJSON(json)
}

/** A zip file whose directory declares another size of its one entry. */
function bomb(size: number): Uint8Array {
  const zip = zipSync({ 'x.npy': npyBytes(dictionary("'<f8'")) })
  const view = new DataView(zip.buffer)
  for (let at = 0; at < zip.length - 4; at++) {
    if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, size, true)
  }
  return zip
}

/** Two pictures of 2 x 2. */
const pair = { images: new Uint8Array(8), labels: Int32Array.of(0, 1), count: 2, rows: 2, columns: 2 }
const runOn = (pictures: Partial<Run['preprocess']['pictures']>) => () =>
  executeRun({ data: { source: 'drawn', target: 'label' }, preprocess: { pictures } }, { images: pair })

/** A contract with an input of a kind of its own. */
const contractOf = (input: object) => () =>
  preprocessorFromJSON({ ...JSON.parse(fitted) as object, inputs: [input] })
const dated = { name: 'when', kind: 'date', order: 'dayFirst', clock: false, impute: 0, offset: 0, scale: 1, minimum: 0,
  maximum: 9 }
const worded = { name: 'said', kind: 'text', vocabulary: ['a', 'b'] }

export const cases: readonly BadInput[] = [
  {
    name: 'Parquet: a run of millions in a page of hundreds', code: 'file',
    run: parquet(sample('several row groups').with(746, 164).with(747, 128).with(748, 182)),
    message: 'x.parquet: the Parquet file is damaged or truncated (a run longer than its page)',
  },
  {
    name: 'run: a component that no function made', code: 'argument',
    run: () => readRun({ data: { source: 'iris', target: 'species' }, network: [
      { layer: 'dense', units: 2, activation: { kind: 'relu', config: {} } },
    ] }),
    message: /activation.*: expected a name, such as ".*", or what its function makes, received object/,
  },
  {
    name: 'contract: dates of no order', code: 'file', run: contractOf({ ...dated, order: 'yearFirst' }),
    message: 'preprocessing: inputs[0].order must be "dayFirst" or "monthFirst", received "yearFirst"',
  },
  {
    name: 'contract: dates beyond all years', code: 'file', run: contractOf({ ...dated, maximum: 1e15 }),
    message: 'preprocessing: inputs[0].maximum must be seconds of the years 0 to 9999, received 1000000000000000',
  },
  {
    name: 'contract: a clock that is no yes or no', code: 'file', run: contractOf({ ...dated, clock: 1 }),
    message: 'preprocessing: inputs[0].clock must be true or false, received 1',
  },
  {
    name: 'contract: a word twice', code: 'file', run: contractOf({ ...worded, vocabulary: ['a', 'a'] }),
    message: 'preprocessing: inputs[0].vocabulary holds the same text twice',
  },
  {
    name: 'contract: fewer factors than words', code: 'file', run: contractOf({ ...worded, idf: [1] }),
    message: 'preprocessing: inputs[0].idf must be a list of 2 entries, received 1',
  },
  {
    name: 'contract: a factor that is none', code: 'file', run: contractOf({ ...worded, idf: [1, 0] }),
    message: 'preprocessing: inputs[0].idf[1] must be a number above 0, received 0',
  },
  {
    name: 'preprocessing: more features than memory', code: 'memory',
    run: () => new TablePreprocessor({
      version: 1, kind: 'table', setAside: [], inputs: [{ ...worded, kind: 'text', vocabulary: wordsOfAll }],
      target: { name: 'y', task: 'classification', kind: 'numeric', classes: ['0', '1'] },
    }).transform(makeTable([['said', Array.from({ length: 1001 }, () => 'a')]], { source: 'x' })),
    message: 'x: 1001 rows of 500000 features are more than the 500000000 values that are held; use fewer rows, or',
  },
  {
    name: 'preprocessing: a missing column of dates', code: 'data',
    run: () => preprocessorFromJSON({ ...JSON.parse(fitted) as object, inputs: [dated, worded] })
      .transform(makeTable([['x', [1]]], { source: 'x' }) as never),
    message: 'x: missing columns "when", "said" ("when": dates, 1970-01-01 to 1970-01-01T00:00:09Z in training)',
  },
  {
    name: 'pictures: of another size than the run asks for', code: 'argument',
    run: runOn({ size: [16, 16] }),
    message: 'drawn: the pictures are 2 x 2 in grey, the run asks for 16 x 16 in grey; only pictures of a folder',
  },
  {
    name: 'pictures: grey where the run asks for colours', code: 'argument',
    run: runOn({ colours: 'rgb' }),
    message: 'drawn: the pictures are 2 x 2 in grey, the run asks for colours;',
  },
  {
    name: 'pictures: a class that no folder has', code: 'argument',
    run: () => executeRun({ data: { source: 'drawn', target: 'label', classes: ['cat', 'dig'] } },
      { images: { ...pair, classes: ['cat', 'dog'] } }),
    message: 'drawn: there is no class "dig"; the classes are "cat", "dog"',
  },
  { name: 'NPY: another format', run: npy(strToU8('a,b\n1,2\n')), code: 'file', message: 'x.npy: not an NPY file' },
  {
    name: 'NPY: a new version', code: 'file',
    run: npy(npyBytes('', [], 4)),
    message: 'x.npy: NPY version 4; expected 1, 2 or 3',
  },
  {
    name: 'NPY: cut off before the header', code: 'file',
    run: npy(npyBytes('').subarray(0, 9)),
    message: 'truncated in its header: 9 bytes',
  },
  {
    name: 'NPY: cut off in the header', code: 'file',
    run: npy(npyBytes(dictionary("'<f8'")).subarray(0, 30)),
    message: /truncated in its header: 30 bytes of \d+/,
  },
  {
    name: 'NPY: a header without shape', code: 'file',
    run: npy(npyBytes("{'descr': '<f8'}")),
    message: 'the header lacks descr, fortran_order or shape',
  },
  {
    name: 'NPY: a huge header', code: 'file',
    run: npy(npyBytes('', [], 2).with(10, 255)),
    message: 'the header declares 16711680 bytes; at most 65536',
  },
  {
    name: 'NPY: a shape of words', code: 'file',
    run: npy(npyBytes(dictionary("'<f8'", 'two,'))),
    message: 'the shape (two,) is none',
  },
  {
    name: 'NPY: Python objects', code: 'unsupported',
    run: npy(npyBytes(dictionary("'|O'"))),
    message: 'the array holds Python objects, which only Python can load; save numbers or texts',
  },
  {
    name: 'NPY: complex numbers', code: 'unsupported',
    run: npy(npyBytes(dictionary("'<c16'"))),
    message: 'complex numbers',
  },
  {
    name: 'NPY: dates', code: 'unsupported',
    run: npy(npyBytes(dictionary("'<M8[D]'"))),
    message: 'the array holds dates; save them as numbers or texts',
  },
  {
    name: 'NPY: records', code: 'unsupported',
    run: npy(npyBytes(dictionary("[('a', '<f8'), ('b', '<i4')]"))),
    message: 'records; save one array per column',
  },
  {
    name: 'NPY: a type that is none', code: 'file',
    run: npy(npyBytes(dictionary("'<f3'"))),
    message: 'the data type "<f3" is not read; expected numbers of 1 to 8 bytes, bool or texts',
  },
  {
    name: 'NPY: too few bytes', code: 'file',
    run: npy(npyBytes(dictionary("'<f8'", '2, 3'), [1, 2, 3])),
    message: /the header declares 2 x 3 elements, \d+ bytes with the header; the file has \d+/,
  },
  {
    name: 'NPY: more than memory', code: 'memory',
    run: npy(npyBytes(dictionary("'<f8'", '100000, 100000'))),
    message: 'declares 100000 x 100000 elements, 80000000000 bytes; at most 2147483647 are read',
  },
  {
    name: 'NPY: an integer beyond 2^53', code: 'data',
    run: npy(npyBytes(dictionary("'<i8'", '1,'), [1, 0, 0, 0, 0, 0, 32, 0])),
    message: 'x.npy: element 1 is 9007199254740993, beyond the 2^53',
  },
  {
    name: 'NPY: a text that is none', code: 'data',
    run: npy(npyBytes(dictionary("'<U1'", '1,'), [0, 0, 0, 255])),
    message: 'element 1 is no text in Unicode',
  },
  {
    name: 'NPZ: another format', code: 'file',
    run: npz(strToU8('a,b\n1,2\n')),
    message: 'x.npz: not an NPZ file, or a damaged one',
  },
  {
    name: 'NPZ: no array in it', code: 'file',
    run: npz(zipSync({ 'a.txt': strToU8('hello') })),
    message: 'the archive holds no array; expected .npy entries',
  },
  {
    name: 'NPZ: a damaged array', code: 'file',
    run: npz(zipSync({ 'w.npy': strToU8('hello') })),
    message: 'x.npz: array "w": not an NPY file',
  },
  {
    name: 'NPZ: a declared size that cannot be', code: 'file',
    run: npz(bomb(100_000_000)),
    message: '"x.npy" declares 100000000 bytes, more than its',
  },
  {
    name: 'NPZ: more than memory', code: 'memory',
    run: npz(bomb(0xfffffff0)),
    message: 'the arrays are 4294967280 bytes or more when unpacked',
  },
  {
    name: 'arrays: no axis', code: 'data',
    run: tableOf({ a: array([]) }),
    message: 'the array "a" has the shape []; a table needs [rows] or [rows, columns]',
  },
  {
    name: 'arrays: pictures without labels', code: 'data',
    run: tableOf({ x: array([2, 3, 4]) }),
    message: 'the shape [2, 3, 4]; a table needs [rows] or [rows, columns]; pictures need bytes (uint8)',
  },
  {
    name: 'arrays: other lengths', code: 'data',
    run: tableOf({ X: array([6, 4]), y: array([24]) }),
    message: 'the array "y" has 24 rows, "X" has 6',
  },
  {
    name: 'arrays: no rows', code: 'data',
    run: tableOf({ X: array([0, 4], 'uint8', new Uint8Array(0)) }),
    message: 'the arrays hold no rows',
  },
  {
    name: 'arrays: infinity', code: 'data',
    run: tableOf({ X: array([1], 'float64', Float64Array.of(Infinity)) }),
    message: 'x.npz: row 1, column "X": Infinity is not a finite number',
  },
  {
    name: 'arrays: pictures of another shape', code: 'data',
    run: imagesOf({ x: array([1, 2, 3, 4]), y: array([1]) }),
    message: 'expected pictures as bytes of shape [count, rows, columns], received uint8 of shape [1, 2, 3, 4]',
  },
  {
    name: 'arrays: a label too few', code: 'data',
    run: imagesOf({ x: array([2, 3, 4]), y: array([1], 'uint8', Uint8Array.of(1)) }),
    message: '2 pictures but 1 label; expected as many of both',
  },
  {
    name: 'arrays: labels that are fractions', code: 'data',
    run: imagesOf({ x: array([1, 6, 4]), y: array([1], 'float64', Float64Array.of(1.5)) }),
    message: 'label 1 is 1.5; expected whole numbers',
  },
  {
    name: 'arrays: no pictures', code: 'data',
    run: imagesOf({ x: array([0, 6, 4], 'uint8', new Uint8Array(0)), y: array([0], 'uint8', new Uint8Array(0)) }),
    message: 'there are no pictures: the shape is [0, 6, 4]',
  },
  {
    name: 'JSON lines: empty file', code: 'data',
    run: jsonl('\n \n'),
    message: 'x.jsonl: the file is empty; expected one JSON object per line',
  },
  { name: 'JSON lines: no text', run: jsonl('{"a\0": 1}'), code: 'file', message: 'x.jsonl: not a text file' },
  {
    name: 'JSON lines: no JSON', code: 'data',
    run: jsonl('{"a": 1}\n\n{"a": }\n'),
    message: 'x.jsonl: line 3: not JSON; expected one object per line, such as {"age": 42',
  },
  {
    name: 'JSON lines: a list', code: 'data',
    run: jsonl('[1, 2]'),
    message: 'line 1: expected an object such as {"age": 42}, received a list',
  },
  {
    name: 'JSON lines: null', code: 'data',
    run: jsonl('null'),
    message: 'line 1: expected an object such as {"age": 42}, received null',
  },
  { name: 'JSON lines: a number', run: jsonl('7'), code: 'data', message: 'received a number' },
  {
    name: 'JSON lines: a nested object', code: 'data',
    run: jsonl('{"a": 1}\n{"a": {"b": 2}}'),
    message: 'line 2: "a" holds an object; expected a number, a text, true, false or null; give nested values keys',
  },
  { name: 'JSON lines: a nested list', run: jsonl('{"a": [1]}'), code: 'data', message: 'line 1: "a" holds a list' },
  {
    name: 'JSON lines: two kinds', code: 'data',
    run: jsonl('{"a": null}\n{"a": 1}\n{"a": "one"}'),
    message: 'line 3: "a" is a text (one), but a number in line 2; write numbers everywhere, or texts everywhere',
  },
  {
    name: 'JSON lines: a huge number', code: 'data',
    run: jsonl('{"a": 1e999}'),
    message: 'line 1: "a" is too large for a number',
  },
  { name: 'JSON lines: no keys', run: jsonl('{}\n{}'), code: 'data', message: 'the objects have no keys' },
  {
    name: 'JSON lines: new keys in every line', code: 'memory',
    run: jsonl(Array.from({ length: 10_001 }, (_, i) => `{"k${i}": 1}`).join('\n')),
    message: 'line 10001: 10001 different keys in 10001 rows; at most 100000 keys and 100000000 cells',
  },
  {
    name: 'contract: quantiles that fall', code: 'file',
    run: contract((json) => { json.inputs[0].quantiles = [1, 3, 2] }),
    message: 'preprocessing: inputs[0].quantiles[2] must be at least the number before, received 2',
  },
  {
    name: 'contract: no quantiles', code: 'file',
    run: contract((json) => { json.inputs[0].quantiles = [] }),
    message: 'inputs[0].quantiles must be a list of 1 to 1000000 entries, received 0',
  },
  {
    name: 'contract: an encoding of its own', code: 'file',
    run: contract((json) => { json.inputs[1].encoding = 'hash' }),
    message: 'inputs[1].encoding must be "ordinal", received "hash"',
  },
  {
    name: 'preprocess: an encoding of its own', code: 'argument',
    run: () => fitPreprocessor(people, { target: 'y', categorical: 'hash' as 'ordinal' }),
    message: 'preprocessing: categorical is "hash"; expected "oneHot" or "ordinal"',
  },
  {
    name: 'makePlayground: an unknown set', code: 'argument',
    run: () => makePlayground('swirl' as 'spiral'),
    message: 'there is no Playground set "swirl"; the sets are "circle", "xor"',
  },
  {
    name: 'makePlayground: noise below 0', code: 'argument',
    run: () => makePlayground('xor', { noise: -1 }),
    message: 'playground/xor: noise must be a finite number of at least 0, received -1',
  },
  {
    name: 'makeSine: no period', code: 'argument',
    run: () => makeSine({ periods: 0 }),
    message: 'sine: periods must be a number above 0, received 0',
  },
  {
    name: 'makePolynomial: no coefficients', code: 'argument',
    run: () => makePolynomial({ coefficients: [] }),
    message: 'polynomial: coefficients must be 1 to 100 finite numbers, received none',
  },
  {
    name: 'makeClassification: too few columns', code: 'argument',
    run: () => makeClassification({ features: 3 }),
    message: 'classification: informative (2, at least 1), redundant (2) and repeated (0) columns must be at '
      + 'most features (3)',
  },
  {
    name: 'makeClassification: too few corners', code: 'argument',
    run: () => makeClassification({ classes: 3 }),
    message: '3 classes (at least 2) of 2 clusters (at least 1) must be at most as many as samples (100) and as '
      + 'the corners of a cube of 2',
  },
  {
    name: 'makeClassification: half a column', code: 'argument',
    run: () => makeClassification({ informative: 2.5 }),
    message: 'informative must be an integer of at least 0, received 2.5',
  },
  {
    name: 'makeClassification: weights of 2', code: 'argument',
    run: () => makeClassification({ weights: [1, 1] }),
    message: 'weights must be 2 numbers of at least 0 that add up to 1, received 1, 1',
  },
  {
    name: 'makeClassification: flipY of 2', code: 'argument',
    run: () => makeClassification({ flipY: 2 }),
    message: 'flipY must be from 0 to 1, received 2',
  },
  {
    name: 'makeClassification: classSep 0', code: 'argument',
    run: () => makeClassification({ classSep: 0 }),
    message: 'classSep must be a number above 0, received 0',
  },
  {
    name: 'makeClassification: beyond memory', code: 'argument',
    run: () => makeClassification({ samples: 10_000_000, features: 100 }),
    message: 'samples x features at most 100000000, received 10000000 x 100',
  },
  {
    name: 'makeRegression: more informative than all', code: 'argument',
    run: () => makeRegression({ features: 3, informative: 4 }),
    message: 'regression: informative must be at most features, and bias a finite number, received 4 of 3',
  },
  {
    name: 'random-classification: noise', code: 'argument',
    run: () => loadDataset('random-classification', { noise: 1, readText: () => Promise.resolve('') }),
    message: 'random-classification takes no noise; makeClassification has flipY',
  },
  {
    name: 'Parquet: another format', code: 'file',
    run: parquet(strToU8('a,b\n1,2\n3,4\n')),
    message: 'x.parquet: not a Parquet file, or a truncated one',
  },
  {
    name: 'Parquet: cut off', code: 'file',
    run: parquet(sample('snappy').subarray(0, 500)),
    message: 'it does not begin and end with "PAR1"',
  },
  {
    name: 'Parquet: a footer that is none', code: 'file',
    run: parquet(sample('snappy').fill(255, 400, -8)),
    message: 'x.parquet: the Parquet file is damaged or truncated',
  },
  {
    name: 'Parquet: lists', code: 'unsupported',
    run: parquet(sample('lists')),
    message: 'x.parquet: column 2 holds lists or objects; a table has plain columns',
  },
  {
    name: 'Parquet: brotli', code: 'unsupported',
    run: parquet(sample('brotli')),
    message: /unsupported compression .*; save it with snappy, gzip or zstd/,
  },
  {
    name: 'pictures: another format', code: 'file',
    run: picture(strToU8('GIF89a')),
    message: 'x.png: neither a PNG nor a JPEG picture; save it as one of them',
  },
  {
    name: 'pictures: a PNG cut off', code: 'file',
    run: picture(drawing('colour').subarray(0, 60)),
    message: 'x.png: the PNG picture is damaged',
  },
  {
    name: 'pictures: a JPEG cut off', code: 'file',
    run: picture(drawing('jpeg').subarray(0, 200)),
    message: 'x.png: the JPEG picture is damaged',
  },
  {
    name: 'pictures: a huge one', code: 'memory',
    run: picture(drawing('colour').with(16, 1)),
    message: 'x.png: 16777225 x 7 pixels; at most 25000000 are read',
  },
  {
    name: 'pictures: no such folder', code: 'file',
    run: () => readPictures('no/such/folder'),
    message: 'no/such/folder: the folder cannot be read',
  },
  {
    name: 'pictures: no pictures', code: 'file',
    run: () => readPictures('docs'),
    message: 'docs: a folder without pictures; expected one subfolder for each class, with .png or .jpg files',
  },
  {
    name: 'pictures: a size of 0', code: 'argument',
    run: () => readPictures('docs', { size: [0, 5] }),
    message: 'pictures: size must be two integers from 1 to 4096, received 0, 5',
  },
  {
    name: 'pictures: a threshold of 300', code: 'argument',
    run: () => readPictures('docs', { threshold: 300 }),
    message: 'pictures: threshold must be from 0 to 255, received 300',
  },
]
