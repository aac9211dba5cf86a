/** Hostile and damaged model files, unwritable paths, and metrics of arrays that do not fit. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ErrorCode } from '../../src/core/errors.js'
import { confusionTable } from '../../src/figures/index.js'
import {
  decodeModel, decodeSafetensors, encodeModel, encodeSafetensors, type NamedTensor,
} from '../../src/formats/index.js'
import { accuracy, confusionMatrix, logLoss, mse, precisionRecallF1, r2, rocAuc } from '../../src/metrics/short.js'
import { readFileChecked, writeFileAtomic } from '../../src/node/write-file.js'

/** A file with this header, spaces up to a multiple of 8, and so many bytes of data. */
function file(header: string | Uint8Array, dataBytes = 0): Uint8Array {
  const text = typeof header === 'string' ? new TextEncoder().encode(header) : header
  const padded = Math.ceil(text.length / 8) * 8
  const bytes = new Uint8Array(8 + padded + dataBytes)
  bytes.fill(0x20, 8, 8 + padded)
  bytes.set(text, 8)
  new DataView(bytes.buffer).setUint32(0, padded, true)
  return bytes
}

/** A file that claims a header of so many bytes. */
function claiming(headerBytes: bigint): Uint8Array {
  const bytes = file('{}', 64)
  new DataView(bytes.buffer).setBigUint64(0, headerBytes, true)
  return bytes
}

function tensor(name: string, dtype: string, shape: string, offsets: string): string {
  return `"${name}":{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}`
}

const weights = [{ name: 'w', dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) }] as const
const model = encodeModel({ architecture: { layers: [] }, run: null, preprocess: null, weights })

/** The model file with a piece of its text replaced by another of the same length. */
function altered(from: string, to: string): Uint8Array {
  const text = Buffer.from(model).toString('latin1')
  return Uint8Array.from(Buffer.from(text.replace(from, to), 'latin1'))
}

/** The model with other metadata, or with its weight changed. */
function rewritten(
  change: (metadata: Record<string, string>) => Record<string, string>,
  weight: Partial<NamedTensor> = {},
): Uint8Array {
  const { metadata } = decodeSafetensors(model)
  return encodeSafetensors([{ ...weights[0], ...weight }], change(Object.fromEntries(metadata)))
}

async function inFolder(run: (folder: string) => Promise<unknown>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'myelin-bad-inputs-'))
  try {
    await run(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

const read = (bytes: Uint8Array) => (): unknown => decodeModel(bytes, { source: 'a.safetensors' })
const deep = '['.repeat(100) + ']'.repeat(100)

export const cases: {
  name: string
  run: () => unknown | Promise<unknown>
  code: ErrorCode
  message: RegExp | string
}[] = [
  {
    name: 'an empty model file', code: 'file',
    message: 'a.safetensors: this is no Myelin model: expected a safetensors file, received an empty file; name a file that '
      + 'holds one',
    run: read(new Uint8Array(0)),
  },
  {
    name: 'a picture as a model file', code: 'file',
    message: 'expected a safetensors file, received a file that begins with the bytes 89 50 4e 47; name a file that holds one',
    run: read(Uint8Array.from(Buffer.from('\x89PNG\r\n\x1a\n0123456789', 'latin1'))),
  },
  {
    name: 'a table as a model file', code: 'file',
    message: 'expected a safetensors file, received a text that begins with "a,b,c"; name a file that holds one',
    run: read(new TextEncoder().encode('a,b,c\n1,2,3\n4,5,6\n')),
  },
  {
    name: 'a header longer than the file', code: 'file',
    message: 'a.safetensors: truncated: the header has 1000 bytes, the file only 72 after its length',
    run: read(claiming(1000n)),
  },
  {
    name: 'a header of 2^63 bytes', code: 'file',
    message: /header would have 9223372036854776000 bytes/,
    run: read(claiming(2n ** 63n)),
  },
  {
    name: 'a header above the cap', code: 'file',
    message: /would have 100000008 bytes/,
    run: read(claiming(100_000_008n)),
  },
  {
    name: 'a header without alignment', code: 'file',
    message: /15 bytes are no multiple of 8/,
    run: read(claiming(15n)),
  },
  {
    name: 'a header that is no object', code: 'file',
    message: /does not begin with "{"/,
    run: read(file('[1,2,3]')),
  },
  {
    name: 'a header with a byte order mark', code: 'file',
    message: /does not begin with "{"/,
    run: read(file('\ufeff{}')),
  },
  {
    name: 'a header that is not UTF-8', code: 'file',
    message: 'a.safetensors: the header is not valid UTF-8',
    run: read(file(Uint8Array.of(0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d))),
  },
  {
    name: 'a header that is cut off', code: 'file',
    message: /header: invalid JSON: expected "}", received the end of the text/,
    run: read(file('{"w":{"dtype":"F32"')),
  },
  {
    name: 'a tensor twice', code: 'file',
    message: /the key "w" occurs twice/,
    run: read(file(`{${tensor('w', 'U8', '[1]', '[0,1]')},${tensor('w', 'U8', '[1]', '[1,2]')}}`, 2)),
  },
  {
    name: 'a tensor named __proto__', code: 'file',
    message: /the key "__proto__" is not allowed/,
    run: read(file(`{${tensor('__proto__', 'U8', '[1]', '[0,1]')}}`, 1)),
  },
  {
    name: 'a tensor named constructor, escaped', code: 'file',
    message: /the key "constructor" is not allowed/,
    run: read(file(`{${tensor('\\u0063onstructor', 'U8', '[1]', '[0,1]')}}`, 1)),
  },
  {
    name: 'a header nested a million deep', code: 'file',
    message: /nested deeper than 64 levels/,
    run: read(file('{"a":' + '['.repeat(1e6))),
  },
  {
    name: 'a tensor that is no object', code: 'file',
    message: /tensor "w": expected an object with dtype, shape and data_offsets/,
    run: read(file('{"w":[1]}')),
  },
  {
    name: 'a tensor without a shape', code: 'file',
    message: /tensor "w": shape: expected a list of sizes .*, received nothing/,
    run: read(file('{"w":{"dtype":"F32","data_offsets":[0,4]}}', 4)),
  },
  {
    name: 'a tensor with an unknown field', code: 'file',
    message: /tensor "w": unknown field "x"/,
    run: read(file('{"w":{"dtype":"F32","shape":[],"data_offsets":[0,4],"x":1}}', 4)),
  },
  {
    name: 'half precision', code: 'file',
    message: /dtype: expected F32, F64, I32, U8; received "F16"; convert the weights to F32 first/,
    run: read(file(`{${tensor('w', 'F16', '[1]', '[0,2]')}}`, 2)),
  },
  {
    name: 'a negative size', code: 'file',
    message: /expected a list of sizes with a product below 2\^53, received \[-1\]/,
    run: read(file(`{${tensor('w', 'F32', '[-1]', '[0,4]')}}`, 4)),
  },
  {
    name: 'half a row', code: 'file',
    message: /received \[1\.5\]/,
    run: read(file(`{${tensor('w', 'F32', '[1.5]', '[0,6]')}}`, 6)),
  },
  {
    name: 'a size as text', code: 'file',
    message: /received \["1"\]/,
    run: read(file(`{${tensor('w', 'F32', '["1"]', '[0,4]')}}`, 4)),
  },
  {
    name: 'a shape of 2^80 elements', code: 'file',
    message: /product below 2\^53/,
    run: read(file(`{${tensor('w', 'F32', '[1048576,1048576,1048576,1048576]', '[0,4]')}}`, 4)),
  },
  {
    name: 'a huge shape that a zero makes empty', code: 'file',
    message: /product below 2\^53/,
    run: read(file(`{${tensor('w', 'F32', '[0,4503599627370496,4]', '[0,0]')}}`)),
  },
  {
    name: 'a terabyte that is not there', code: 'file',
    message: /tensor "w" ends at byte 1099511627776 of the data, the file holds 4/,
    run: read(file(`{${tensor('w', 'F32', '[274877906944]', '[0,1099511627776]')}}`, 4)),
  },
  {
    name: 'more shape than data', code: 'file',
    message: /shape \[1000000\] of F32 needs 4000000 bytes, data_offsets \[0,4\] hold 4/,
    run: read(file(`{${tensor('w', 'F32', '[1000000]', '[0,4]')}}`, 4)),
  },
  {
    name: 'offsets in reverse', code: 'file',
    message: /hold -4/,
    run: read(file(`{${tensor('w', 'F32', '[1]', '[4,0]')}}`, 4)),
  },
  {
    name: 'a negative offset', code: 'file',
    message: /data_offsets: expected two byte positions, received \[-4,0\]/,
    run: read(file(`{${tensor('w', 'U8', '[4]', '[-4,0]')}}`)),
  },
  {
    name: 'an offset beyond 2^53', code: 'file',
    message: /expected two byte positions/,
    run: read(file(`{${tensor('w', 'U8', '[1]', '[9007199254740992,9007199254740993]')}}`, 1)),
  },
  {
    name: 'an offset that is no number', code: 'file',
    message: /the number 1e999 does not fit in float64/,
    run: read(file(`{${tensor('w', 'U8', '[1]', '[0,1e999]')}}`, 1)),
  },
  {
    name: 'overlapping tensors', code: 'file',
    message: /tensor "b" overlaps another one at byte 1 of the data/,
    run: read(file(`{${tensor('a', 'U8', '[2]', '[0,2]')},${tensor('b', 'U8', '[2]', '[1,3]')}}`, 3)),
  },
  {
    name: 'a gap between tensors', code: 'file',
    message: /bytes 1 to 2 of the data belong to no tensor/,
    run: read(file(`{${tensor('a', 'U8', '[1]', '[0,1]')},${tensor('b', 'U8', '[1]', '[2,3]')}}`, 3)),
  },
  {
    name: 'bytes after the last tensor', code: 'file',
    message: /8 bytes after the last tensor belong to no tensor/,
    run: read(file(`{${tensor('a', 'U8', '[1]', '[0,1]')}}`, 9)),
  },
  {
    name: 'a tensor that is not aligned', code: 'file',
    message: /begins at byte 1, which is not aligned to its 4-byte elements/,
    run: read(file(`{${tensor('a', 'U8', '[1]', '[0,1]')},${tensor('b', 'F32', '[1]', '[1,5]')}}`, 5)),
  },
  {
    name: 'metadata that are no strings', code: 'file',
    message: /__metadata__: "format": expected a string/,
    run: read(file('{"__metadata__":{"format":1}}')),
  },
  {
    name: 'weights of another program', code: 'file',
    message: 'a.safetensors: this safetensors file holds weights, but no Myelin model: expected the metadata ' +
      '"format" to be "myelin", received "pt"',
    run: read(encodeSafetensors(weights, { format: 'pt' })),
  },
  {
    name: 'a model of a later version', code: 'file',
    message: /model format version "2": this Myelin reads version "1"; use the Myelin that wrote the file/,
    run: read(rewritten(metadata => ({ ...metadata, version: '2' }))),
  },
  {
    name: 'a model with an altered weight', code: 'file',
    message: /the checksum does not fit the contents: the file was altered or damaged/,
    run: read(model.map((byte, i) => i === model.length - 1 ? byte ^ 1 : byte)),
  },
  {
    name: 'a model with an altered architecture', code: 'file',
    message: /checksum/,
    run: read(altered('layers', 'Layers')),
  },
  {
    name: 'a model with a renamed tensor', code: 'file',
    message: /checksum/,
    run: read(altered('"w":', '"v":')),
  },
  {
    name: 'a model with a reshaped weight', code: 'file',
    message: /checksum/,
    run: read(rewritten(metadata => metadata, { shape: [2, 1] })),
  },
  {
    name: 'a model with a weight of another type', code: 'file',
    message: /checksum/,
    run: read(rewritten(metadata => metadata, { dtype: 'int32', data: new Int32Array(weights[0].data.buffer) })),
  },
  {
    name: 'a model without checksum', code: 'file',
    message: /checksum/,
    run: read(rewritten(({ format, version }) => ({ format: format!, version: version! }))),
  },
  {
    name: 'a model without its last byte', code: 'file',
    message: /tensor "w" ends at byte 8 of the data, the file holds 7; it is truncated or altered/,
    run: read(model.subarray(0, -1)),
  },
  {
    name: 'a run with NaN in a model to write', code: 'argument',
    message: /^run\.train\.learningRate is NaN: JSON holds/,
    run: () => encodeModel({ architecture: {}, run: { train: { learningRate: NaN } }, preprocess: null, weights }),
  },
  {
    name: 'an architecture too deep to write', code: 'argument',
    message: /is nested deeper than 64 levels/,
    run: () => encodeModel({ architecture: JSON.parse(deep), run: null, preprocess: null, weights }),
  },
  {
    name: 'two weights of one name', code: 'argument',
    message: 'encodeSafetensors: tensor "w": two tensors have this name',
    run: () => encodeSafetensors([...weights, ...weights]),
  },
  {
    name: 'weights that do not have their shape', code: 'shape',
    message: /shape \[3\] needs 3 elements, received 2/,
    run: () => encodeSafetensors([{ ...weights[0], shape: [3] }]),
  },
  {
    name: 'a model file that is missing', code: 'file',
    message: /^cannot read ".*no\.safetensors": there is no such file/,
    run: () => inFolder(folder => readFileChecked(join(folder, 'no.safetensors'))),
  },
  {
    name: 'a folder as a model file', code: 'file',
    message: /^cannot read ".*": it is a folder; name a file in it$/,
    run: () => inFolder(readFileChecked),
  },
  {
    name: 'a model into a folder that is missing', code: 'file',
    message: /^cannot write ".*": there is no such file or folder/,
    run: () => inFolder(folder => writeFileAtomic(join(folder, 'no', 'model'), model)),
  },
  {
    name: 'a model over a folder', code: 'file',
    message: /^cannot write ".*": it is a folder; name a file in it$/,
    run: () => inFolder(folder => writeFileAtomic(folder, model)),
  },
  {
    name: 'a model below a file', code: 'file',
    message: /a part of the path is a file, not a folder$/,
    run: () => inFolder(async folder => {
      await writeFile(join(folder, 'file'), '')
      await writeFileAtomic(join(folder, 'file', 'model'), model)
    }),
  },
  {
    name: 'more labels than predictions', code: 'shape',
    message: 'accuracy: expected as many predictions as true values, received 2 true values and 1 predictions',
    run: () => accuracy([0, 1], [0]),
  },
  {
    name: 'metrics of nothing', code: 'argument',
    message: 'mse: expected at least one value, received none',
    run: () => mse([], []),
  },
  {
    name: 'a label beyond the classes', code: 'argument',
    message: 'confusionMatrix: yTrue[1] is 3: expected class indices from 0 to 2',
    run: () => confusionMatrix([0, 3], [0, 1], { classes: 3 }),
  },
  {
    name: 'four billion classes', code: 'argument',
    message: 'precisionRecallF1: yTrue[1] is 4000000000: expected class indices from 0 to 4095',
    run: () => precisionRecallF1([0, 4e9], [0, 1]),
  },
  {
    name: 'a probability of 1.5', code: 'argument',
    message: 'logLoss: probabilities[0] is 1.5: expected 0 to 1',
    run: () => logLoss([1], [1.5]),
  },
  {
    name: 'probabilities for half a row', code: 'shape',
    message: 'logLoss: expected the same number of probabilities for each of the 2 rows, received 3 in all',
    run: () => logLoss([1, 0], [0.1, 0.2, 0.3]),
  },
  {
    name: 'a prediction that is NaN', code: 'nan',
    message: 'r2: yPred[1] is NaN: expected finite numbers',
    run: () => r2([1, 2], [1, NaN]),
  },
  {
    name: 'a ROC curve of one class', code: 'data',
    message: 'rocAuc: expected rows of class 0 and of class 1, received only class 1',
    run: () => rocAuc([1, 1], [0.2, 0.3]),
  },
  {
    name: 'a confusion matrix that is not square', code: 'shape',
    message: 'confusionTable: expected a square matrix with one row a label, received 1 rows of 2 for 1 labels',
    run: () => confusionTable([[1, 2]], ['a']),
  },
]
