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

export class Evaluation {
  protected readonly start = scalarVariable('evaluation/start', 'int32')
  private readonly sums: Sums
  protected session!: Session
  private full!: Program
  private last: Program | null = null

  constructor(
    protected readonly network: Network,
    protected readonly compiled: Compiled,
    readonly data: DataVariables,
    private readonly batchSize: number,
    /** How many there are, where the data hold a part of them at a time. */
    private readonly rows = data.rows,
  ) {
    this.sums = sumVariables('evaluation', measuredNames(network, compiled.metrics, data.weights !== null), network.dtype)
  }

  /** What the session must hold beside the network's variables. */
  get variables(): Variable[] {
    return [...variablesOf(this.data), this.start, this.sums.loss, ...this.sums.measured]
  }

  compile(session: Session): void {
    this.session = session
    this.full = this.program(this.size)
    const rest = this.rows % this.size
    if (rest > 0) this.last = this.program(rest)
  }

  /** Rows at once. */
  protected get size(): number {
    return Math.min(this.batchSize, this.data.rows)
  }

  /** Loss and metrics, by name. */
  async run(turns: Turns): Promise<Record<string, number>> {
    return this.means(await this.sumsOf(this.data.rows, turns))
  }

  /** Loss and metrics of all rows, from the sums over them. */
  protected means([loss, ...measured]: readonly number[]): Record<string, number> {
    const { metrics } = this.compiled
    return namedValues(metrics, [loss! / this.rows, ...meansOf(this.network, metrics, measured, this.rows, this.data.weights !== null)])
  }

  /** The sums over the first rows of the data: whole batches, but for those that end all rows. */
  protected async sumsOf(rows: number, turns: Turns): Promise<number[]> {
    const {
      session,
      sums,
      network: { dtype },
    } = this
    const zero = dtype === 'float64' ? new Float64Array(1) : new Float32Array(1)
    session.write(this.start, new Int32Array(1))
    for (const total of [sums.loss, ...sums.measured]) session.write(total, zero)
    const slice = new SliceSize()
    for (let left = Math.floor(rows / this.size); left > 0;) {
      const steps = slice.steps(left)
      const before = now()
      this.full.run([], steps)
      slice.took(steps, now() - before)
      left -= steps
      if (turns.due(now())) await turns.take()
    }
    if (rows % this.size > 0) this.last!.run()
    return [sums.loss, ...sums.measured].map((total) => session.read(total)[0]!)
  }

  private program(size: number): Program {
    const { network, compiled, data } = this
    const batch = batchFrom(data, this.start, size, null, network.dtype)
    const pass = network.forward(batch.x, { training: false })
    const total = batchLoss(compiled, pass, batch)
    const values = measured(network, compiled.metrics, pass, batch)
    return this.session.compile({
      updates: [...pass.updates, ...sumUpdates(this.sums, total, values, size), [this.start, add(new Tensor(this.start), size).node]],
    })
  }
}
