/** Loss and metrics of the batches that a source gives. */
import type { Program, Session, Variable } from '../core/index.js'
import type { Network } from '../nn/index.js'
import type { Turns } from './event-loop.js'
import { now } from './event-loop.js'
import { feedsOf, fedTensors, formOf } from './fed-batch.js'
import { batchLoss, measured, namedValues, scalarVariable } from './graph.js'
import { KeptPrograms } from './kept-programs.js'
import { rowsOf } from './matrix.js'
import type { Part } from './rows.js'
import type { SourceReader } from './source-reader.js'
import { SourceSums } from './source-sums.js'
import type { Compiled } from './step.js'

export class SourceEvaluation {
  readonly data = 'batches of a source'
  private readonly start = scalarVariable('evaluation/start', 'int32')
  private readonly programs = new KeptPrograms<Program>()
  private made: SourceSums | undefined
  private session!: Session

  constructor(
    private readonly network: Network,
    private readonly compiled: Compiled,
    private readonly reader: SourceReader<Part>,
  ) {}

  /** Made once the network is built. */
  private get sums(): SourceSums {
    return (this.made ??= new SourceSums('evaluation', this.network, this.compiled.metrics))
  }

  /** What the session must hold beside the network's variables. */
  get variables(): readonly Variable[] {
    return [this.start, ...this.sums.variables]
  }

  compile(session: Session): void {
    this.session = session
  }

  /** Loss and metrics, by name; null where a signal ended the waiting for a batch. */
  async run(turns: Turns, epoch: number): Promise<Record<string, number> | null> {
    const { reader, session, sums, compiled } = this
    sums.reset(session)
    reader.startEpoch(epoch)
    for (;;) {
      const batch = await reader.take()
      if (batch === 'aborted') return null
      if (batch === 'end') break
      this.program(batch).run(feedsOf(batch))
      sums.add(batch)
      if (turns.due(now())) await turns.take()
    }
    return namedValues(compiled.metrics, sums.values(session))
  }

  private program(batch: Part): Program {
    return this.programs.get(formOf(batch), () => {
      const { network, compiled } = this
      const { inputs, tensors } = fedTensors(batch, this.start, network.dtype)
      const pass = network.forward(tensors.x, { training: false })
      const loss = batchLoss(compiled, pass, tensors)
      const values = measured(network, compiled.metrics, pass, tensors, true)
      return this.session.compile({ inputs, updates: [...pass.updates, ...this.sums.updates(loss, values, rowsOf(batch.x[0]!))] })
    })
  }
}
