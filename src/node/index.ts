/** Myelin in Node: reading tables and datasets from disk, MNIST from disk or the network, files written safely. */
export * from './folders.js'
export * from './mnist.js'
export * from './pictures.js'
export * from './tables.js'
export * from './write-file.js'
