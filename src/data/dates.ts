/** Dates as they are written in tables: ISO 8601, and day, month and year in the order that a column shows. */

/** What comes first in a date of three numbers that does not begin with the year. */
export type DateOrder = 'dayFirst' | 'monthFirst'

/** A moment, in seconds since 1970-01-01 00:00. */
export interface Moment {
  /** In UTC; a text without a time zone is taken to be in UTC. */
  readonly time: number
  /** As the clock on the wall showed it, whatever its time zone. */
  readonly wall: number
  /** Whether the text says a time of the day. */
  readonly clock: boolean
}

/** The first and the last second that four digits of a year can say. */
export const firstSecond = -62_167_219_200
export const lastSecond = 253_402_300_799

export const secondsOfDay = 86_400

const clockPattern = String.raw`(?:[T ] ?(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?: ?([AP]M))?`
  + String.raw` ?(Z|UTC|[+-]\d\d:?\d\d)?)?`
const yearFirst = new RegExp(String.raw`^(\d{4})([-/])(\d{1,2})\2(\d{1,2})${clockPattern}$`, 'i')
const yearLast = new RegExp(String.raw`^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})${clockPattern}$`, 'i')

/** Days from 1970-01-01 to a date of the Gregorian calendar (Hinnant, "chrono-compatible low-level date algorithms"). */
export function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year // years begin in March, so that the leap day comes last
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
}

/** The year of a day that is counted from 1970-01-01. */
export function yearOf(day: number): number {
  let year = 1970 + Math.floor(day / 365.2425)
  while (daysFromCivil(year, 1, 1) > day) year--
  while (daysFromCivil(year + 1, 1, 1) <= day) year++
  return year
}

/** Whether there is such a day; in the year 0 too, as ISO 8601 has it. */
function isDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false
  const next = month === 12 ? daysFromCivil(year + 1, 1, 1) : daysFromCivil(year, month + 1, 1)
  return daysFromCivil(year, month, day) < next
}

/** Seconds of the day, and those that the time zone is ahead of UTC; undefined for a time that no clock shows. */
function clockOf(parts: readonly (string | undefined)[]): { seconds: number, ahead: number } | undefined {
  const [hour, minute, second = '0', fraction, half, zone = 'Z'] = parts
  const [hours, minutes, seconds] = [Number(hour), Number(minute), Number(second)]
  if (minutes > 59 || seconds > 59 || (half ? hours < 1 || hours > 12 : hours > 23)) return undefined
  const ofDay = half ? hours % 12 + (half.toUpperCase() === 'PM' ? 12 : 0) : hours
  const offset = /^([+-])(\d\d):?(\d\d)$/.exec(zone)
  if (offset && (Number(offset[2]) > 23 || Number(offset[3]) > 59)) return undefined
  const ahead = offset ? (offset[1] === '-' ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3])) * 60 : 0
  return { seconds: ofDay * 3600 + minutes * 60 + seconds + (fraction ? Number(`0.${fraction}`) : 0), ahead }
}

/**
 * The moment that a text says. `2024-01-31` and `2024/01/31` are read with any order, `31.01.2024` always with the day
 * first, `31/01/2024` and `31-01-2024` in the given order. Behind the date may stand a time: `T07:05`, ` 07:05:09.25`,
 * ` 7:05 PM`, and a time zone: `Z`, `+01:00`.
 *
 * @returns undefined for what is no date
 */
export function parseDate(text: string, order: DateOrder): Moment | undefined {
  const trimmed = text.trim()
  let match = yearFirst.exec(trimmed)
  let [year, month, day] = [match?.[1], match?.[3], match?.[4]]
  if (!match) {
    match = yearLast.exec(trimmed)
    if (!match) return undefined
    const dayFirst = order === 'dayFirst' || match[2] === '.'
    ;[year, month, day] = [match[4], dayFirst ? match[3] : match[1], dayFirst ? match[1] : match[3]]
  }
  if (!isDay(Number(year), Number(month), Number(day))) return undefined
  const midnight = daysFromCivil(Number(year), Number(month), Number(day)) * secondsOfDay
  if (match[5] === undefined) return { time: midnight, wall: midnight, clock: false }
  const clock = clockOf(match.slice(5))
  return clock && { time: midnight + clock.seconds - clock.ahead, wall: midnight + clock.seconds, clock: true }
}

/** Seconds since 1970 as a text in UTC, such as `2024-01-31` or `2024-01-31T07:05:09Z`. */
export function formatDate(time: number): string {
  const iso = new Date(Math.round(Math.min(Math.max(time, firstSecond), lastSecond) * 1000)).toISOString()
  return iso.replace('T00:00:00.000Z', '').replace('.000Z', 'Z')
}

/** What is learned of a column's texts, one by one, to tell whether they are dates and what comes first in them. */
export class DateSurvey {
  dates = 0
  /** A text that is no date in any order. */
  other: string | undefined
  /** A text that is a date, and texts that are none with the day, or the month, first. */
  example: string | undefined
  notDayFirst: string | undefined
  notMonthFirst: string | undefined
  /** A text that says another day in the other order. */
  ambiguous: string | undefined

  /** @param count how often the text occurs */
  add(text: string, count = 1): void {
    const day = parseDate(text, 'dayFirst')
    const month = parseDate(text, 'monthFirst')
    if (!day && !month) {
      this.other ??= text
      return
    }
    this.dates += count
    this.example ??= text
    if (!day) this.notDayFirst ??= text
    if (!month) this.notMonthFirst ??= text
    if (day && month && day.wall !== month.wall) this.ambiguous ??= text
  }
}
