/** The programs for batches of a few forms: the last used are kept, as batches of ever new sizes must not fill memory. */
export class KeptPrograms<T> {
  private readonly kept = new Map<string, T>()

  /** @param most how many are kept */
  constructor(private readonly most = 8) {}

  /** How many there are. */
  get count(): number {
    return this.kept.size
  }

  has(form: string): boolean {
    return this.kept.has(form)
  }

  /** The program of this form, made where it is not kept. */
  get(form: string, make: () => T): T {
    const program = this.kept.get(form) ?? make()
    this.kept.delete(form)
    this.kept.set(form, program)
    if (this.kept.size > this.most) this.kept.delete(this.kept.keys().next().value!)
    return program
  }
}
