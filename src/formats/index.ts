/** File formats: the model file and the safetensors container below it. */

export { decodeModel, encodeModel, type DecodedModel, type ModelContents } from './model-file.js'
export { decodeSafetensors, encodeSafetensors, type NamedTensor, type TensorData } from './safetensors.js'
export { type JsonValue } from './strict-json.js'
