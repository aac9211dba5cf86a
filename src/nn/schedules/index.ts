/** Schedules: learning rates that change with the step. Each is a file in this folder and a line here. */
export * from './cosine-decay.js'
export * from './cosine-decay-restarts.js'
export * from './exponential-decay.js'
export * from './inverse-time-decay.js'
export * from './one-cycle.js'
export * from './piecewise-constant-decay.js'
export * from './polynomial-decay.js'
