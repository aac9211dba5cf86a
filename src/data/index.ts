/** Data: tables, readers, generators, splits and preprocessing. */

export { imagesOfArrays, tableOfArrays } from './arrays.js'
export {
  bytePairEncoderFromJSON, bytePairEncoding, type BytePairEncoder, type BytePairEncoderJson, type BytePairEncodingOptions,
} from './byte-pair-encoding.js'
export type {
  CategoricalInput, ClassTarget, Contract, DateInput, ImageContract, Input, NumberTarget, NumericInput, Scaled,
  TableContract, Target, TextInput,
} from './contract.js'
export { formatCsv, missingMarkers, parseCsv, type CsvOptions } from './csv.js'
export { datasetInfo, datasets, loadDataset, type DatasetInfo } from './datasets.js'
export type { Features } from './features.js'
export {
  gateNames, makeBlobs, makeCircles, makeGate, makeMoons, makeSpirals, type GateName, type GeneratorOptions,
} from './generators.js'
export { makePolynomial, makeSine } from './generators/curves.js'
export {
  makePlayground, playgroundNames, type PlaygroundName, type PlaygroundOptions,
} from './generators/playground.js'
export {
  makeClassification, makeRegression, type ClassificationOptions, type RegressionOptions,
} from './generators/random-problems.js'
export { gunzipIdx, isGzip, parseIdx, readIdx, type IdxArray, type IdxData } from './idx.js'
export { fitImages, ImagePreprocessor } from './image-preprocessor.js'
export { imageSet, imagesOfClasses, labelsOf, selectImages, type ImageSet } from './images.js'
export * as imputers from './imputers.js'
export type { InputOptions, UnknownCategory } from './inputs.js'
export { parseNpy, type NpyArray, type NpyData } from './npy.js'
export { parseNpz } from './npz.js'
export { encodePicture } from './encode-picture.js'
export { decodePicture, pixelsOf, type Picture, type PictureOptions } from './picture.js'
export { padSequences, type PaddedSequences, type PadSequencesOptions } from './pad-sequences.js'
export { parseParquet } from './parquet.js'
export {
  prepareImages, prepareTable, type Part, type Prepared, type PrepareImagesOptions, type PrepareOptions,
} from './prepare.js'
export { preprocessorFromJSON, type Preprocessor } from './preprocessor.js'
export { parseLines } from './lines.js'
export { parseJsonLines, type JsonLinesOptions } from './json-lines.js'
export * as scalers from './scalers.js'
export { defaultFractions, splitIndices, type Split, type SplitOptions } from './split.js'
export {
  cellText, columnNamed, dropColumns, isMissing, makeTable, pickColumns, selectRows,
  type CategoricalColumn, type Column, type ColumnKind, type NumericColumn, type Table,
} from './table.js'
export { fitPreprocessor, TablePreprocessor, type PreprocessOptions } from './table-preprocessor.js'
export {
  classesIn, decodeNumbers, encodeClasses, encodeNumbers, fitTarget, inferTask, oneHotRows, rowsWithTarget, type Task,
} from './target.js'
export {
  textVectorization, textVectorizerFromJSON, type TextMatrix, type TextVectorizationOptions, type TextVectorizer,
  type TextVectorizerJson,
} from './text-vectorization.js'
export type { Split as TextSplit, Standardize } from './text-tokens.js'
