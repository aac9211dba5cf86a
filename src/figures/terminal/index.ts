/** Figures for a terminal: functions from numbers to lines of text. */

export { classificationReport, type ReportScores } from './classification-report.js'
export { confusionTable, type ConfusionTableOptions } from './confusion-table.js'
export { formatCount, formatDuration, formatNumber } from './format.js'
export { dotPlot, type DotPlotOptions } from './dot-plot.js'
export { lossCurve, type LossCurveOptions, type Losses } from './loss-curve.js'
export { progressBar } from './progress-bar.js'
export { painter, type Paint, type TerminalStyle } from './style.js'
export { table } from './table.js'
export { displayWidth, printable, shorten } from './text.js'
