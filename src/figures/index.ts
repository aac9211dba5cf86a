/** Figures of a training run. */

export * from './terminal/index.js'
