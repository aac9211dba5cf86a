/** The same seed gives the same weights, to the bit: twice in a row, and in Node and in Chromium. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Library, type OpenPage, openPage, whyNoBrowser } from './page.js'

/**
 * Trains networks of all kinds and gives everything that comes of it as bytes in hexadecimal. Runs in a page too, so it
 * uses nothing from around it.
 */
const trainAll = async (library: Library, seed: number): Promise<Record<string, string>> => {
  const {
    adam, adamw, batchNormalization, dense, dropout, evaluate, executeRun, makeBlobs, makeCircles, makeMoons,
    makeSpirals, rmsprop, saveModel, sequential, sgd, tensor,
  } = library
  const hex = ({ buffer, byteOffset, byteLength }: ArrayBufferView): string =>
    Array.from(new Uint8Array(buffer, byteOffset, byteLength), (byte) => byte.toString(16).padStart(2, '0')).join('')
  const result: Record<string, string> = {}

  type Table = ReturnType<typeof makeMoons>
  const column = ({ columns }: Table, at: number): Float64Array => {
    const found = columns[at]!
    return found.kind === 'numeric' ? found.values : new Float64Array()
  }
  const inputs = (table: Table): number[][] =>
    Array.from(column(table, 0), (x1, row) => [x1, column(table, 1)[row]!])
  type Model = ReturnType<typeof sequential>
  const train = async (
    name: string, model: Model, table: Table, y: number[] | Int32Array, options: Parameters<Model['fit']>[2],
  ): Promise<void> => {
    const x = inputs(table)
    const { history } = await model.fit(x, y as number[], options)
    result[`${name}: data`] = hex(column(table, 0))
    for (const { name: weight, data } of model.getWeights()) result[`${name}: ${weight}`] = hex(data)
    for (const [figure, values] of Object.entries(history)) result[`${name}: ${figure}`] = hex(Float64Array.from(values))
    result[`${name}: predictions`] = hex((await model.predict(x)).data)
  }

  for (const dtype of ['float32', 'float64'] as const) {
    const circles = makeCircles({ samples: 200, seed })
    await train(`${dtype} tanh, SGD with Nesterov momentum`,
      sequential([
        dense({ units: 8, activation: 'tanh' }), dense({ units: 8, activation: 'tanh' }),
        dense({ units: 1, activation: 'sigmoid' }),
      ], { seed, dtype }).compile({
        optimizer: sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true }),
        loss: 'binaryCrossentropy', metrics: ['accuracy'],
      }),
      circles, [...column(circles, 2)], { epochs: 4, batchSize: 10, validationSplit: 0.2 })

    const moons = makeMoons({ samples: 150, seed })
    await train(`${dtype} ReLU, dropout, batch normalization, Adam`,
      sequential([
        dense({ units: 16, activation: 'relu', kernelInitializer: 'heNormal' }),
        batchNormalization(), dropout({ rate: 0.3 }),
        dense({ units: 1, activation: 'sigmoid', kernelRegularizer: 'l2' }),
      ], { seed, dtype })
        .compile({ optimizer: adam({ learningRate: 0.01 }), loss: 'meanSquaredError' }),
      moons, [...column(moons, 2)], { epochs: 4, batchSize: 32 })

    const blobs = makeBlobs({ samples: 99, seed })
    await train(`${dtype} GELU, softmax, AdamW, one batch`,
      sequential([dense({ units: 7, activation: 'gelu' }), dense({ units: 3, activation: 'softmax' })], { seed, dtype })
        .compile({
          optimizer: adamw({ learningRate: 0.02 }), loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'],
        }),
      blobs, Int32Array.from(column(blobs, 2)), { epochs: 20, batchSize: 99 })

    const spirals = makeSpirals({ samples: 120, seed })
    await train(`${dtype} mish, softplus, SELU, RMSprop`,
      sequential([
        dense({ units: 5, activation: 'mish', kernelInitializer: 'randomNormal' }),
        dense({ units: 4, activation: 'softplus' }), dense({ units: 4, activation: 'selu' }), dense({ units: 1 }),
      ], { seed, dtype })
        .compile({ optimizer: rmsprop(), loss: 'halfMeanSquaredError' }),
      spirals, [...column(spirals, 2)], { epochs: 3, batchSize: 7 })

    const x = tensor(Float64Array.from({ length: 1001 }, (_, i) => (i - 500) / 50)).cast(dtype)
    const functions = {
      exp: library.exp(x), expm1: library.expm1(x),
      log: library.log(library.abs(x)), log1p: library.log1p(library.abs(x)),
      tanh: library.tanh(x), sigmoid: library.sigmoid(x), erf: library.erf(x), sin: library.sin(x), cos: library.cos(x),
      sqrt: library.sqrt(library.abs(x)), pow: library.pow(library.abs(x), 1.7),
      uniform: library.randomUniform([333], { seed, dtype }), normal: library.randomNormal([333], { seed, dtype }),
      truncatedNormal: library.randomTruncatedNormal([333], { seed, dtype }),
    }
    const values = await evaluate(Object.values(functions))
    Object.keys(functions).forEach((name, i) => { result[`${dtype} ${name}`] = hex(values[i]!) })
  }

  const run = await executeRun({ seed, data: { source: 'moons', target: 'class' }, train: { epochs: 3 } },
    { table: makeMoons({ samples: 300, seed }) })
  result['the model file of a run'] = hex(saveModel(run))
  return result
}

const reason = whyNoBrowser()
const built = ['../../dist/index.js', '../../dist/data/index.js', '../../dist/run/index.js']

describe('the same seed', () => {
  let node: Record<string, string>
  let library: Library
  let open: OpenPage | undefined

  beforeAll(async () => {
    library = Object.assign({}, ...await Promise.all(built.map((file) => import(file)))) as Library
    node = await trainAll(library, 1)
    if (reason === undefined) open = await openPage()
  })

  afterAll(async () => open?.close())

  it('gives the same bits twice', async () => {
    expect(await trainAll(library, 1)).toEqual(node)
  })

  it('gives the same bits in Node and in Chromium', async (context) => {
    if (open === undefined) return context.skip(reason)
    const browser = await open.run(trainAll, 1)
    const different = Object.keys(node).filter((name) => browser[name] !== node[name])
    expect(different).toEqual([])
    expect(Object.keys(browser)).toEqual(Object.keys(node))
  })

  it('is what the bits depend on', async () => {
    const other = await trainAll(library, 2)
    const trained = Object.keys(node).filter((name) => /: .*(kernel|loss|predictions)$/.test(name))
    expect(trained.length).toBeGreaterThan(30)
    expect(trained.filter((name) => other[name] === node[name])).toEqual([])
  })
})
