/** Predictions, with everything compiled kept for the next call. */
import type { Backend, Program, Session, TypedArray } from '../core/index.js'
import { dtypeOf, placeholder, sizeOf, typedArray } from '../core/index.js'
import type { Network } from '../nn/index.js'
import { Tensor } from '../ops/index.js'
import { now, Turns } from './event-loop.js'
import { inputOf } from './graph.js'
import { KeptPrograms } from './kept-programs.js'
import type { Matrix } from './matrix.js'
import { filledUp, roomFor, rowRange, rowsOf } from './matrix.js'
import { hasRowsApart } from './rows-apart.js'

/**
 * So many sizes of batches have programs of their own, or one that fits nearly. Where there are more, those of powers of two
 * serve, with the last row repeated behind the batch's own: each size of a program takes milliseconds to compile.
 */
const ownSizes = 6
/** Programs kept at most: those, and powers of two up to 1024. */
const keptPrograms = ownSizes + 11

export class Predictor {
  private readonly session: Session
  private readonly programs = new KeptPrograms<Program>(keptPrograms)
  private version: number
  private readonly rowsApart: boolean
  /** Calls that have not ended, and the end of the last of them. */
  private calls = 0
  private last: Promise<void> = Promise.resolve()

  constructor(
    private readonly network: Network,
    readonly backend: Backend,
  ) {
    this.session = backend.session(network.variables.map((v) => v.variable), true)
    this.version = network.weightsVersion
    this.rowsApart = hasRowsApart(network)
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
      const results = this.run(x, rows)
      this.keepStates()
      return results.map((data, i) => ({ data, shape: [rows, ...shapes[i]!] }))
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
    this.keepStates()
    return results.map((data, i) => ({ data, shape: [rows, ...shapes[i]!] }))
  }

  /** What stateful layers remember is the network's, too; weights that changed meanwhile are still to be copied. */
  private keepStates(): void {
    const current = this.version === this.network.weightsVersion
    keepStates(this.network, this.session)
    if (current) this.version = this.network.weightsVersion
  }

  private run(x: readonly Matrix[], rows: number): TypedArray[] {
    const types = x.map(({ data, scale = 1 }) => `${dtypeOf(data)} ${scale}`).join(' ')
    const formOf = (size: number): string => `${size} ${types}`
    const near = this.rowsApart ? roomFor(rows) : rows
    const own = !this.rowsApart || this.programs.has(formOf(near)) || this.programs.count < ownSizes
    const size = own ? near : 1 << (32 - Math.clz32(rows - 1))
    const program = this.programs.get(formOf(size), () => this.compile(x, size))
    program.run(x.map((matrix) => filledUp(matrix, size).data))
    return this.network.outputShapes.map((shape, i) => {
      const output = program.output(i)
      return size === rows ? output : output.slice(0, rows * sizeOf(shape))
    })
  }

  private compile(x: readonly Matrix[], rows: number): Program {
    const { network } = this
    const inputs = x.map(({ data, shape }, i) =>
      placeholder(network.inputNames[i]!, [rows, ...shape.slice(1)], dtypeOf(data)),
    )
    const tensors = inputs.map((node, i) => inputOf(new Tensor(node), x[i]!.scale ?? 1, network.dtype))
    const { outputs, updates } = network.forward(tensors, { training: false })
    return this.session.compile({ inputs, outputs: outputs.map(({ node }) => node), updates })
  }

  /** Weights are copied again only where they changed. */
  private refresh(): void {
    if (this.version === this.network.weightsVersion) return
    for (const { variable } of this.network.variables) this.session.write(variable, variable.data)
    this.version = this.network.weightsVersion
  }
}

/** Copies what stateful layers remember out of a session. */
export function keepStates(network: Network, session: Session): void {
  const { states } = network
  for (const { variable } of states) session.read(variable, variable.data)
  if (states.length > 0) network.weightsChanged()
}
