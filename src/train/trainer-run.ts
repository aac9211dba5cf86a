/** The steps of a trainer, compiled, in a backend's memory. */
import type { Backend, Node, Session, Variable } from '../core/index.js'
import { keyOf, MyelinError, typedArray, variable } from '../core/index.js'
import type { Network } from '../nn/index.js'
import { add, mul, randomNormal, randomUniform, Tensor, tensor } from '../ops/index.js'
import { describeNode, firstNonFinite } from './diagnose.js'
import type { DataVariables } from './graph.js'
import { batchFrom, scalarVariable, variablesOf } from './graph.js'
import { descent, memoryVariables, trainedWeights } from './step.js'
import type { StepMemory } from './trainer.js'

interface TrainerRunOptions {
  readonly names: readonly string[]
  readonly data: DataVariables
  readonly rows: number
  readonly size: number
  readonly seed: number
  readonly backend: Backend
}

interface TrainingStepGraph {
  readonly loss: Node
  readonly values: Readonly<Record<string, Tensor>>
  readonly updates: readonly (readonly [Variable, Node])[]
}

/** One call of `Trainer.fit` in a backend's memory. */
export class TrainerRun {
  readonly session: Session
  readonly batches: number
  /** Batches of this epoch. */
  private done = 0
  private epochOrder: Int32Array | null = null
  private readonly order: Variable
  private readonly start = scalarVariable('start', 'int32')
  private readonly key: Variable
  private readonly sums = new Map<string, Variable>()
  private readonly variables: readonly Variable[]
  /** For each step of the list its program, on full batches and on what is left over. */
  private readonly full: readonly (() => void)[]
  private readonly last: readonly (() => void)[]

  constructor(
    private readonly networks: Readonly<Record<string, Network>>,
    private readonly memories: readonly StepMemory[],
    private readonly options: TrainerRunOptions,
  ) {
    const { data, rows, size, seed, backend } = options
    this.batches = Math.ceil(rows / size)
    this.order = variable('order', [rows], Int32Array.from({ length: rows }, (_, i) => i))
    this.key = variable('key', [2], Int32Array.from(keyOf(seed)))
    const graphs = this.graphs(size)
    for (const { values } of graphs) {
      for (const [name, { dtype }] of Object.entries(values)) this.sums.set(name, scalarVariable(`sum/${name}`, dtype as 'float32'))
    }
    this.variables = [
      ...new Set([
        ...Object.values(networks).flatMap((network) => network.variables.map((v) => v.variable)),
        ...memories.flatMap(({ networks: own }) => [...own.values()].flatMap(memoryVariables)),
      ]),
    ]
    this.session = backend.session([...this.variables, ...variablesOf(data), this.order, this.start, this.key, ...this.sums.values()])
    this.full = this.programs(graphs, size)
    this.last = rows % size === 0 ? this.full : this.programs(this.graphs(rows % size), rows % size)
  }

  get left(): number {
    return this.batches - this.done
  }

  startEpoch(order: Int32Array | null): void {
    this.done = 0
    this.epochOrder = order
    this.session.write(this.start, new Int32Array(1))
    if (order) this.session.write(this.order, order)
    for (const sum of this.sums.values()) this.session.write(sum, typedArray(sum.dtype, 1))
  }

  batch(): void {
    this.done++
    for (const run of this.programsOf(this.done)) run()
  }

  private programsOf(batch: number): readonly (() => void)[] {
    return batch === this.batches ? this.last : this.full
  }

  /** Means over the rows. */
  endEpoch(): Record<string, number> {
    return Object.fromEntries([...this.sums].map(([name, sum]) => [name, this.session.read(sum)[0]! / this.options.rows]))
  }

  /** The first operation of the epoch that gave NaN or Infinity, in words: the epoch is trained again up to there. */
  cause(): string {
    const batches = this.untilNonFinite()
    this.rewind()
    for (let i = 1; i < batches; i++) this.batch()
    const { size, rows } = this.options
    for (const [i, { loss, updates }] of this.graphs(Math.min(size, rows - this.done * size)).entries()) {
      const node = firstNonFinite(this.session, { loss, updates, inputs: [], feeds: [] })
      if (node) return `: ${describeNode(node)} gives NaN or Infinity`
      this.programsOf(this.done + 1)[i]!()
    }
    return ''
  }

  /** The number of the epoch's first batch behind which a sum is not finite. */
  private untilNonFinite(): number {
    this.rewind()
    const finite = (): boolean => [...this.sums.values()].every((sum) => Number.isFinite(this.session.read(sum)[0]!))
    do this.batch()
    while (this.left > 0 && finite())
    return this.done
  }

  /** Back to the begin of the epoch, whose weights are those of the last download. */
  private rewind(): void {
    for (const one of this.variables) this.session.write(one, one.data)
    this.startEpoch(this.epochOrder)
  }

  download(): void {
    for (const one of this.variables) this.session.read(one, one.data)
    for (const network of Object.values(this.networks)) network.weightsChanged()
  }

  private programs(graphs: readonly TrainingStepGraph[], size: number): (() => void)[] {
    return graphs.map(({ values, updates }, i) => {
      const sums = Object.entries(values).map(([name, value]) => {
        const sum = this.sums.get(name)!
        return [sum, add(new Tensor(sum), mul(value, size)).node] as const
      })
      const next = i === graphs.length - 1 ? [[this.start, add(new Tensor(this.start), size).node] as const] : []
      const program = this.session.compile({ updates: [...updates, ...sums, ...next] })
      return () => program.run()
    })
  }

  private graphs(size: number): TrainingStepGraph[] {
    const { names, data } = this.options
    const { x } = batchFrom(data, this.start, size, this.order, Object.values(this.networks)[0]!.dtype)
    const batch = Object.fromEntries(names.map((name, i) => [name, x[i]!]))
    return this.memories.map((memory, i) => stepGraph(this.networks, memory, batch, size, new Tensor(this.key), i))
  }
}

function stepGraph(
  networks: Readonly<Record<string, Network>>, { step, networks: memories }: StepMemory, batch: Readonly<Record<string, Tensor>>,
  rows: number, key: Tensor, position: number,
): TrainingStepGraph {
  const { trains, optimizer, name } = step
  const count = new Tensor([...memories.values()][0]!.step)
  const dtype = Object.values(networks)[0]!.dtype
  const statistics = new Map<Variable, Node>()
  const penalties = new Map<string, Tensor>()
  let calls = 0
  const call = (own: string) => (...inputs: Tensor[]): Tensor => {
    // a key of its own for each call: a network that is called twice drops other units
    const ownKey = add(key, tensor([position + 1, ++calls], { dtype: 'int32' }))
    const pass = networks[own]!.forward(inputs, { training: true, key: ownKey, step: count })
    if (trains.includes(own)) {
      for (const [variable, value] of pass.updates) statistics.set(variable, value)
      if (pass.penalty) penalties.set(own, pass.penalty)
    }
    if (pass.outputs.length > 1) {
      throw new MyelinError('argument', `trainer: "${own}" has ${pass.outputs.length} outputs; join them with concatenate`)
    }
    return pass.outputs[0]!
  }
  const random = (path: string) => ({ key, step: count, path: `${name}/${path}` })
  const made = step.loss({
    networks: Object.fromEntries(Object.keys(networks).map((own) => [own, call(own)])),
    batch(wanted) {
      if (Object.hasOwn(batch, wanted)) return batch[wanted]!
      throw new MyelinError('argument', `trainer: step "${name}": there are no rows named "${wanted}"; fit was given ${Object.keys(batch).join(', ')}`)
    },
    rows,
    normal: (path, shape) => randomNormal(shape, { ...random(path), dtype }),
    uniform: (path, shape) => randomUniform(shape, { ...random(path), dtype }),
  })
  const { loss: plain, ...metrics } = made instanceof Tensor ? { loss: made } : made
  const values = { loss: plain, ...metrics }
  for (const [what, value] of Object.entries(values)) requireScalar(name, what, value, dtype)
  const loss = [...penalties.values()].reduce((a, b) => add(a, b), plain)
  const weights = trains.flatMap((own) => trainedWeights(networks[own]!, memories.get(own)!))
  const { updates, counters } = descent(loss, optimizer, dtype, [...memories.values()][0]!, weights)
  return {
    loss: loss.node,
    values: Object.fromEntries(Object.entries(values).map(([what, value]) => [what === 'loss' ? name : `${name}_${what}`, value])),
    updates: [...updates, ...statistics, ...counters],
  }
}

function requireScalar(step: string, what: string, value: unknown, dtype: Network['dtype']): void {
  if (value instanceof Tensor && value.shape.length === 0 && value.dtype === dtype) return
  const received = value instanceof Tensor ? `[${value.shape.join(', ')}] ${value.dtype}` : typeof value
  throw new MyelinError('shape', `trainer: step "${step}": ${what} must be a scalar tensor of ${dtype}, received ${received}; ` +
    'take the mean over the rows')
}
