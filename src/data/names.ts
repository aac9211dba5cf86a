/** Names in messages: the nearest to a mistyped one, and lists that stay short. */

/** Edit distance of Levenshtein between two short texts. */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    for (let j = 1; j <= b.length; j++) {
      const swap = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      current.push(Math.min(swap, previous[j]! + 1, current[j - 1]! + 1))
    }
    previous = current
  }
  return previous[b.length]!
}

/** The candidate that is nearest to `name`, if one is near enough to be what was meant. */
export function nearestName(name: string, candidates: readonly string[]): string | undefined {
  const plain = (text: string): string => text.slice(0, 64).toLowerCase().replace(/[\s_-]+/g, '')
  const wanted = plain(name)
  let best: string | undefined
  let least = Math.max(1, Math.floor(wanted.length / 3)) + 1
  for (const candidate of candidates.slice(0, 2000)) {
    const away = distance(wanted, plain(candidate))
    if (away < least) {
      best = candidate
      least = away
    }
  }
  return best
}

/** `"a", "b", "c" and 7 more`: names for a message, at most `limit` of them. */
export function listNames(names: readonly string[], limit = 12): string {
  const shown = names.slice(0, limit).map((name) => `"${clip(name)}"`).join(', ')
  return names.length > limit ? `${shown} and ${names.length - limit} more` : shown
}

/** A text for a message: at most 40 characters, on one line. */
export function clip(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters would break the one line of a message
  const line = text.replace(/[\u0000-\u001f\u007f]+/g, ' ')
  return line.length > 40 ? `${line.slice(0, 37)}...` : line
}

/** `1 row`, `2 rows`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`
}
