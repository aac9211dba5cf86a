/** Loss and metrics of many batches, summed where they are computed, as those of rows in memory are. */
import type { Node, Session, Variable } from '../core/index.js'
import { typedArray } from '../core/index.js'
import type { Network } from '../nn/index.js'
import type { Tensor } from '../ops/index.js'
import type { Sums } from './graph.js'
import { measuredNames, meansOf, sumUpdates, sumVariables } from './graph.js'
import { rowsOf } from './matrix.js'
import type { OutputMetric } from './objective.js'
import type { Part } from './rows.js'

export class SourceSums {
  private readonly sums: Sums
  private readonly names: readonly string[]
  private rows = 0
  /** Whether a batch had weights. */
  private weighted = false

  constructor(
    name: string,
    private readonly network: Network,
    private readonly metrics: readonly OutputMetric[],
  ) {
    this.names = measuredNames(network, metrics, true)
    this.sums = sumVariables(name, this.names, network.dtype)
  }

  get variables(): Variable[] {
    return [this.sums.loss, ...this.sums.measured]
  }

  reset(session: Session): void {
    for (const total of this.variables) session.write(total, typedArray(total.dtype, 1))
    this.rows = 0
    this.weighted = false
  }

  /** What a batch adds. @param values what `measured` gives; with weights, where rows without count 1 each */
  updates(loss: Tensor, values: readonly Tensor[], rows: number): (readonly [Variable, Node])[] {
    return sumUpdates(this.sums, loss, values, rows)
  }

  /** To be told of each batch that was computed. */
  add(batch: Part): void {
    this.rows += rowsOf(batch.x[0]!)
    this.weighted ||= batch.weights !== null
  }

  /** What the session does not know: how many rows there were, and whether any had weights. */
  get counts(): readonly [rows: number, weighted: number] {
    return [this.rows, Number(this.weighted)]
  }

  set counts([rows, weighted]: readonly [rows: number, weighted: number]) {
    this.rows = rows
    this.weighted = weighted !== 0
  }

  loss(session: Session): number {
    return session.read(this.sums.loss)[0]! / this.rows
  }

  /** Loss and metrics. */
  values(session: Session): number[] {
    const sums = this.sums.measured.map((total, i) =>
      this.names[i] === 'weights' && !this.weighted ? this.rows : session.read(total)[0]!)
    return [this.loss(session), ...meansOf(this.network, this.metrics, sums, this.rows, true)]
  }
}
