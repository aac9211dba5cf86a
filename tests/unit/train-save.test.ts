/** A model of one's own as a file: there and back, and files that are something else. */
import { describe, expect, it } from 'vitest'
import { wasmBackend as backend } from '../../src/backends/wasm/index.js'
import { decodeModel, encodeModel } from '../../src/formats/index.js'
import type { ModelContents } from '../../src/formats/index.js'
import { add, defineLayer, dense, dropout, input } from '../../src/nn/index.js'
import { loadModel, saveModel } from '../../src/run/index.js'
import { Model, model as branching, sequential } from '../../src/train/index.js'

const rows = [
  [1, 2, 3],
  [-1, 0.5, 2],
]
const build = (dtype: 'float32' | 'float64' = 'float32'): Model =>
  sequential([dense({ units: 4, activation: 'tanh' }), dropout({ rate: 0.5 }), dense({ units: 2 })], {
    seed: 5,
    dtype,
    inputShape: [3],
  })

/** The bytes of a file with some contents exchanged. */
function changed(bytes: Uint8Array, changes: (contents: ModelContents) => Partial<ModelContents>): Uint8Array {
  const { weights, ...documents } = decodeModel(bytes)
  const contents = { ...documents, weights: [...weights.values()] }
  return encodeModel({ ...contents, ...changes(contents) })
}

describe('Model.save and Model.load', () => {
  it.each(['float32', 'float64'] as const)('give the same %s model to the bit, in the same bytes', async (dtype) => {
    const model = build(dtype)
    const bytes = model.save()
    const again = Model.load(bytes)
    expect(again.save()).toEqual(bytes)
    expect(again.getWeights()).toEqual(model.getWeights())
    expect(await again.predict(rows, { backend })).toEqual(await model.predict(rows, { backend }))
  })

  it('keep a model that branches', async () => {
    const a = input({ shape: [3] })
    const one = branching({ inputs: a, outputs: add().apply([dense({ units: 3 }).apply(a), a]) })
    const again = Model.load(one.save())
    expect(again.save()).toEqual(one.save())
    expect(await again.predict(rows, { backend })).toEqual(await one.predict(rows, { backend }))
  })

  it('lets a loaded model be trained further', async () => {
    const again = Model.load(build().save()).compile({ loss: 'mse', optimizer: 'sgd' })
    expect((await again.fit(rows, [[1, 0], [0, 1]], { backend })).history.loss).toHaveLength(1)
  })

  it('know layers of one\'s own that are named', async () => {
    const twice = defineLayer('twice', {}, [], () => ({ call: (x) => x.mul(2) }))
    const model = sequential([dense({ units: 2 }), twice()], { inputShape: [3], seed: 1 })
    const bytes = model.save()
    const again = Model.load(bytes, { customObjects: { twice } })
    expect(await again.predict(rows, { backend })).toEqual(await model.predict(rows, { backend }))
    expect(Model.fromJSON(model.toJSON(), { customObjects: { twice } }).toJSON()).toEqual(model.toJSON())
    expect(() => Model.load(bytes)).toThrow('layers: unknown layer "twice"')
    expect(() => Model.fromJSON(model.toJSON(), { customObjects: { twice: () => 1 } })).toThrow(
      'customObjects: "twice" must be what defineLayer gave, received function',
    )
    expect(() => Model.fromJSON(model.toJSON(), { customObjects: { twic: twice(), dense } })).toThrow('"twic" must be')
  })

  it('refuse what does not fit, before memory is taken', () => {
    const bytes = build().save()
    const load = (changes: (contents: ModelContents) => Partial<ModelContents>): (() => unknown) =>
      () => Model.load(changed(bytes, changes), { source: 'a.safetensors' })
    expect(load(({ weights }) => ({ weights: weights.slice(1) }))).toThrow(/a\.safetensors: the weights ".*" are missing/)
    expect(load(({ weights }) => ({ weights: [...weights, { ...weights[0]!, name: 'more' }] }))).toThrow(
      'there are 5 tensors, the network has 4; the file was not written by Myelin',
    )
    const huge = { ...build().toJSON(), inputShape: [10_000_000] }
    expect(load(() => ({ architecture: huge }))).toThrow('must be float32 [10000000, 4], received float32 [3, 4]')
    expect(load(() => ({ architecture: { layers: [{ layer: 'dens', units: 1 }] } }))).toThrow('did you mean "dense"?')
    const damaged = bytes.map((byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte))
    expect(() => Model.load(damaged)).toThrow('the checksum does not fit the contents')
    expect(() => Model.load('a.safetensors' as never)).toThrow('Model.load: expected the bytes of a file')
    expect(() => sequential([dense({ units: 1 })]).save()).toThrow('has no weights yet')
  })

  it('and those of a run tell each other apart', () => {
    const bytes = build().save()
    expect(() => loadModel(bytes)).toThrow('this is a model by itself, without a run and its preprocessing; read it')
    expect(() => Model.load(changed(bytes, () => ({ run: {} })))).toThrow('came from a run, with its preprocessing')
    for (const wrong of [build(), undefined, 3]) {
      expect(() => saveModel(wrong as never)).toThrow('a model of your own is saved by model.save()')
    }
  })
})
