/** All losses: a loss is a file and a line here. */
export * from './binary-crossentropy.js'
export * from './categorical-crossentropy.js'
export * from './half-mean-squared-error.js'
export * from './mean-absolute-error.js'
export * from './mean-squared-error.js'
export * from './sparse-categorical-crossentropy.js'
