/** Text in cells of a terminal: its width, and padding and shortening to a width. */

/** Characters that take two cells: East Asian scripts, full-width forms, emoji (after Unicode TR 11). */
const wide = new RegExp('[' +
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}\\p{Script=Bopomofo}\\p{Script=Yi}' +
  '\\p{Emoji_Presentation}\\u3000-\\u303e\\uff01-\\uff60\\uffe0-\\uffe6]', 'u')
/** Characters that are drawn together with the one before them. */
const joined = /\p{M}|\p{Cf}|\p{Emoji_Modifier}/u

/** Text of a stranger made harmless: control characters, which could move the cursor, and line ends become "?". */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]/gu, '?')
}

function characterWidth(character: string): number {
  return joined.test(character) ? 0 : wide.test(character) ? 2 : 1
}

/** The number of cells that a text without escape sequences takes. */
export function displayWidth(text: string): number {
  let width = 0
  for (const character of text) width += characterWidth(character)
  return width
}

/** The text with spaces in front (`right`) or behind (`left`) up to a width. */
export function align(text: string, width: number, side: 'left' | 'right'): string {
  const space = ' '.repeat(Math.max(0, width - displayWidth(text)))
  return side === 'left' ? text + space : space + text
}

/** The text cut to at most `width` cells, with a mark at its end where something was cut off. */
export function shorten(text: string, width: number, ascii = false): string {
  if (displayWidth(text) <= width) return text
  const mark = ascii ? '~' : '…'
  let result = ''
  let used = 0
  for (const character of text) {
    used += characterWidth(character)
    if (used > width - 1) break
    result += character
  }
  return width < 1 ? '' : result + mark
}
