/** Numbers, counts and durations as people read them. */

/** A number with about `digits` significant digits and no more zeros than needed: 0.02134, 1535, 1.2e-7. */
export function formatNumber(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return String(value)
  if (value === 0) return '0'
  const magnitude = Math.floor(Math.log10(Math.abs(value)))
  if (magnitude < -4 || magnitude >= 9) return value.toExponential(digits - 1).replace(/\.?0+e/, 'e').replace('e+', 'e')
  const decimals = Math.max(0, digits - 1 - magnitude)
  const text = value.toFixed(decimals)
  return decimals > 0 ? text.replace(/\.?0+$/, '') : text
}

/** A count with a comma between thousands: 1,234,567. */
export function formatCount(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** A time in its two largest units: "350 ms", "12.3 s", "4 min 05 s", "2 h 03 min"; "?" where it is not known. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return '?'
  if (seconds < 0.001) return seconds === 0 ? '0 s' : '<1 ms'
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`
  const minutes = Math.round(seconds / 60)
  return `${formatCount(Math.floor(minutes / 60))} h ${String(minutes % 60).padStart(2, '0')} min`
}
