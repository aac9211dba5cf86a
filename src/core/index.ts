/** The core: graph, scalar language, gradients, random numbers, errors and the contract of a backend. */
export * from './backend.js'
export * from './errors.js'
export { grad } from './grad.js'
export * from './node.js'
export * from './primitives.js'
export * from './random.js'
export * from './variable.js'
