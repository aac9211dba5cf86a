/** What runs a graph: the contract of every backend, and the slot that holds the default one. */
import { MyelinError } from './errors.js'
import type { Node, TypedArray } from './node.js'
import type { Variable } from './variable.js'

/** What one run computes: outputs, and new values of variables, all from the variables' old values. */
export interface ProgramSpec {
  /** Placeholders, in the order in which `run` takes their values. */
  readonly inputs?: readonly Node[]
  readonly outputs?: readonly Node[]
  readonly updates?: readonly (readonly [Variable, Node])[]
}

/** A compiled graph with its memory. */
export interface Program {
  /**
   * Runs `steps` times (default 1). `feeds` hold the placeholders' values, one array each of its very type and size.
   * @throws MyelinError `data` when an index that selects rows is out of range
   */
  run(feeds?: readonly TypedArray[], steps?: number): void
  /** The value of output `index` after the last run, as a copy. */
  output(index: number): TypedArray
  /** Every stage of the compilation, as text. */
  explain(): string
}

/** Variables in a backend's memory, and the programs compiled against them. Garbage-collected as one. */
export interface Session {
  compile(spec: ProgramSpec): Program
  /** The current value of a variable, as a copy: a new one, or `into`, which has the variable's type and size. */
  read(variable: Variable, into?: TypedArray): TypedArray
  write(variable: Variable, data: TypedArray): void
  /** Bytes held on the backend now. */
  readonly bytes: number
  /**
   * Gives the memory back at once, for the next session to use; without it the garbage collector does, in its time.
   * The session and its programs are done with then.
   */
  release(): void
}

/**
 * Fills `values`, whole blocks of four, with numbers uniform in [-limit, limit): word w of Philox as (w / 2^31 - 1) limit.
 * @param block the counter of the first block; step, stream and key as in `RandomSource`
 */
export type UniformBlocks = (
  values: Float64Array, limit: number, block: number, step: number, stream: number, key: readonly [number, number],
) => void

/** Fills `values` with standard normal numbers, one of the four words of each block, as `RandomSource.normal` makes them. */
export type NormalBlocks = (
  values: Float64Array, block: number, step: number, stream: number, key: readonly [number, number],
) => void

/** What computes programs: the WebAssembly engine, or the interpreter of the tests. */
export interface Backend {
  readonly name: string
  /** Where the backend draws many numbers sooner than the host. */
  readonly uniformBlocks?: UniformBlocks
  readonly normalBlocks?: NormalBlocks
  /** Takes memory for variables, filled from their host buffers; one that lasts, mostly unused, leaves given-back memory to others. */
  session(variables: readonly Variable[], lasting?: boolean): Session
}

let slot: Backend | undefined

/** Sets the backend that computes where none is given. Importing `myelin` has set its WebAssembly engine. */
export function setDefaultBackend(backend: Backend): void {
  slot = backend
}

/** The default backend, or undefined when none was set. */
export const currentBackend = (): Backend | undefined => slot

/**
 * The backend that computes where none is given: the WebAssembly engine, unless `setDefaultBackend` named another.
 *
 * @throws MyelinError `state` when no backend was set; importing `myelin` sets one
 */
export function defaultBackend(): Backend {
  if (!slot) throw new MyelinError('state', 'no default backend: import "myelin", or pass { backend }')
  return slot
}
