/** How impure the rows of a node are: sums that move from the right child to the left, as scikit-learn's criteria. */
import { hostFunctions } from '../../core/scalar/host.js'

/** The sums of a node and of the two parts that a position cuts it into. */
export abstract class Criterion {
  protected start = 0
  protected end = 0
  protected position = 0
  weight = 0
  leftWeight = 0
  rightWeight = 0
  protected readonly total: Float64Array
  protected readonly left: Float64Array
  protected readonly right: Float64Array

  /**
   * @param samples the numbers of rows, those of each node side by side
   * @param width sums of each node
   */
  constructor(protected readonly samples: Int32Array, protected readonly weights: Float64Array | null, readonly width: number) {
    this.total = new Float64Array(width)
    this.left = new Float64Array(width)
    this.right = new Float64Array(width)
  }

  /** Takes the rows of a node, from and below positions among the samples. */
  begin(start: number, end: number): void {
    this.start = start
    this.end = end
    this.weight = 0
    this.total.fill(0)
    for (let p = start; p < end; p++) {
      const row = this.samples[p]!, weight = this.weights ? this.weights[row]! : 1
      this.add(this.total, row, weight)
      this.weight += weight
    }
    this.reset()
  }

  /** Everything is right. */
  reset(): void {
    this.position = this.start
    this.leftWeight = 0
    this.rightWeight = this.weight
    this.left.fill(0)
    this.right.set(this.total)
  }

  /** Moves what lies before a position to the left: from the nearer side, as the last digits of sums depend on it. */
  moveTo(position: number): void {
    const { samples, weights, left, right, total } = this
    if (position - this.position <= this.end - position) {
      for (let p = this.position; p < position; p++) {
        const row = samples[p]!, weight = weights ? weights[row]! : 1
        this.add(left, row, weight)
        this.leftWeight += weight
      }
    } else {
      left.set(total)
      this.leftWeight = this.weight
      for (let p = this.end - 1; p >= position; p--) {
        const row = samples[p]!, weight = weights ? weights[row]! : 1
        this.add(left, row, -weight)
        this.leftWeight -= weight
      }
    }
    this.rightWeight = this.weight - this.leftWeight
    for (let k = 0; k < left.length; k++) right[k] = total[k]! - left[k]!
    this.position = position
  }

  /** The impurity of the node. */
  abstract impurity(): number
  /** The impurities of the two parts. */
  abstract parts(): { readonly left: number, readonly right: number }
  /** What is greatest where the split is best, up to constants. */
  proxy(): number {
    const { left, right } = this.parts()
    return -this.rightWeight * right - this.leftWeight * left
  }

  /** What the node answers: shares of the classes, or means. */
  value(): Float64Array {
    return this.total.map((sum) => sum / this.weight)
  }

  protected abstract add(sums: Float64Array, row: number, weight: number): void
}

abstract class ClassCriterion extends Criterion {
  constructor(samples: Int32Array, weights: Float64Array | null, private readonly codes: Int32Array, classes: number) {
    super(samples, weights, classes)
  }

  protected override add(sums: Float64Array, row: number, weight: number): void {
    sums[this.codes[row]!]! += weight
  }

  impurity(): number {
    return this.of(this.total, this.weight)
  }

  parts(): { readonly left: number, readonly right: number } {
    return { left: this.of(this.left, this.leftWeight), right: this.of(this.right, this.rightWeight) }
  }

  protected abstract of(sums: Float64Array, weight: number): number
}

/** 1 - Σ share² */
export class Gini extends ClassCriterion {
  protected override of(sums: Float64Array, weight: number): number {
    let squares = 0
    for (let k = 0; k < sums.length; k++) squares += sums[k]! * sums[k]!
    return 1 - squares / (weight * weight)
  }
}

/** -Σ share log₂ share */
export class Entropy extends ClassCriterion {
  protected override of(sums: Float64Array, weight: number): number {
    let entropy = 0
    for (let k = 0; k < sums.length; k++) {
      const share = sums[k]! / weight
      if (sums[k]! > 0) entropy -= share * (hostFunctions.log(share) / Math.LN2)
    }
    return entropy
  }
}

/** The variance, the mean over outputs. */
export class SquaredError extends Criterion {
  private squares = 0

  constructor(samples: Int32Array, weights: Float64Array | null, private readonly y: Float64Array, outputs: number) {
    super(samples, weights, outputs)
  }

  override begin(start: number, end: number): void {
    super.begin(start, end)
    this.squares = this.squaresOf(start, end)
  }

  protected override add(sums: Float64Array, row: number, weight: number): void {
    for (let k = 0; k < sums.length; k++) sums[k]! += weight * this.y[row * sums.length + k]!
  }

  private squaresOf(start: number, end: number): number {
    const { width, y, samples, weights } = this
    let squares = 0
    for (let p = start; p < end; p++) {
      const row = samples[p]!, weight = weights ? weights[row]! : 1
      for (let k = 0; k < width; k++) squares += weight * y[row * width + k]! * y[row * width + k]!
    }
    return squares
  }

  private of(squares: number, sums: Float64Array, weight: number): number {
    let impurity = squares / weight
    for (let k = 0; k < sums.length; k++) impurity -= (sums[k]! / weight) * (sums[k]! / weight)
    return impurity / sums.length
  }

  impurity(): number {
    return this.of(this.squares, this.total, this.weight)
  }

  parts(): { readonly left: number, readonly right: number } {
    const squares = this.squaresOf(this.start, this.position)
    return {
      left: this.of(squares, this.left, this.leftWeight),
      right: this.of(this.squares - squares, this.right, this.rightWeight),
    }
  }

  override proxy(): number {
    const { left, right } = this
    let onLeft = 0, onRight = 0
    for (let k = 0; k < left.length; k++) {
      onLeft += left[k]! * left[k]!
      onRight += right[k]! * right[k]!
    }
    return onLeft / this.leftWeight + onRight / this.rightWeight
  }
}
