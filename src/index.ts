/** Myelin: neural networks in TypeScript, compiled to WebAssembly at run time. Importing it sets the default backend. */
import { setDefaultBackend } from './core/index.js'
import { wasmBackend } from './backends/wasm/index.js'

setDefaultBackend(wasmBackend)

export { MyelinError, RandomSource, defaultBackend, setDefaultBackend } from './core/index.js'
export type { Backend, DType, ErrorCode, Program, ProgramSpec, Session, Shape, TypedArray } from './core/index.js'
export { wasmBackend } from './backends/wasm/index.js'
export * from './ops/index.js'
// Where a layer has the name of a function of tensors, the bare name is the function; the layer is `layers.relu`.
export { add, elu, leakyRelu, maximum, minimum, relu, reshape, softmax } from './ops/index.js'
export * from './nn/index.js'
export * from './train/index.js'
export * from './formats/index.js'
