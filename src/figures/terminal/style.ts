/** What a terminal can show: colours, and characters beyond ASCII. */

export interface TerminalStyle {
  /** Colours by ANSI escape sequences; default false. */
  readonly color?: boolean
  /** Only ASCII characters, for terminals and logs that show no others; default false. */
  readonly ascii?: boolean
}

const codes = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39], cyan: [36, 39] } as const

/** Colours a text for a terminal: `paint("red", "wrong")`. */
export type Paint = (name: keyof typeof codes, text: string) => string

/** A function that colours text, or leaves it as it is where there are no colours. */
export function painter({ color = false }: TerminalStyle): Paint {
  return (name, text) => color && text !== '' ? `\u001b[${codes[name][0]}m${text}\u001b[${codes[name][1]}m` : text
}
