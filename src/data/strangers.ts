/** What a column holds that training did not have, gathered over the parts of a table. */

export class Strangers {
  /** Values far outside of the range in training. */
  far = 0
  /** The first of them, and its row. */
  firstFar = ''
  /** Texts of which nothing was learned. */
  texts = 0
  readonly categories = new Set<string>()

  addFar(value: string, row: number): void {
    if (this.far++ === 0) this.firstFar = `${value} in row ${row}`
  }
}
