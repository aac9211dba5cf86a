/** What a target asks for and how many rows it gives each class, from a table that comes in parts. */

import { MyelinError } from '../../core/errors.js'
import { clip, listNames } from '../names.js'
import type { Column, Table } from '../table.js'
import { taskOfWholeNumbers, type Task } from '../target.js'
import { otherText } from '../csv-columns.js'
import { streamLimits } from './tables.js'

/** The column of a part that has a name. */
export const columnAt = (table: Table, name: string): Column => table.columns.find((column) => column.name === name)!

/** The rows of each value of the target. */
export class TargetSurvey {
  /** Rows with a value. */
  rows = 0
  private whole = true
  /** By number, or by code of a category; empty once there are too many. */
  private readonly counts = new Map<number, number>()
  private many = false

  constructor(private readonly name: string) {}

  add(table: Table): void {
    const column = columnAt(table, this.name)
    const numeric = column.kind === 'numeric'
    for (let row = 0; row < table.rows; row++) {
      const value = numeric ? column.values[row]! : column.codes[row]!
      if (Number.isNaN(value) || value === -1) continue
      this.rows++
      if (numeric && !Number.isInteger(value)) this.whole = false
      if (value === otherText) this.many = true
      if (this.many) continue
      this.counts.set(value, (this.counts.get(value) ?? 0) + 1)
      if (this.counts.size > streamLimits.texts) this.many = true
    }
  }

  /** What the values ask for. */
  task(kind: Column['kind']): Task {
    if (kind === 'categorical') return 'classification'
    return this.whole && !this.many ? taskOfWholeNumbers(this.counts.size, this.rows) : 'regression'
  }

  /**
   * The classes that rows have, by number or code, with how many rows each has.
   *
   * @param wanted only these, by their texts
   * @throws MyelinError `data` for too many, `argument` for one that is wanted and has no row
   */
  classes(source: string, labelOf: (value: number) => string, wanted?: readonly string[]): Map<number, number> {
    if (this.many) {
      throw new MyelinError('data', `${source}: the target "${clip(this.name)}" has more than ${streamLimits.texts} `
        + 'different values, too many to learn; choose another target')
    }
    if (!wanted) return this.counts
    const present = new Map([...this.counts.keys()].map((value) => [labelOf(value), value]))
    return new Map(wanted.map((label) => {
      const value = present.get(label)
      if (value !== undefined) return [value, this.counts.get(value)!]
      throw new MyelinError('argument', `${source}: no row has the class "${clip(label)}" of "${this.name}"; `
        + `the classes are ${listNames([...present.keys()].sort())}`)
    }))
  }
}
