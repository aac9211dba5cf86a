/** The judge of estimators: `checkEstimator`, and its checks one by one. */
import { MyelinError } from '../../core/index.js'
import { suggestion } from '../../nn/index.js'
import { Estimator } from '../estimator.js'
import { lifeRules } from './life.js'
import { rowRules } from './rows.js'
import type { Rules } from './rule.js'
import { takesRows } from './rule.js'
import type { EstimatorTraits } from './subject.js'
import { Subject } from './subject.js'
import { targetRules } from './targets.js'
import { transformerRules } from './transforming.js'

const rules: Rules = { ...lifeRules, ...rowRules, ...targetRules, ...transformerRules }

/** Something that an estimator must do. */
export interface EstimatorCheck {
  /** By which `exceptions` name it: `subset`. */
  readonly name: string
  /** What is demanded, after the estimator's name: `tells of each row the same, alone and among others`. */
  readonly demands: string
  /** Looks whether it does so. @throws MyelinError `argument` telling what is wrong */
  run(): Promise<void>
}

/**
 * The checks that an estimator or transformer has to pass, one by one, for a test of each (scikit-learn's
 * `parametrize_with_checks`). Each works on clones of the estimator, with small data of its own.
 *
 * @param estimator with parameters under which it learns quickly; a class of your own, or one of Myelin's
 * @param traits what it takes that others do not, and what it is excused from
 * @throws MyelinError `argument` for what is no estimator, or exceptions from checks that there are not
 */
export function estimatorChecks(estimator: Estimator, traits: EstimatorTraits = {}): readonly EstimatorCheck[] {
  if (!(estimator instanceof Estimator)) {
    throw new MyelinError('argument', `checkEstimator: expected an estimator, received ${estimator === null ? 'null' : typeof estimator}`)
  }
  const { kind } = estimator
  const { exceptions = {} } = traits
  const subject = new Subject(estimator, traits)
  const asked = Object.entries(rules).filter(([, { of = takesRows }]) => of(subject))
  const unknown = Object.keys(exceptions).find((name) => !asked.some(([known]) => known === name))
  if (unknown !== undefined) {
    throw new MyelinError('argument', `checkEstimator: exceptions: ${kind} has no check "${unknown}"${
      suggestion(unknown, asked.map(([name]) => name))}`)
  }
  return asked.map(([name, { demands, run }]) => ({
    name,
    demands,
    run: async () => {
      const problem = await run(subject).then(() => undefined, (error: unknown) => error)
      if (Object.hasOwn(exceptions, name)) {
        if (problem !== undefined) return
        throw new MyelinError('argument', `${kind}: ${name}: it ${demands}; leave it out of the exceptions`)
      }
      if (problem === undefined) return
      throw new MyelinError('argument', `${kind}: ${name}: ${problem instanceof Error ? problem.message : String(problem)}`,
        { cause: problem })
    },
  }))
}

/**
 * Judges an estimator or transformer by all checks of `estimatorChecks` (scikit-learn's `check_estimator`).
 *
 * @returns the names of the checks that it has passed, or is excused from
 * @throws MyelinError `argument` naming each check that fails, with the reason
 */
export async function checkEstimator(estimator: Estimator, traits: EstimatorTraits = {}): Promise<readonly string[]> {
  const checks = estimatorChecks(estimator, traits)
  const problems: string[] = []
  for (const { run } of checks) await run().catch((error: unknown) => problems.push((error as Error).message))
  if (problems.length === 0) return checks.map(({ name }) => name)
  throw new MyelinError('argument', `checkEstimator: ${estimator.kind} fails ${problems.length} of ${checks.length} checks:\n${
    problems.map((problem) => `  ${problem}`).join('\n')}`)
}
