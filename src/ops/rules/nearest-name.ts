/** The name that was probably meant, for messages about unknown names. */

/** The number of insertions, deletions and replacements between two words (Levenshtein 1966), case ignored. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1]!.toLowerCase() === b[j - 1]!.toLowerCase() ? 0 : 1)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, replaced))
    }
    row = next
  }
  return row[b.length]!
}

const longest = 64

/** A name for a message: at most 64 characters, on one line, as it may be a stranger's. */
export function shortName(name: string): string {
  const start = name.slice(0, longest).replace(/\p{Cc}+/gu, ' ')
  return name.length > longest ? `${start}...` : start
}

/** `; did you mean "units"?` where one of `known` is near to `name`, and otherwise `; known are: ...`. */
export function suggestion(name: string, known: readonly string[]): string {
  // snake_case is how the same names are written in Python
  const plain = name.slice(0, longest).replaceAll('_', '').replaceAll('-', '')
  let best: string | undefined
  let least = Math.max(2, Math.floor(plain.length / 3)) + 1
  for (const candidate of known) {
    const d = distance(plain, candidate)
    if (d < least) {
      least = d
      best = candidate
    }
  }
  if (best !== undefined) return `; did you mean "${best}"?`
  return known.length > 0 ? `; known are: ${known.join(', ')}` : ''
}
