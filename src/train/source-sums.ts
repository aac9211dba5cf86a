/** Loss and metrics of many batches, summed where they are computed, as those of rows in memory are. */
import type { FloatType, Node, Session, Variable } from '../core/index.js'
import { typedArray } from '../core/index.js'
import type { Tensor } from '../ops/index.js'
import type { Sums } from './graph.js'
import { measuredNames, meansOf, sumUpdates, sumVariables } from './graph.js'
import { rowsOf } from './matrix.js'
import type { OutputMetric } from './objective.js'
import type { Part } from './rows.js'

export class SourceSums {
  private readonly sums: Sums
  private rows = 0
  /** Whether a batch had weights. */
  private weighted = false

  constructor(
    name: string,
    private readonly metrics: readonly OutputMetric[],
    dtype: FloatType,
  ) {
    this.sums = sumVariables(name, measuredNames(metrics, true), dtype)
  }

  get variables(): Variable[] {
    return [this.sums.loss, ...this.sums.measured]
  }

  reset(session: Session): void {
    for (const total of this.variables) session.write(total, typedArray(total.dtype, 1))
    this.rows = 0
    this.weighted = false
  }

  /** What a batch adds. @param values what `measured` gives; rows without weights count 1 each */
  updates(loss: Tensor, values: readonly Tensor[], rows: number): (readonly [Variable, Node])[] {
    const withWeights = values.length < this.sums.measured.length ? [...values, rows] : values
    return sumUpdates(this.sums, loss, withWeights, rows)
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
    const sums = this.sums.measured.map((total) => session.read(total)[0]!)
    const used = this.weighted ? sums : sums.slice(0, this.metrics.length)
    return [this.loss(session), ...meansOf(this.metrics, used, this.rows)]
  }
}
