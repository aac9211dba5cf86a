/** All layers: a layer is a file and a line here. */
export * from './activation.js'
export * from './batch-normalization.js'
export * from './dense.js'
export * from './dropout.js'
export * from './flatten.js'
