/**
 * What trains and evaluates: in the built library a file of its own, loaded when a network is first trained or evaluated,
 * so that what only builds networks and predicts starts sooner.
 */
export { evaluateRows } from './evaluate-rows.js'
export { explainFit, fit } from './fit.js'
export { fitSource } from './fit-source.js'
export { evaluateSource, predictSource } from './over-source.js'
export { optimizerMemory } from './step.js'
export { TrainerRun } from './trainer-run.js'
