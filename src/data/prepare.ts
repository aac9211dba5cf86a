/** From raw data to what `fit` takes: split, fit preprocessing on the training part, transform all parts. */

import { MyelinError } from '../core/errors.js'
import type { Features } from './features.js'
import { fitImages, type ImagePreprocessor } from './image-preprocessor.js'
import { imagesOfClasses, selectImages, type ImageSet } from './images.js'
import type { InputOptions } from './inputs.js'
import { clip, count, listNames } from './names.js'
import { defaultFractions, splitIndices, type Split, type SplitOptions } from './split.js'
import { cellText, columnNamed, selectRows, type Table } from './table.js'
import { fitPreprocessor, type TablePreprocessor } from './table-preprocessor.js'
import { allRows, classesIn, inferTask, rowsWithTarget, type Task } from './target.js'

/** Features and targets of some rows: class indices, or standardised numbers. */
export interface Part {
  readonly x: Features
  readonly y: Int32Array | Float64Array
}

/** Data ready to train on: three parts as numbers, and the preprocessor that made them. */
export interface Prepared<P> {
  readonly task: Task
  readonly preprocessor: P
  readonly train: Part
  /** Without rows where its share of the split is 0. */
  readonly validation: Part
  readonly test: Part
  readonly notices: readonly string[]
}

/** What `prepareTable` takes. */
export interface PrepareOptions extends InputOptions, Pick<SplitOptions, 'fractions' | 'seed'> {
  /** The column to predict. */
  target: string
  /** Default: {@link inferTask}'s answer. */
  task?: Task
  /** Only rows of these classes. Default: all. */
  classes?: readonly string[]
}

/**
 * Prepares a table: drops rows without a target (with a notice), splits (stratified for classes), fits preprocessing
 * on the training part. A category that only other parts have counts there as none of the known ones, with a notice.
 *
 * @throws MyelinError `data` or `argument`; see {@link splitIndices} and {@link fitPreprocessor}
 */
export function prepareTable(raw: Table, options: PrepareOptions): Prepared<TablePreprocessor> {
  const { table, task, split, notices } = splitTable(raw, options)
  const fitted = fitPreprocessor(table, { ...options, task, rows: split.train })
  notices.push(...fitted.notices)
  const { preprocessor } = fitted
  const part = (rows: Int32Array): Part => {
    const x = preprocessor.transform(table, { rows, unknownCategory: 'zeros' })
    notices.push(...x.notices)
    return { x, y: preprocessor.transformTarget(table, rows) }
  }
  const [train, validation, test] = [part(split.train), part(split.validation), part(split.test)]
  return { task, preprocessor, train, validation, test, notices }
}

/** The first steps of `prepareTable`: the rows that count, what they ask for, and how they are split. */
export function splitTable(
  raw: Table, options: PrepareOptions,
): { readonly table: Table, readonly task: Task, readonly split: Split, readonly notices: string[] } {
  const { target, classes } = options
  const kept = rowsWithTarget(raw, target)
  if (kept.length === 0) throw new MyelinError('data', `${raw.source}: the target "${target}" has no value in any row`)
  const notices = [...raw.notices]
  if (kept.length < raw.rows) {
    notices.push(`${raw.source}: left out ${count(raw.rows - kept.length, 'row')} without a value of "${target}"`)
  }
  const complete = kept.length < raw.rows ? selectRows(raw, kept) : raw
  const table = classes ? rowsOfClasses(complete, target, classes) : complete
  const task = options.task ?? (classes ? 'classification' : inferTask(table, target))
  const split = splitIndices(table.rows, {
    source: raw.source, ...options, ...(task === 'classification' ? { stratify: codesOf(table, target) } : {}),
  })
  return { table, task, split, notices }
}

/** A number per class of each row, for the stratified split. */
function codesOf(table: Table, target: string): ArrayLike<number> {
  const column = columnNamed(table, target)
  return column.kind === 'numeric' ? column.values : column.codes
}

/**
 * The rows of a table whose target is one of `classes`, in their order.
 *
 * @throws MyelinError `argument` for a class that no row has
 */
export function rowsOfClasses(table: Table, target: string, classes: readonly string[]): Table {
  const column = columnNamed(table, target)
  const rows = Int32Array.from({ length: table.rows }, (_, row) => row)
  const present = classesIn(column, rows)
  for (const label of classes) {
    if (!present.includes(label)) {
      throw new MyelinError('argument', `${table.source}: no row has the class "${clip(label)}" of "${target}"; `
        + `the classes are ${listNames(present)}`)
    }
  }
  return selectRows(table, rowsOfLabels(table, target, classes))
}

/** The rows whose target is one of `classes`, in their order. @param seen is told of each of their labels */
export function rowsOfLabels(
  table: Table, target: string, classes: readonly string[], seen?: (label: string) => void,
): Int32Array {
  const column = columnNamed(table, target)
  const wanted = new Set(classes)
  return allRows(table).filter((row) => {
    const label = cellText(column, row)
    if (label === null || !wanted.has(label)) return false
    seen?.(label)
    return true
  })
}

/** What `prepareImages` takes. */
export interface PrepareImagesOptions extends Pick<SplitOptions, 'fractions' | 'seed' | 'source'> {
  /** Only pictures with these labels. Default: all. */
  classes?: readonly number[]
}

/**
 * Prepares pictures: with a test set of their own, `training` is split into training and validation in the proportion
 * of their fractions (64 to 16 by default); without one, into all three parts.
 *
 * @throws MyelinError `data` or `argument`; see {@link splitIndices} and {@link fitImages}
 */
export function prepareImages(
  training: ImageSet, own: ImageSet | undefined, options: PrepareImagesOptions = {},
): Prepared<ImagePreprocessor> {
  const { all, test: official, split } = splitPictures(training, own, options)
  const trainSet = split.train.length === all.count ? all : selectImages(all, split.train)
  const preprocessor = fitImages(trainSet)
  const part = (set: ImageSet): Part => ({ x: preprocessor.transform(set), y: preprocessor.transformTarget(set) })
  return {
    task: 'classification', preprocessor, notices: training.notices ?? [],
    train: part(trainSet), validation: part(selectImages(all, split.validation)),
    test: part(official ?? selectImages(all, split.test)),
  }
}

/** The first steps of `prepareImages`: the pictures that count, and how they are split. */
export function splitPictures(
  training: ImageSet, official: ImageSet | undefined, { classes, seed, source, fractions }: PrepareImagesOptions = {},
): { readonly all: ImageSet, readonly test: ImageSet | undefined, readonly split: Split } {
  const subset = (set: ImageSet): ImageSet => classes ? imagesOfClasses(set, classes) : set
  const all = subset(training)
  const [train, validation, test] = fractions ?? defaultFractions
  const shares = official
    ? [train / (train + validation), validation / (train + validation), 0] as const : [train, validation, test] as const
  const split = splitIndices(all.count, {
    fractions: shares, seed, stratify: all.labels, ...(source !== undefined && { source }),
  })
  return { all, test: official && subset(official), split }
}
