/** Which texts stand for a missing cell. */

/** What counts as a missing cell, quoted or not, besides an empty one. */
export const missingMarkers: ReadonlySet<string> = new Set(
  ['', '?', 'NA', 'N/A', 'n/a', '#N/A', '<NA>', 'NaN', 'nan', 'NAN', 'null', 'NULL', 'Null', 'None', 'none'])
