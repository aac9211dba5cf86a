/** One line of a chart, drawn into cells: braille dots, 2 across and 4 down a cell, or one ASCII mark a cell. */

export interface PlotLineOptions {
  /** How many values the whole width stands for, at least 2. */
  readonly epochs: number
  readonly low: number
  readonly high: number
  /** Cells. */
  readonly width: number
  readonly height: number
  readonly dashed: boolean
  /** The character drawn in ASCII. */
  readonly mark: string
  readonly ascii: boolean
}

/** The bit of each dot of a braille character (Unicode block 2800), [row][column]. */
const dots = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]] as const

/**
 * Draws values as a connected line. Values that are not finite leave a gap.
 *
 * @returns [height][width] cells: braille dot bits, or the mark's character code in ASCII; 0 where nothing is drawn
 */
export function plotLine(values: readonly number[], options: PlotLineOptions): Uint16Array[] {
  const { epochs, low, high, width, height, dashed, mark, ascii } = options
  const [across, down] = ascii ? [1, 1] : [2, 4]
  const cells = Array.from({ length: height }, () => new Uint16Array(width))
  const columns = width * across
  const rows = height * down

  const set = (x: number, y: number, alone = false): void => {
    // A dashed line has 4 dots and a gap of 4; in ASCII the marks differ, so that no line need be dashed.
    if (dashed && !ascii && !alone && x % 8 >= 4) return
    const row = cells[Math.floor(y / down)]!
    const column = Math.floor(x / across)
    row[column] = ascii ? mark.charCodeAt(0) : row[column]! | dots[y % down]![x % across]!
  }
  const point = (i: number): [number, number] => [
    Math.round(i / (epochs - 1) * (columns - 1)),
    Math.round((high - values[i]!) / (high - low) * (rows - 1)),
  ]
  const drawable = (i: number): boolean => Number.isFinite(values[i])
  for (let i = 0; i < values.length; i++) {
    if (!drawable(i)) continue
    const [x, y] = point(i)
    if (!drawable(i - 1) && !drawable(i + 1)) {
      // One dot would hardly be seen: a value alone gets the dots of half a cell.
      const top = ascii ? y : Math.floor(y / 2) * 2
      const start = Math.floor(x / across) * across
      for (let dx = 0; dx < across; dx++) for (let dy = 0; dy < down / 2; dy++) set(start + dx, top + dy, true)
    }
    const [fromX, fromY] = drawable(i - 1) ? point(i - 1) : [x, y]
    const steps = Math.max(Math.abs(x - fromX), Math.abs(y - fromY), 1)
    for (let step = 0; step <= steps; step++) {
      set(Math.round(fromX + (x - fromX) * step / steps), Math.round(fromY + (y - fromY) * step / steps))
    }
  }
  return cells
}
