/** Computing tensors now: everything they depend on is compiled into one program, which runs once. */
import type { Backend, TypedArray } from '../core/index.js'
import { defaultBackend, inputName, isPlaceholder, isVariable, MyelinError, topological } from '../core/index.js'
import { requireOptions } from './rules/options.js'
import { Tensor } from './tensor.js'

/** What `evaluate` takes, and `data` and `array` of a tensor. */
export interface EvaluateOptions {
  /** What computes; by default the one that importing `myelin` sets. */
  readonly backend?: Backend
}

/**
 * The values of tensors, each row-major in a typed array of its own; what they share is computed once.
 *
 * `const [a, b] = await evaluate([x.sum(), x.mean()])`
 * @throws MyelinError `state` when a tensor depends on a placeholder, whose value only a program's run is given
 */
export async function evaluate(
  tensors: readonly Tensor[],
  options: EvaluateOptions = {},
): Promise<TypedArray[]> {
  if (!Array.isArray(tensors) || !tensors.every((t) => t instanceof Tensor)) {
    throw new MyelinError(
      'argument',
      'evaluate: expected a list of tensors: write const [a, b] = await evaluate([x, y]), or await x.data() for one; ' +
        'a model is evaluated with model.evaluate(x, y)',
    )
  }
  requireOptions('evaluate', options, ['backend'], 'evaluate([x, y])')
  const { backend = defaultBackend() } = options
  const outputs = tensors.map((t) => t.node)
  const nodes = topological(outputs)
  const open = nodes.find(isPlaceholder)
  if (open) {
    throw new MyelinError(
      'state',
      `evaluate: placeholder "${inputName(open)}" has no value; ` +
        'compile a program with it as an input, and run that with its value',
    )
  }
  const session = backend.session(nodes.filter(isVariable))
  const program = session.compile({ outputs })
  program.run()
  const values = outputs.map((_, i) => program.output(i))
  session.release()
  return values
}
