/** All callbacks that write no files: a callback is a file and a line here. */
export * from './early-stopping.js'
