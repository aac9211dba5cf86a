/** Predictions, with everything compiled kept for the next call. */
import type { Backend, Program, Session, TypedArray } from '../core/index.js'
import { dtypeOf, placeholder, sizeOf, typedArray } from '../core/index.js'
import type { Network } from '../nn/index.js'
import { Tensor } from '../ops/index.js'
import { now, Turns } from './event-loop.js'
import { inputOf } from './graph.js'
import type { Matrix } from './matrix.js'
import { rowRange, rowsOf } from './matrix.js'

/** Programs kept at most; batches of ever new sizes must not fill the memory. */
const keptPrograms = 8

export class Predictor {
  private readonly session: Session
  private readonly programs = new Map<string, Program>()
  private version: number
  /** Calls that have not ended, and the end of the last of them. */
  private calls = 0
  private last: Promise<void> = Promise.resolve()

  constructor(
    private readonly network: Network,
    readonly backend: Backend,
  ) {
    this.session = backend.session(network.variables.map((v) => v.variable))
    this.version = network.weightsVersion
  }

  /**
   * The network's outputs for rows that were checked, of each input. Calls wait for each other, as they share the
   * session: each uses the weights that there are when it starts, for all its rows.
   */
  predict(x: readonly Matrix[], batchSize: number): Promise<Matrix[]> {
    const outputs =
      this.calls === 0 ? this.outputs(x, batchSize) : this.last.then(() => this.outputs(x, batchSize))
    const ended = (): void => {
      this.calls--
    }
    this.calls++
    this.last = outputs.then(ended, ended)
    return outputs
  }

  private async outputs(x: readonly Matrix[], batchSize: number): Promise<Matrix[]> {
    this.refresh()
    const rows = rowsOf(x[0]!)
    const shapes = this.network.outputShapes
    if (rows <= batchSize && rows > 0) {
      return this.run(x, rows).map((data, i) => ({ data, shape: [rows, ...shapes[i]!] }))
    }
    const results = shapes.map((shape) => typedArray(this.network.dtype, rows * sizeOf(shape)))
    const turns = new Turns()
    for (let row = 0; row < rows; row += batchSize) {
      const end = Math.min(rows, row + batchSize)
      const part = x.map((matrix) => rowRange(matrix, row, end))
      this.run(part, end - row).forEach((data, i) => {
        results[i]!.set(data as Float64Array, row * sizeOf(shapes[i]!))
      })
      if (turns.due(now())) await turns.take()
    }
    return results.map((data, i) => ({ data, shape: [rows, ...shapes[i]!] }))
  }

  private run(x: readonly Matrix[], rows: number): TypedArray[] {
    const program = this.program(x, rows)
    program.run(x.map(({ data }) => data))
    return this.network.outputNames.map((_, i) => program.output(i))
  }

  private program(x: readonly Matrix[], rows: number): Program {
    const key = [rows, ...x.map(({ data, scale = 1 }) => `${dtypeOf(data)} ${scale}`)].join(' ')
    const known = this.programs.get(key)
    if (known) return known
    const { network } = this
    const inputs = x.map(({ data, shape }, i) =>
      placeholder(network.inputNames[i]!, [rows, ...shape.slice(1)], dtypeOf(data)),
    )
    const tensors = inputs.map((node, i) => inputOf(new Tensor(node), x[i]!.scale ?? 1, network.dtype))
    const { outputs } = network.forward(tensors, { training: false })
    const program = this.session.compile({ inputs, outputs: outputs.map(({ node }) => node) })
    if (this.programs.size === keptPrograms) this.programs.delete(this.programs.keys().next().value!)
    this.programs.set(key, program)
    return program
  }

  /** Weights are copied again only where they changed. */
  private refresh(): void {
    if (this.version === this.network.weightsVersion) return
    for (const { variable } of this.network.variables) this.session.write(variable, variable.data)
    this.version = this.network.weightsVersion
  }
}
