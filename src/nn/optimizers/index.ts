/** All optimisers: an optimiser is a file and a line here. */
export * from './adadelta.js'
export * from './adagrad.js'
export * from './adam.js'
export * from './adamw.js'
export * from './rmsprop.js'
export * from './sgd.js'
