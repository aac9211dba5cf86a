/** The moving averages of the weights, where the optimiser keeps such, in the place of the weights. */
import type { Session, TypedArray, Variable } from '../core/index.js'
import type { Network } from '../nn/index.js'
import { isFullBatch } from '../nn/index.js'
import type { Compiled, OptimizerMemory } from './step.js'

export class Averages {
  /** The weights, while their averages are in their place. */
  private kept: (readonly [Variable, TypedArray])[] | undefined
  private readonly pairs: readonly (readonly [weights: Variable, average: Variable])[]

  constructor(
    private readonly session: Session,
    network: Network,
    { optimizer }: Compiled,
    private readonly memory: OptimizerMemory,
  ) {
    const finalWeights = isFullBatch(optimizer) ? null : optimizer.finalWeights
    this.pairs = network.variables.flatMap(({ name, variable }) => {
      const average = finalWeights === null ? undefined : memory.slots.get(name)?.[finalWeights]
      return average ? [[variable, average] as const] : []
    })
  }

  get exist(): boolean {
    return this.pairs.length > 0
  }

  /** Puts the averages in the place of the weights, or the weights back; before the first step there are no averages. */
  use(on: boolean): void {
    const { session } = this
    if (on && this.exist && !this.kept && session.read(this.memory.step)[0]! > 1) {
      this.kept = this.pairs.map(([weights]) => [weights, session.read(weights)])
      for (const [weights, average] of this.pairs) session.write(weights, session.read(average))
    } else if (!on && this.kept) {
      for (const [weights, values] of this.kept) session.write(weights, values)
      this.kept = undefined
    }
  }

  /** The values of a weight whose average is in its place now. */
  behind(variable: Variable): TypedArray | undefined {
    return this.kept?.find(([weights]) => weights === variable)?.[1]
  }

  /** Puts the averages in the place of the weights for good. */
  take(): void {
    this.use(true)
    this.kept = undefined
  }

  /** To be called after the weights were written with what they are without averages. */
  forget(): void {
    this.kept = undefined
  }
}
