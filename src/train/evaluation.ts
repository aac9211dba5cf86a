/** Loss and metrics of a data set, batch by batch, in a session that holds it. */
import type { Program, Session, Variable } from '../core/index.js'
import type { Network } from '../nn/index.js'
import type { Turns } from './event-loop.js'
import { now, SliceSize } from './event-loop.js'
import type { DataVariables, Sums } from './graph.js'
import {
  batchFrom,
  batchLoss,
  measured,
  measuredNames,
  meansOf,
  namedValues,
  scalarVariable,
  sumUpdates,
  sumVariables,
  variablesOf,
} from './graph.js'
import type { Compiled } from './step.js'
import { add, Tensor } from '../ops/index.js'

/** The rows evaluated at once, unless asked otherwise: results do not depend on it but by rounding. */
export const evaluationBatch = 1024

export class Evaluation {
  private readonly start = scalarVariable('evaluation/start', 'int32')
  private readonly sums: Sums
  private session!: Session
  private full!: Program
  private last: Program | null = null

  constructor(
    private readonly network: Network,
    private readonly compiled: Compiled,
    readonly data: DataVariables,
    private readonly batchSize: number,
  ) {
    this.sums = sumVariables('evaluation', measuredNames(compiled.metrics, data.weights !== null), network.dtype)
  }

  /** What the session must hold beside the network's variables. */
  get variables(): Variable[] {
    return [...variablesOf(this.data), this.start, this.sums.loss, ...this.sums.measured]
  }

  compile(session: Session): void {
    this.session = session
    const size = Math.min(this.batchSize, this.data.rows)
    this.full = this.program(size)
    const rest = this.data.rows % size
    if (rest > 0) this.last = this.program(rest)
  }

  /** Loss and metrics, by name. */
  async run(turns: Turns): Promise<Record<string, number>> {
    const {
      session,
      sums,
      network: { dtype },
    } = this
    const zero = dtype === 'float64' ? new Float64Array(1) : new Float32Array(1)
    session.write(this.start, new Int32Array(1))
    for (const total of [sums.loss, ...sums.measured]) session.write(total, zero)
    const slice = new SliceSize()
    for (let left = Math.floor(this.data.rows / Math.min(this.batchSize, this.data.rows)); left > 0;) {
      const steps = slice.steps(left)
      const before = now()
      this.full.run([], steps)
      slice.took(steps, now() - before)
      left -= steps
      if (turns.due(now())) await turns.take()
    }
    this.last?.run()
    const read = (total: Variable): number => session.read(total)[0]!
    return namedValues(this.compiled.metrics, [
      read(sums.loss) / this.data.rows,
      ...meansOf(this.compiled.metrics, sums.measured.map(read), this.data.rows),
    ])
  }

  private program(size: number): Program {
    const { network, compiled, data } = this
    const batch = batchFrom(data, this.start, size, null, network.dtype)
    const { outputs, penalty } = network.forward(batch.x, { training: false })
    const total = batchLoss(compiled, outputs, batch, penalty)
    const values = measured(compiled.metrics, outputs, batch)
    return this.session.compile({
      updates: [...sumUpdates(this.sums, total, values, size), [this.start, add(new Tensor(this.start), size).node]],
    })
  }
}
