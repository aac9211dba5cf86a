/** A trained model's rules, in the columns of its data. */

import type { ImageSet, Input, Table } from '../data/index.js'
import { cellText, columnNamed, isMissing, makeTable } from '../data/index.js'
import { surrogateTree, type FeaturesLike, type Surrogate, type SurrogateOptions } from '../estimators/index.js'
import { predictData, type TrainedModel } from './trained-model.js'

/**
 * A decision tree that answers as a trained model does; see `surrogateTree`. It splits on what is in the data: numbers as
 * they are (missing ones as the model takes them), `sex=female` as 0 or 1, pixels from 0 to 255; dates and texts as the
 * features that the model sees.
 *
 * @param rows a table with the model's columns, or pictures; targets are not needed
 * @throws MyelinError `data` as `predictData`, and as `surrogateTree`
 */
export async function surrogateOfModel(
  trained: TrainedModel, rows: Table | ImageSet, options: Omit<SurrogateOptions, 'features'> = {},
): Promise<Surrogate> {
  const { preprocessor } = trained
  const { target } = preprocessor
  const { predictions } = await predictData(trained, rows)
  const column = columnNamed(predictions, `predicted_${target.name}`)
  const answers = Array.from({ length: predictions.rows }, (_, row) => target.task === 'classification'
    ? cellText(column, row)! : (column as { readonly values: Float64Array }).values[row]!)
  const { data, shape: [count, width] } = preprocessor.transform(rows as Table & ImageSet)
  const inputs = 'inputs' in preprocessor.contract ? preprocessor.contract.inputs : []
  const plain = new Map(inputs.flatMap((input) => plainNumbers(rows as Table, input)))
  const features = makeTable(preprocessor.featureNames.map((name, k) => [
    name, plain.get(name) ?? Float64Array.from({ length: count }, (_, row) => data[row * width + k]!),
  ]))
  return surrogateTree({ predict: async () => answers }, features as FeaturesLike, options)
}

/** A column of numbers before it is scaled. */
function plainNumbers(table: Table, input: Input): (readonly [string, Float64Array])[] {
  if (input.kind !== 'numeric') return []
  const column = columnNamed(table, input.name)
  if (column.kind !== 'numeric') return []
  return [[input.name, column.values.map((value, row) => (isMissing(column, row) ? input.impute : value))]]
}
