/** Predictions, with everything compiled kept for the next call. */
import type { Backend, DType, Program, Session } from '../core/index.js'
import { dtypeOf, placeholder, sizeOf, typedArray } from '../core/index.js'
import type { SequentialNetwork } from '../nn/index.js'
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

  constructor(
    private readonly network: SequentialNetwork,
    readonly backend: Backend,
  ) {
    this.session = backend.session(network.variables.map((v) => v.variable))
    this.version = network.weightsVersion
  }

  /** The network's outputs for rows that were checked. */
  async predict(x: Matrix, batchSize: number): Promise<Matrix> {
    this.refresh()
    const rows = rowsOf(x)
    const outputShape = this.network.outputShape
    if (rows <= batchSize && rows > 0) return { data: this.run(x, rows), shape: [rows, ...outputShape] }
    const data = typedArray(this.network.dtype, rows * sizeOf(outputShape))
    const turns = new Turns()
    for (let row = 0; row < rows; row += batchSize) {
      const end = Math.min(rows, row + batchSize)
      data.set(this.run(rowRange(x, row, end), end - row) as Float64Array, row * sizeOf(outputShape))
      if (turns.due(now())) await turns.take()
    }
    return { data, shape: [rows, ...outputShape] }
  }

  private run({ data, scale = 1 }: Matrix, rows: number): ReturnType<Program['output']> {
    const program = this.program(rows, dtypeOf(data), scale)
    program.run([data])
    return program.output(0)
  }

  private program(rows: number, dtype: DType, scale: number): Program {
    const key = `${rows} ${dtype} ${scale}`
    const known = this.programs.get(key)
    if (known) return known
    const { network } = this
    const input = placeholder('x', [rows, ...network.inputShape!], dtype)
    const { output } = network.forward(inputOf(new Tensor(input), scale, network.dtype), { training: false })
    const program = this.session.compile({ inputs: [input], outputs: [output.node] })
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
