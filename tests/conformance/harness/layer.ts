/** A layer on its samples: gradients, backends, training and predicting, JSON, wrong options, no rows. */
import { describe, expect, it } from 'vitest'
import type { FloatType, Node, Shape, Variable } from '../../../src/core/index.js'
import { constantArray } from '../../../src/core/index.js'
import type { ForwardPass, LayerFactory, LayerSample, Registry } from '../../../src/nn/index.js'
import { input, Network, readNetworkJson, topologyOf } from '../../../src/nn/index.js'
import { mul, Tensor } from '../../../src/ops/index.js'
import { checkBackends } from './backends.js'
import { checkGradients } from './gradients.js'
import { checkOptions } from './registry.js'
import { drawInputs } from './samples.js'

interface Case {
  readonly inputs: readonly Node[]
  readonly values: ReturnType<typeof drawInputs>['values']
  readonly network: Network
  readonly pass: ForwardPass
  /** All outputs. */
  readonly results: readonly Node[]
  /** What is added to the loss. */
  readonly penalty: Node | undefined
  readonly trainable: readonly Variable[]
}

function caseOf(
  factory: LayerFactory,
  { options, inputShape, range, avoid }: LayerSample,
  rows: number,
  training: boolean,
  dtype: FloatType,
): Case {
  const layer = (factory as (options: unknown) => ReturnType<LayerFactory>)(options)
  const network = networkOf(layer, inputShape, dtype)
  const given = network.inputShapes!.map((shape) => ({
    shape: [rows, ...shape],
    ...(range && { range }),
    ...(avoid && { avoid }),
  }))
  const { nodes, values } = drawInputs(given, dtype, factory.kind)
  const key = new Tensor(constantArray([2], Int32Array.of(3, 4))),
    step = new Tensor(constantArray([], Int32Array.of(9)))
  const pass = network.forward(nodes.map((node) => new Tensor(node)), training ? { training, key, step } : { training })
  return {
    inputs: nodes,
    values,
    network,
    pass,
    // times 1: a layer may give its very input, which the central differences would move under their feet
    results: pass.outputs.map((output) => mul(output, 1).node),
    penalty: pass.penalty?.node,
    trainable: network.variables.filter((v) => v.trainable).map((v) => v.variable),
  }
}

/** The layer alone; one that takes several tensors, on several inputs. */
function networkOf(layer: ReturnType<LayerFactory>, shape: LayerSample['inputShape'], dtype: FloatType): Network {
  const options = { dtype, seed: 5 }
  const several = Array.isArray(shape[0])
  if (!several && layer.gives === 1) return new Network([layer], { ...options, inputShape: shape as Shape })
  const inputs = (several ? (shape as readonly Shape[]) : [shape as Shape]).map((own) => input({ shape: own }))
  return new Network(topologyOf(inputs, layer.applyAll(inputs)), options)
}

/**
 * Tests a layer on its samples.
 *
 * @param custom layers that JSON may name beside those of the package
 */
export function judgeLayer(factory: LayerFactory, custom: Registry = {}): void {
  describe(factory.kind, () => {
    checkOptions(factory, factory.samples[0]!.options)

    factory.samples.forEach((sample, i) => {
      describe(`sample ${i} ${JSON.stringify(sample.options)} on ${JSON.stringify(sample.inputShape)}`, () => {
        for (const training of [false, true]) {
          const mode = training ? 'in training' : 'in prediction'

          it(`has right gradients by input and weights ${mode}`, () => {
            const { inputs, values, results, penalty, trainable } = caseOf(factory, sample, 3, training, 'float64')
            for (const result of results) checkGradients(result, [...inputs, ...trainable], values)
            // small steps: |w| has a kink at 0
            if (penalty) checkGradients(penalty, [...inputs, ...trainable], values, { step: 1e-4 })
          })

          it(`gives the same on every backend ${mode}, with any number of rows`, () => {
            for (const dtype of ['float32', 'float64'] as const) {
              for (const rows of training ? [1, 5] : [0, 1, 5]) {
                const { values, results, penalty, pass } = caseOf(factory, sample, rows, training, dtype)
                checkBackends({ outputs: [...results, ...(penalty ? [penalty] : [])], updates: pass.updates }, values)
              }
            }
          })
        }

        it('keeps the shape it promised', () => {
          const { network, pass } = caseOf(factory, sample, 3, true, 'float32')
          expect(pass.outputs.map((output) => output.shape)).toEqual(network.outputShapes.map((shape) => [3, ...shape]))
          expect(pass.outputs.every((output) => output.dtype === 'float32')).toBe(true)
        })

        it('changes statistics in training alone', () => {
          expect(caseOf(factory, sample, 3, false, 'float32').pass.updates).toEqual([])
        })

        it('is the same after JSON', () => {
          const { network } = caseOf(factory, sample, 1, false, 'float32')
          const json: unknown = JSON.parse(JSON.stringify(network))
          const { layers, options } = readNetworkJson(json, custom)
          const again = new Network(layers, options)
          expect(JSON.parse(JSON.stringify(again))).toEqual(json)
          expect(again.getWeights()).toEqual(network.getWeights())
        })
      })
    })
  })
}
