/** Programs on every backend against the reference interpreter, each value within its own tolerance. */
import type { Backend, Node, ProgramSpec, TypedArray, Variable } from '../../../src/core/index.js'
import { expansion, inputName, isPlaceholder, isVariable, topological } from '../../../src/core/index.js'
import type { InputValues } from '../../../src/backends/reference/index.js'
import { interpreter, referenceBackend } from '../../../src/backends/reference/index.js'
import { wasmBackend } from '../../../src/backends/wasm/index.js'
import { scaleOf } from './scale.js'

/** Every backend that the suite judges. */
export const backends: readonly Backend[] = [referenceBackend, wasmBackend]

/** Relative to the scale of a value; the smaller of the two serves graphs of float64 alone. */
export const tolerances = { float32: 1e-6, float64: 1e-13 } as const

/** Below the least normal number precision runs out. */
const tiny = { float32: 2 ** -126, float64: 2 ** -1022 }

const sourcesOf = (node: Node): readonly Node[] => (node.op.body.kind === 'composite' ? [expansion(node)] : node.inputs)

/**
 * Runs a program once on each backend and compares its outputs and its variables with the oracle:
 * |a - r| <= tol times scale (see scale.ts), ints equal, NaN and Infinity at the same places.
 *
 * @param program outputs and updates; its placeholders and variables are found
 * @param values of placeholders, and of variables where they differ from their host buffers
 * @throws Error that names the backend, the value and the elements that differ
 */
export function checkBackends(
  program: Pick<ProgramSpec, 'outputs' | 'updates'>, values: InputValues, judged: readonly Backend[] = backends,
): void {
  const { outputs = [], updates = [] } = program
  const roots = [...outputs, ...updates.map(([, node]) => node)]
  const order = topological(roots, sourcesOf)
  const inputs = order.filter(isPlaceholder)
  const variables = [...new Set([...order.filter(isVariable), ...updates.map(([variable]) => variable)])]
  const tolerance = tolerances[order.some(({ dtype }) => dtype === 'float32') ? 'float32' : 'float64']
  const scales = roots.map(scaleOf)
  const truth = interpreter([...roots, ...scales.filter((scale) => scale !== null)])(values)
  for (const backend of judged) {
    const session = backend.session(variables)
    for (const variable of variables) session.write(variable, values.get(variable) ?? variable.data)
    const compiled = session.compile({ ...program, inputs })
    compiled.run(inputs.map((input) => valueFor(input, values)))
    const wrong = roots.flatMap((node, i) => {
      const [variable] = updates[i - outputs.length] ?? []
      const actual = variable ? session.read(variable) : compiled.output(i)
      const differences = compare(node, actual, truth.get(node)!, scales[i] ? truth.get(scales[i])! : null, tolerance)
      return differences.length === 0 ? [] : [`${nameOf(i, outputs.length, variable)}: ${differences.length} of ` +
        `${actual.length} elements differ:\n  ${differences.slice(0, 5).join('\n  ')}`]
    })
    if (wrong.length > 0) throw new Error(`backend ${backend.name}: ${wrong.join('\n')}`)
  }
}

const nameOf = (index: number, outputs: number, variable: Variable | undefined): string =>
  variable ? `variable "${variable.name}" (update ${index - outputs})` : `output ${index}`

function valueFor(input: Node, values: InputValues): TypedArray {
  const value = values.get(input)
  if (!value) throw new Error(`placeholder "${inputName(input)}" has no value`)
  return value
}

function compare(
  node: Node, actual: TypedArray, truth: TypedArray, scale: TypedArray | null, tolerance: number,
): string[] {
  const { dtype } = node
  if (actual.length !== truth.length) return [`length ${actual.length}, expected ${truth.length}`]
  const differences: string[] = []
  for (let i = 0; i < truth.length; i++) {
    const a = actual[i]!, r = truth[i]!
    if (dtype === 'float32' || dtype === 'float64') {
      const own = dtype === 'float32' ? Math.fround(r) : r
      const size = scale ? scale[i]! : Math.abs(r)
      const good = Number.isFinite(own) ? Math.abs(a - r) <= tolerance * size + tiny[dtype] : Object.is(a, own)
      if (!good) differences.push(`[${i}] ${a}, expected ${own}: off by ${Math.abs(a - r) / size} of its scale ${size}`)
    } else if (a !== r) {
      differences.push(`[${i}] ${a}, expected ${r}`)
    }
  }
  return differences
}
