/** Compiled programs, kept by structure and layout: a step of the same form in the same place is compiled once. */
import type { DType, Node, ProgramSpec, Shape, TypedArray, Variable } from '../../core/index.js'
import {
  attrsKey, constantData, identityOf, inputName, isVariable, shapeText, topological,
} from '../../core/index.js'
import type { Buffer } from '../../compile/index.js'
import { layoutArena, plan } from '../../compile/index.js'
import { checkMemory } from './memory.js'
import { emitProgram, scratchBytes } from './program.js'
import { vectorMode } from './vector-mode.js'

/** Nothing of the graph: its variables hold whole data sets. */
export interface Compiled {
  readonly module: WebAssembly.Module
  /** What the arena takes behind the variables. */
  readonly bytes: number
  readonly feeds: readonly { readonly name: string; readonly dtype: DType; readonly shape: Shape; readonly at: number | null }[]
  readonly results: readonly { readonly dtype: DType; readonly size: number; readonly at: number }[]
  /** Where each constant of the graph goes, in the order of `constantsOf`; null where nothing reads it. */
  readonly constants: readonly (number | null)[]
  readonly labels: readonly string[]
  readonly moduleBytes: number
}

const kept = new Map<string, Compiled>()
const keptPrograms = 64

/**
 * @param arena the address at which scratch memory starts
 * @param addressOf the address of a variable; throws where the session does not hold it
 */
export function compile(spec: ProgramSpec, arena: number, addressOf: (variable: Variable) => number): Compiled {
  const key = `${JSON.stringify(vectorMode())};${arena};${structureOf(spec, addressOf)}`
  const compiled = kept.get(key) ?? compileAnew(spec, arena, addressOf)
  kept.delete(key)
  kept.set(key, compiled)
  if (kept.size > keptPrograms) kept.delete(kept.keys().next().value!)
  return compiled
}

const rootsOf = ({ outputs = [], updates = [] }: ProgramSpec): Node[] => [...outputs, ...updates.map(([, node]) => node)]

/** The data of the graph's constants, in topological order. */
export const constantsOf = (spec: ProgramSpec): TypedArray[] =>
  topological(rootsOf(spec)).flatMap((node) => constantData(node) ?? [])

/** A text that two programs share exactly when they compile to the same code. */
function structureOf(spec: ProgramSpec, addressOf: (variable: Variable) => number): string {
  const numbers = new Map<Node, number>()
  const lines = topological(rootsOf(spec)).map((node) => {
    numbers.set(node, numbers.size)
    const shape = `${node.dtype}${shapeText(node.shape)}${node.scope}`
    if (isVariable(node)) return `v${addressOf(node)} ${node.name} ${shape}`
    if (constantData(node)) return `c ${shape}`
    return `${identityOf(node.op)}(${node.inputs.map((input) => numbers.get(input)).join()})${attrsKey(node.attrs)}${shape}`
  })
  const listed = (nodes: readonly Node[] = []): string => nodes.map((node) => numbers.get(node) ?? inputName(node)).join()
  const updates = (spec.updates ?? []).map(([variable, node]) => `${addressOf(variable)}=${numbers.get(node)}`).join()
  const feeds = (spec.inputs ?? []).map((node) => `${inputName(node)}${node.dtype}${shapeText(node.shape)}`).join()
  return `${listed(spec.inputs)};${feeds};${listed(spec.outputs)};${updates}\n${lines.join('\n')}`
}

function compileAnew(spec: ProgramSpec, base: number, addressOf: (variable: Variable) => number): Compiled {
  const made = plan(spec)
  const arena = layoutArena(made)
  const address = (buffer: Buffer): number =>
    isVariable(buffer.node) && buffer.home === 'variable' ? addressOf(buffer.node) : base + arena.offsets.get(buffer)!
  const needed = arena.bytes + scratchBytes(made)
  checkMemory(base + needed, 'the variables and the step')
  const bytes = emitProgram(made, address, base + arena.bytes)
  const places = new Map(made.buffers.filter(({ home }) => home === 'constant').map((buffer) => [buffer.node, address(buffer)]))
  return {
    module: new WebAssembly.Module(bytes),
    bytes: needed,
    feeds: (spec.inputs ?? []).map((node, i) => {
      const buffer = made.inputs[i] ?? null
      return { name: inputName(node), dtype: node.dtype, shape: node.shape, at: buffer && address(buffer) }
    }),
    results: made.outputs.map((buffer) => ({ dtype: buffer.dtype, size: buffer.size, at: address(buffer) })),
    constants: topological(rootsOf(spec)).filter((node) => constantData(node)).map((node) => places.get(node) ?? null),
    labels: made.steps.map((step) => step.label),
    moduleBytes: bytes.length,
  }
}
