/** Figures: for a terminal as text, for pages as SVG, and pictures as pixels. */

export * from './terminal/index.js'
export { lineChart, type LineChartOptions, type Series } from './line-chart.js'
export { pictureGrid, type PictureGridOptions, type Pixels } from './picture-grid.js'
