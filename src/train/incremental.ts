/** Predictions step by step: what was computed of earlier steps is kept, as keys and values of attention. */
import type { Backend, FloatType, Program, ProgramSpec, Session, Shape, Variable } from '../core/index.js'
import { defaultBackend, MyelinError, placeholder, sameShape, shapeText, typedArray, variable } from '../core/index.js'
import type { Network, Past } from '../nn/index.js'
import { readOptions } from '../nn/index.js'
import { integer } from '../nn/parameters.js'
import { add, clip, gather, greaterEqual, less, mul, reshape, select, sub, Tensor, tensor } from '../ops/index.js'
import { scalarVariable } from './graph.js'
import type { DataLike, Matrix } from './matrix.js'
import { inputRows } from './matrix.js'

/** What `incremental` takes beside the network. */
export interface IncrementalOptions {
  /** The number of sequences that are written at once; default 1. */
  readonly batchSize?: number
  /** Default: the one that importing `myelin` sets. */
  readonly backend?: Backend
}

const optionParameters = {
  batchSize: integer({ default: 1, min: 1, help: 'the number of sequences that are written at once' }),
}

/**
 * A network for sequences, to be given their steps one after another or some at a time:
 *
 *     const writer = incremental(network)
 *     await writer.next([prompt])   // [1, steps of the prompt, ...]: what `predict` gives for these steps
 *     await writer.next([[token]])  // [1, 1, ...]
 *
 * Keys and values of the attention to earlier steps are kept, so that a step costs what one step costs, whatever stands before
 * it (Pope et al. 2023). The network must be one whose steps depend on those before alone: decoder blocks of a transformer or
 * attention with `useCausalMask`, embeddings, and layers that treat each step by itself.
 *
 * @param network of one input, built for [steps, ...]: so many steps a sequence can have
 * @throws MyelinError `unsupported` for a layer that looks at later steps or at the steps together, `state` for a network that
 * is not built, `shape` for one without steps, `argument` for wrong options
 */
export const incremental = (network: Network, options: IncrementalOptions = {}): IncrementalPredictor =>
  new IncrementalPredictor(network, options)

/** A network with what it remembers of sequences; see `incremental`. */
export class IncrementalPredictor {
  /** The greatest number of steps of a sequence. */
  readonly capacity: number
  private readonly batchSize: number
  /** What layers keep of the steps so far, by the layer's name and theirs. */
  private readonly kept = new Map<string, Variable>()
  /** The number of steps so far. */
  private readonly start = scalarVariable('start', 'int32')
  private readonly session: Session
  /** By the number of steps. */
  private readonly programs = new Map<number, Program>()
  private version: number
  private done = 0

  constructor(private readonly network: Network, { backend = defaultBackend(), ...plain }: IncrementalOptions) {
    this.batchSize = readOptions('incremental', optionParameters, plain).batchSize
    const { inputShapes } = network
    if (!inputShapes) throw new MyelinError('state', 'incremental: the network has no weights yet; give it inputShape, or fit it first')
    if (inputShapes.length !== 1 || inputShapes[0]!.length === 0) {
      throw new MyelinError('shape', 'incremental: expected a network with one input of [steps, ...], such as inputShape: [128], ' +
        `received inputs of ${inputShapes.map(shapeText).join(' and ')}`)
    }
    this.capacity = inputShapes[0]![0]!
    const together = network.topology.calls.map(({ layer }) => network.layers[layer]!).find(({ layer }) => !layer.stepwise)
    if (together) {
      throw new MyelinError('unsupported', `incremental: layer "${together.name}" (${together.layer.kind}) cannot be given some of its ` +
        'steps at a time; attention needs useCausalMask, and other layers must treat each step by itself. Use predict')
    }
    this.graph(1) // which says what is kept
    this.session = backend.session([...network.variables.map((v) => v.variable), ...this.kept.values(), this.start])
    this.version = network.weightsVersion
  }

  /** The number of steps that were given so far. */
  get steps(): number {
    return this.done
  }

  /** Forgets all steps, to begin with other sequences. */
  reset(): void {
    this.done = 0
    this.session.write(this.start, new Int32Array(1))
  }

  /**
   * The network's output for the next steps of the sequences.
   *
   * @param x [batchSize, steps, ...], with any number of steps
   * @returns [batchSize, steps, ...]: for these steps what `predict` gives for whole sequences
   * @throws MyelinError `shape` for what does not fit, `data` for NaN, Infinity and numbers that are no words, `state` for more steps than the network was
   * built for, or where its weights changed since the sequences began
   */
  async next(x: DataLike): Promise<Matrix> {
    const { network, batchSize, capacity } = this
    const { data, shape, scale = 1 } = inputRows('incremental.next', x, network.dtype)
    const [batch, count = 0, ...rest] = shape
    if (batch !== batchSize || count === 0 || !sameShape(rest, network.inputShape!.slice(1))) {
      throw new MyelinError('shape', `incremental.next: expected ${batchSize === 1 ? 'a list of one sequence' : `${batchSize} sequences`} ` +
        `with the next steps, ${shapeText([batchSize, 1, ...network.inputShape!.slice(1)])} or more steps, received ${shapeText(shape)}`)
    }
    if (this.done + count > capacity) {
      throw new MyelinError('state', `incremental.next: ${this.done} steps and ${count} more are beyond the ${capacity} that the network ` +
        'was built for; call reset(), and give the last steps again')
    }
    this.refresh()
    let program = this.programs.get(count)
    if (!program) this.programs.set(count, (program = this.session.compile(this.graph(count))))
    try {
      program.run([typedArray(network.dtype, scale === 1 ? data : Array.from(data, (value) => value * scale))])
    } catch (error) { // a number that is no word: the sequences stay as they were
      this.session.write(this.start, Int32Array.of(this.done))
      throw error
    }
    this.done += count
    return { data: program.output(0), shape: [batchSize, count, ...network.outputShape.slice(1)] }
  }

  /** One run: so many steps in, the outputs for these, and what is kept with them. */
  private graph(count: number): ProgramSpec {
    const { network, start, batchSize, capacity } = this
    const first = new Tensor(start)
    const places = add(range(count), first)
    const updates: [Variable, Tensor][] = [[start, add(first, count)]]
    // of each place whether it is one of these steps, and of which
    const all = range(capacity)
    const isNew = reshape(mul(greaterEqual(all, first), less(all, add(first, count))), [1, capacity, 1])
    const which = clip(sub(all, first), 0, count - 1)
    const past = (call: string): Past => ({
      places, capacity,
      extended: (own, x) => {
        const name = `${call}/${own}`
        const shape: Shape = [batchSize, capacity, x.shape[2]!]
        let before = this.kept.get(name)
        if (!before) this.kept.set(name, (before = variable(name, shape, typedArray(x.dtype as FloatType, batchSize * capacity * x.shape[2]!))))
        const after = select(isNew, gather(x, which, { axis: 1 }), new Tensor(before))
        updates.push([before, after])
        return after
      },
    })
    const x = placeholder('x', [batchSize, count, ...network.inputShape!.slice(1)], network.dtype)
    const { outputs: [y] } = network.forward([new Tensor(x)], { training: false, past })
    return { inputs: [x], outputs: [y!.node], updates: updates.map(([target, value]) => [target, value.node] as const) }
  }

  /** @throws MyelinError `state` where weights changed while sequences are written */
  private refresh(): void {
    const { network } = this
    if (this.version === network.weightsVersion) return
    if (this.done > 0) {
      throw new MyelinError('state', 'incremental.next: the weights changed since the sequences began; call reset() and give them again')
    }
    for (const { variable: weight } of network.variables) this.session.write(weight, weight.data)
    this.version = network.weightsVersion
  }
}

const range = (count: number): Tensor => tensor(Int32Array.from({ length: count }, (_, i) => i))
