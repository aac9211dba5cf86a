/** The last layer, the targets and the loss that a task needs. */

import { MyelinError } from '../core/index.js'
import { oneHotRows, type Target } from '../data/index.js'
import { losses, resolve, type Loss } from '../nn/index.js'
import type { DataLike } from '../train/index.js'
import type { NamedJson, Run } from './run.js'

/** How a network ends. */
export interface Head {
  /** The loss by its name, `auto` resolved. */
  readonly loss: string | NamedJson
  readonly units: number
  readonly activation: 'linear' | 'sigmoid' | 'softmax'
  /** The targets, as preprocessing gives them, as the loss takes them. */
  targets(y: Int32Array | Float64Array): DataLike
}

/** Losses of probabilities that add up to 1; every other loss on classes gets sigmoid outputs. */
const softmaxLosses: readonly string[] = [
  'categoricalCrossentropy', 'sparseCategoricalCrossentropy', 'categoricalFocalCrossentropy', 'klDivergence',
]

/** Losses that mean nothing for numbers. */
const classLosses: readonly string[] = [...softmaxLosses, 'binaryCrossentropy', 'binaryFocalCrossentropy']

/**
 * The head for a target. Numbers: one linear output. Two classes: one sigmoid output, the probability of the second
 * class. More classes: a softmax, or with a loss of single outputs (a squared error, say) one sigmoid output each and
 * one-hot targets. `auto` is the mean squared error, binary cross-entropy or sparse categorical cross-entropy.
 *
 * @throws MyelinError `argument` for a loss of classes with a numeric target
 */
export function headFor(target: Target, wanted: Run['train']['loss']): Head {
  if (target.task === 'regression') {
    const loss = wanted === 'auto' ? 'meanSquaredError' : wanted
    const { kind } = resolve('loss', losses, loss)
    if (classLosses.includes(kind)) {
      throw new MyelinError('argument', `loss: ${kind} is for classes, but "${target.name}" is a number; use `
        + 'meanSquaredError or meanAbsoluteError, or make the task classification')
    }
    return { loss, units: 1, activation: 'linear', targets: (y) => ({ data: y, shape: [y.length, 1] }) }
  }
  const classes = target.classes.length
  const loss = wanted !== 'auto' ? wanted : classes === 2 ? 'binaryCrossentropy' : 'sparseCategoricalCrossentropy'
  const { kind, targets } = resolve('loss', losses, loss) as Loss
  const softmax = softmaxLosses.includes(kind)
  const units = classes === 2 && !softmax ? 1 : classes
  return {
    loss, units, activation: softmax ? 'softmax' : 'sigmoid',
    targets(y) {
      if (targets === 'classes') return y
      return { data: units === 1 ? y : oneHotRows(Int32Array.from(y), classes), shape: [y.length, units] }
    },
  }
}
