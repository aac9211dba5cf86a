/** Columns of dates: recognised by their texts, and made features. */

import { hostFunctions } from '../core/scalar/host.js'
import { MyelinError } from '../core/errors.js'
import type { DateInput } from './contract.js'
import { DateSurvey, daysFromCivil, formatDate, parseDate, secondsOfDay, yearOf, type DateOrder } from './dates.js'
import type { Destination, FittedInput, InputOptions, UnknownCategory } from './inputs.js'
import { clip, count } from './names.js'
import { fitScaling, isFar, scaledValue } from './scaling.js'
import type { Strangers } from './strangers.js'
import { cellText, rowNumber, type CategoricalColumn, type Column, type Table } from './table.js'

/** From this share of dates on, a column holds dates, and other texts are worth a word. */
const mostlyDates = 0.9

/** Why a column of dates is set aside, or what comes first in them. */
function orderOf(survey: DateSurvey, dates: InputOptions['dates']): DateOrder | { readonly setAside: string } {
  const { other, ambiguous, example, notDayFirst, notMonthFirst } = survey
  const wanted = 'say preprocess.dates: "dayFirst" or "monthFirst"'
  if (dates === 'setAside') return { setAside: `it holds dates, such as ${example!}` }
  if (other !== undefined) {
    return { setAside: `it holds dates, such as ${example!}, and texts that are none, such as "${clip(other)}"; leave `
      + 'a cell empty where the date is missing' }
  }
  if (dates === 'dayFirst' || dates === 'monthFirst') {
    const wrong = dates === 'dayFirst' ? notDayFirst : notMonthFirst
    return wrong === undefined ? dates
      : { setAside: `it holds ${wrong}, which is no date with the ${dates === 'dayFirst' ? 'day' : 'month'} first` }
  }
  if (notDayFirst !== undefined && notMonthFirst !== undefined) {
    return { setAside: `it holds ${notDayFirst} and ${notMonthFirst}, dates of two orders; write them as `
      + `${formatDate(parseDate(notDayFirst, 'monthFirst')!.wall)}` }
  }
  if (notDayFirst !== undefined) return 'monthFirst'
  if (notMonthFirst !== undefined || ambiguous === undefined) return 'dayFirst'
  return { setAside: 'day and month of its dates cannot be told apart, as in '
    + `${ambiguous}; write ${formatDate(parseDate(ambiguous, 'dayFirst')!.wall)}, or ${wanted}` }
}

/**
 * Learns a column of dates from the training rows.
 *
 * @param counts how often each of the column's texts occurs in the rows
 * @returns undefined where the texts are no dates
 */
export function fitDates(
  { source }: Pick<Table, 'source'>, { name }: Pick<CategoricalColumn, 'name'>, counts: ReadonlyMap<string, number>, options: InputOptions,
): FittedInput | undefined {
  const survey = new DateSurvey()
  let present = 0
  for (const [text, often] of counts) {
    survey.add(text, often)
    present += often
  }
  if (survey.dates < mostlyDates * present) return undefined
  const order = orderOf(survey, options.dates)
  if (typeof order === 'object') return order
  let clock = false
  const times = new Float64Array(present)
  let filled = 0
  for (const [text, often] of counts) {
    const moment = parseDate(text, order)!
    times.fill(moment.time, filled, filled += often)
    clock ||= moment.clock
  }
  // seconds as they are would be huge beside all else
  const numeric = options.numeric === 'none' || options.numeric === 'pixels' ? 'standardize' : options.numeric
  const scaled = fitScaling(times, { ...options, numeric }, `${source}: the dates of column "${name}"`)
  return { input: { name, kind: 'date', order, clock, ...scaled } }
}

/** `time`, and sine and cosine of where a date stands in the year, in the week and, with a clock, in the day. */
export function dateFeatures({ name, clock }: DateInput): string[] {
  const cycles = ['year', 'week', ...(clock ? ['day'] : [])]
  return [`${name}:time`, ...cycles.flatMap((cycle) => [`${name}:${cycle}_sin`, `${name}:${cycle}_cos`])]
}

/** Shares of the year, of the week from Monday on and of the day that have passed at a moment. */
function cyclesOf(wall: number): [year: number, week: number, day: number] {
  const day = Math.floor(wall / secondsOfDay)
  const ofDay = wall / secondsOfDay - day
  const year = yearOf(day)
  const first = daysFromCivil(year, 1, 1)
  const week = (day + 3) % 7 // 1970-01-01 was a Thursday
  return [(day - first + ofDay) / (daysFromCivil(year + 1, 1, 1) - first), (week < 0 ? week + 7 : week) / 7, ofDay]
}

/** Writes the features of the given rows, and gathers what is no date or far away. */
export function writeDates(
  table: Table, column: Column, input: DateInput, rows: Int32Array, unknown: UnknownCategory, to: Destination,
  strangers: Strangers,
): void {
  const { minimum, maximum, impute } = input
  const known = new Map<string, { readonly time: number, readonly features: readonly number[] }>()
  const featuresAt = (time: number, wall: number): number[] => {
    const cycles = cyclesOf(wall).slice(0, input.clock ? 3 : 2)
    return [scaledValue(input, time), ...cycles.flatMap((share) =>
      [hostFunctions.sin(2 * Math.PI * share), hostFunctions.cos(2 * Math.PI * share)])]
  }
  const missing = { time: impute, features: featuresAt(impute, impute) }
  rows.forEach((row, i) => {
    const text = cellText(column, row)
    let cell = text === null ? missing : known.get(text)
    if (!cell) {
      const moment = parseDate(text!, input.order)
      if (!moment && unknown === 'error') {
        throw new MyelinError('data', `${table.source}: row ${rowNumber(table, row)}, column "${input.name}": "${clip(text!)}" is no `
          + `date as in training (${formatDate(minimum)} to ${formatDate(maximum)}); write it as `
          + `${formatDate(minimum).slice(0, 10)}, or leave the cell empty`)
      }
      if (!moment) strangers.texts++
      cell = moment ? { time: moment.time, features: featuresAt(moment.time, moment.wall) } : missing
      if (moment) known.set(text!, cell)
    }
    if (isFar(input, cell.time)) strangers.addFar(text!, rowNumber(table, row))
    to.data.set(cell.features, i * to.width + to.first)
  })
}

/** @param at where, for the start of each notice */
export function dateNotices(
  at: string, { minimum, maximum }: DateInput, { texts, far, firstFar }: Strangers,
): string[] {
  return [
    ...(texts > 0 ? [`${at} ${count(texts, 'text')} that ${texts === 1 ? 'is' : 'are'} no date `
      + `${texts === 1 ? 'counts' : 'count'} as missing`] : []),
    ...(far > 0 ? [`${at} ${count(far, 'date')} far outside of the range in training (${formatDate(minimum)} to `
      + `${formatDate(maximum)}), first ${firstFar}`] : []),
  ]
}
