/** Ways of splitting rows into training and test rows, with scikit-learn's names, defaults and draws. */
export { checkCv, type CheckCvOptions, type CvLike } from './check-cv.js'
export type { CrossValidator, Fold } from './cross-validator.js'
export {
  GroupKFold, KFold, RepeatedKFold, RepeatedStratifiedKFold, StratifiedGroupKFold, StratifiedKFold, TimeSeriesSplit,
  type KFoldOptions, type RepeatedOptions, type TimeSeriesSplitOptions,
} from './k-fold.js'
export { LeaveOneGroupOut, LeaveOneOut, LeavePGroupsOut, LeavePOut, PredefinedSplit } from './leave-out.js'
export type { RowsLike } from './rows.js'
export {
  GroupShuffleSplit, ShuffleSplit, StratifiedShuffleSplit, trainTestSplit,
  type ShuffleSplitOptions, type SizeOptions, type TrainTestSplitOptions,
} from './shuffle-split.js'
