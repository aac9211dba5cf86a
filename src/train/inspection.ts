/** A look inside: what every layer gives for rows, and the gradients of the loss by everything. */
import type { Backend, Node, Variable } from '../core/index.js'
import { dtypeOf, grad, placeholder } from '../core/index.js'
import type { ForwardPass, Network } from '../nn/index.js'
import { mul, Tensor } from '../ops/index.js'
import { batchLoss, inputOf } from './graph.js'
import type { Matrix } from './matrix.js'
import type { Objective } from './objective.js'

export class Inspection {
  private readonly inputs: readonly Node[]
  private readonly pass: ForwardPass

  /** @param x rows that were checked, of each input */
  constructor(
    private readonly network: Network,
    private readonly backend: Backend,
    private readonly x: readonly Matrix[],
  ) {
    this.inputs = x.map(({ data, shape }, i) => placeholder(network.inputNames[i]!, shape, dtypeOf(data)))
    const tensors = this.inputs.map((node, i) => inputOf(new Tensor(node), x[i]!.scale ?? 1, network.dtype))
    this.pass = network.forward(tensors, { training: false })
  }

  /** Every tensor, by its name. */
  outputs(): Record<string, Matrix> {
    const { network, pass } = this
    return this.computed(new Map(pass.tensors.map(({ node }, i) => [network.tensorNames[i]!, node])), [], [])
  }

  /** The gradients of the loss by every tensor and every trainable weight, by their names. */
  gradients(objective: Objective, y: readonly Matrix[]): Record<string, Matrix> {
    const { network, pass } = this
    const targets = y.map(({ data, shape }, i) => placeholder(`target ${i}`, shape, dtypeOf(data)))
    const batch = { x: [], y: targets.map((node) => new Tensor(node)), weights: null }
    const weights = network.variables.filter((v) => v.trainable)
    const loss = batchLoss(objective, pass, batch)
    // Losses look through the last activation. Of the outputs themselves the gradient is that of the plain formula.
    const opaque = batchLoss(objective, { ...pass, outputs: pass.outputs.map((output) => mul(output, 1)) }, batch)
    const outputs = new Set(pass.outputs.map(({ node }) => node))
    const nodes = pass.tensors.map(({ node }) => node)
    const [inner, outer] = [loss, opaque].map((of) => grad(of.node, nodes)) as [Node[], Node[]]
    const own = grad(
      loss.node,
      weights.map((v) => v.variable),
    )
    return this.computed(
      new Map([
        ...nodes.map((node, i) => [network.tensorNames[i]!, outputs.has(node) ? outer[i]! : inner[i]!] as const),
        ...weights.map(({ name }, i) => [name, own[i]!] as const),
      ]),
      targets,
      y,
    )
  }

  private computed(
    wanted: ReadonlyMap<string, Node>,
    placeholders: readonly Node[],
    data: readonly Matrix[],
  ): Record<string, Matrix> {
    const variables: Variable[] = this.network.variables.map((v) => v.variable)
    const session = this.backend.session(variables)
    try {
      const nodes = [...wanted.values()]
      const program = session.compile({ inputs: [...this.inputs, ...placeholders], outputs: nodes })
      program.run([...this.x, ...data].map((matrix) => matrix.data))
      return Object.fromEntries(
        [...wanted.keys()].map((name, i) => [name, { data: program.output(i).slice(), shape: nodes[i]!.shape }]),
      )
    } finally {
      session.release()
    }
  }
}
