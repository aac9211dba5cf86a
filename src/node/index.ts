/**
 * Myelin in Node: reading tables and datasets from disk, MNIST from disk or the network, files written safely, the
 * callbacks that write files, and threads and journals for searches.
 */
export { backupAndRestore, type BackupOptions } from './backup-and-restore.js'
export { csvLogger } from './csv-logger.js'
export * from './folders.js'
export * from './mnist.js'
export { modelCheckpoint, type ModelCheckpointOptions } from './model-checkpoint.js'
export { readPictures, type ReadPicturesOptions } from './pictures.js'
export { encodingOf, readText } from './read-text.js'
export { searchJournal } from './search-journal.js'
export type { SaveFreq } from './save-freq.js'
export * from './stream.js'
export * from './tables.js'
export { readLines, readTexts } from './texts.js'
export { tensorBoard } from './tensor-board.js'
export { workerThreads, type WorkerThreadsOptions } from './worker-threads.js'
export { useWideVectors, type WideVectorsOptions } from './wide-vectors.js'
export * from './write-file.js'
export { writePicture } from './write-picture.js'
