/** How much of a CSV text is read: less than what a JavaScript engine ends at, by a bare RangeError or by dying. */

export const maximumColumns = 100_000

/** Cells of a table below its header. */
export const maximumCells = 100_000_000

/** Different texts in one column; a Map ends at 2^24. */
export const maximumTexts = 10_000_000

/** Bytes of one cell, as they stand in the file. */
export const maximumCellLength = 16 * 1024 * 1024
