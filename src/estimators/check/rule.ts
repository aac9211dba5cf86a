/** What a check is. */
import type { Subject } from './subject.js'

/** Something that every estimator, or every one of a kind, must do. */
export interface Rule {
  /** A sentence about the estimator. */
  readonly demands: string
  /** Of which it is demanded. Default: all that take rows. */
  readonly of?: (subject: Subject) => boolean
  /** @throws Failure telling what is wrong, or what the estimator throws where it should not */
  readonly run: (subject: Subject) => Promise<void>
}

/** Rules by their names. */
export type Rules = Readonly<Record<string, Rule>>

export const everything = (): boolean => true
export const takesRows = ({ type }: Subject): boolean => type !== 'labels'
export const classifiers = ({ type }: Subject): boolean => type === 'classifier'
export const regressors = ({ type }: Subject): boolean => type === 'regressor'
export const transformers = ({ type }: Subject): boolean => type === 'transformer'
export const predictors = ({ type }: Subject): boolean => type === 'classifier' || type === 'regressor'
