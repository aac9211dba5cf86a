/** All callbacks that write no files: a callback is a file and a line here. */
export * from './early-stopping.js'
export * from './error-growth.js'
export * from './error-threshold.js'
export * from './lambda-callback.js'
export * from './learning-rate-scheduler.js'
export * from './reduce-lr-on-plateau.js'
export * from './swap-ema-weights.js'
