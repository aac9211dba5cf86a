import { describe, expect, it } from 'vitest'
import { decodeSafetensors, encodeSafetensors, type NamedTensor } from '../../src/formats/index.js'

const tensors: NamedTensor[] = [
  { name: 'flags', dtype: 'uint8', shape: [3], data: Uint8Array.of(1, 2, 255) },
  { name: 'dense_1/kernel', dtype: 'float32', shape: [2, 2], data: Float32Array.of(1, -2.5, 0, 3e38) },
  { name: 'steps', dtype: 'int32', shape: [], data: Int32Array.of(-7) },
  { name: 'exact', dtype: 'float64', shape: [1, 2], data: Float64Array.of(0.1, -1e300) },
  { name: 'ключ "1"', dtype: 'float32', shape: [0, 5], data: new Float32Array(0) },
]

describe('safetensors', () => {
  it('writes the format byte for byte', () => {
    const bytes = encodeSafetensors(
      [{ name: 'w', dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) }], { format: 'pt' })
    const header = '{"__metadata__":{"format":"pt"},"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}   '
    expect(Buffer.from(bytes).toString('latin1')).toBe(
      `${String.fromCharCode(header.length)}\0\0\0\0\0\0\0${header}\0\0\x80\x3f\0\0\0\x40`)
  })

  it('reads back what it wrote', () => {
    const decoded = decodeSafetensors(encodeSafetensors(tensors, { a: '1', b: 'ä\n' }))
    expect([...decoded.tensors.keys()].sort()).toEqual(tensors.map(({ name }) => name).sort())
    for (const tensor of tensors) expect(decoded.tensors.get(tensor.name)).toEqual(tensor)
    expect([...decoded.metadata]).toEqual([['a', '1'], ['b', 'ä\n']])
  })

  it('keeps the order given within one element size and aligns every tensor', () => {
    const file = encodeSafetensors(tensors)
    expect([...decodeSafetensors(file).tensors.keys()].at(0)).toBe('exact')
    expect([...decodeSafetensors(file).tensors.keys()].at(-1)).toBe('flags')
    expect(file).toEqual(encodeSafetensors(tensors))
  })

  it('writes the part of memory that a view shows, and gives tensors their own memory', () => {
    const data = Float32Array.of(9, 1, 2, 9).subarray(1, 3)
    const bytes = encodeSafetensors([{ name: 'view', dtype: 'float32', shape: [2], data }])
    const shifted = new Uint8Array(bytes.length + 3)
    shifted.set(bytes, 3)
    const { tensors: read } = decodeSafetensors(shifted.subarray(3))
    shifted.fill(0)
    expect(read.get('view')!.data).toEqual(Float32Array.of(1, 2))
  })

  it('takes a Node Buffer, whose slice() does not copy', () => {
    const buffer = Buffer.from(encodeSafetensors(tensors))
    expect(decodeSafetensors(buffer).tensors.get('exact')!.data).toEqual(Float64Array.of(0.1, -1e300))
  })

  it('writes and reads a file without tensors', () => {
    expect(decodeSafetensors(encodeSafetensors([]))).toEqual({ tensors: new Map(), metadata: new Map() })
  })

  it('reads names that are properties of every object', () => {
    const names = ['toString', 'hasOwnProperty', 'valueOf', '0']
    const file = encodeSafetensors(names.map(name => (
      { name, dtype: 'uint8', shape: [1], data: Uint8Array.of(1) } as const)))
    expect([...decodeSafetensors(file).tensors.keys()].sort()).toEqual([...names].sort())
  })

  it('refuses to write what could not be read back', () => {
    const good = { name: 'w', dtype: 'float32', shape: [1], data: Float32Array.of(1) } as const
    expect(() => encodeSafetensors([good, good])).toThrow('tensor "w": two tensors have this name')
    expect(() => encodeSafetensors([{ ...good, name: '__proto__' }])).toThrow('this name is not allowed')
    expect(() => encodeSafetensors([{ ...good, name: '__metadata__' }])).toThrow('this name is not allowed')
    expect(() => encodeSafetensors([{ ...good, shape: [2] }])).toThrow('shape [2] needs 2 elements, received 1')
    expect(() => encodeSafetensors([{ ...good, shape: [-1] }])).toThrow('[-1] is not a shape')
    expect(() => encodeSafetensors([{ ...good, dtype: 'int32' }])).toThrow(
      'int32 needs a Int32Array, received Float32Array')
    expect(() => encodeSafetensors([{ ...good, dtype: 'bool' as 'uint8' }])).toThrow('received bool')
    expect(() => encodeSafetensors([], { a: 1 as unknown as string })).toThrow('metadata "a": expected a string')
  })
})
