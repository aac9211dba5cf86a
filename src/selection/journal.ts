/**
 * The journal of a search: a line for each fit that is done, so that an interrupted search goes on where it was. The first
 * line tells of which search it is, part by part.
 */
import { MyelinError } from '../core/index.js'
import { sha256 } from '../formats/sha256.js'
import { Estimator, RandomState } from '../estimators/index.js'
import type { EvaluationSetting, EvaluationTask, Figures } from './evaluate.js'
import { scorerName, type Scorer } from './scorers.js'

/** Where a journal is kept, such as `searchJournal` of `myelin/node`. */
export interface SearchJournal {
  /** For messages: the file. */
  readonly name: string
  /**
   * Opens it, or makes a new one. A last line that was not written to its end is not among the lines, and makes way for
   * the next one.
   */
  open(): Promise<JournalLines>
}

/** An open journal. */
export interface JournalLines {
  /** Those that are there, without their ends. */
  readonly lines: readonly string[]
  /** Adds a line; when this ends, the line is on the disk. */
  append(line: string): Promise<void>
  close(): Promise<void>
}

/** Parts of a search by their names, each as a hash. */
export type SearchIdentity = Readonly<Record<string, string>>

const format = 'myelin search 1'

/** The fits that a journal knows, and what adds to them. */
export class Journal {
  private constructor(
    private readonly lines: JournalLines,
    /** Those that were done before, by their numbers. */
    readonly known: ReadonlyMap<number, Figures>,
  ) {}

  /** @throws MyelinError 'file' for what is no journal, a damaged one, or the journal of another search */
  static async open(where: SearchJournal, identity: SearchIdentity): Promise<Journal> {
    const lines = await where.open()
    try {
      const [head, ...rest] = lines.lines
      if (head === undefined) await lines.append(JSON.stringify({ format, ...identity }))
      else requireSame(where.name, head, identity)
      return new Journal(lines, new Map(rest.map((line, i) => readLine(where.name, line, i + 2))))
    } catch (error) {
      await lines.close()
      throw error
    }
  }

  async add(fit: number, { testScores, trainScores, fitTime, scoreTime, fitError, scoreErrors }: Figures): Promise<void> {
    const entry = { fit, testScores, trainScores, fitTime, scoreTime, fitError, scoreErrors }
    await this.lines.append(JSON.stringify(entry, (_, value: unknown) =>
      typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))
        ? { number: Object.is(value, -0) ? '-0' : String(value) } : value))
  }

  close(): Promise<void> {
    return this.lines.close()
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function parsed(line: string): unknown {
  try {
    return JSON.parse(line, (_, value: unknown) =>
      isRecord(value) && typeof value.number === 'string' ? Number(value.number) : value)
  } catch {
    return undefined
  }
}

function requireSame(name: string, line: string, identity: SearchIdentity): void {
  const head = parsed(line)
  if (!isRecord(head) || head.format !== format) {
    throw new MyelinError('file', `${name}: this is no journal of a search; name another file`)
  }
  const parts = [...new Set([...Object.keys(head), ...Object.keys(identity)])].filter((part) => part !== 'format')
  const other = parts.filter((part) => head[part] !== identity[part])
  if (other.length > 0) {
    throw new MyelinError('file', `${name}: this is the journal of another search, which differs in ${other.join(', ')}; `
      + 'name another file, or remove this one to begin anew')
  }
}

const isNumber = (value: unknown): boolean => typeof value === 'number'
const isScores = (value: unknown): boolean => isRecord(value) && Object.values(value).every(isNumber)
const isText = (value: unknown): boolean => typeof value === 'string'

function readLine(name: string, line: string, number: number): [number, Figures] {
  const entry = parsed(line)
  const { fit, testScores, trainScores, fitTime, scoreTime, fitError, scoreErrors } = isRecord(entry) ? entry : {}
  const whole = Number.isInteger(fit) && isScores(testScores) && (trainScores === undefined || isScores(trainScores))
    && isNumber(fitTime) && isNumber(scoreTime) && (fitError === undefined || isText(fitError))
    && Array.isArray(scoreErrors) && scoreErrors.every(isText)
  if (!whole) {
    throw new MyelinError('file', `${name}: line ${number} is damaged; remove the line, or the journal to begin anew`)
  }
  return [fit as number, { testScores, trainScores, fitTime, scoreTime, fitError, scoreErrors } as Figures]
}

/**
 * What makes a search this one and no other: its parts as hashes, which a journal compares.
 *
 * @param tasks those that are known from the beginning
 * @param more parts that the search knows beside
 * @throws MyelinError 'unsupported' for a generator among the parameters, whose draws depend on what was drawn before
 */
export function identityOf(
  what: string, setting: Omit<EvaluationSetting, 'signal'>, tasks: readonly EvaluationTask[], more: SearchIdentity = {},
): SearchIdentity {
  const hash = (value: unknown): string => sha256(chunksOf(what, value)).slice(0, 16)
  return {
    'the estimator': hash(setting.estimator), 'the rows X': hash(setting.X), 'the targets y': hash(setting.y),
    'the weights of the rows': hash(setting.sampleWeight), 'the scoring': hash(setting.scoring.scorers),
    'errorScore': String(setting.errorScore), 'returnTrainScore': String(setting.returnTrainScore),
    'the candidates': hash(tasks.map(({ parameters }) => parameters)),
    'the folds': hash([...new Set(tasks.flatMap(({ train, test }) => [train, test]))]),
    ...more,
  }
}

const encoder = new TextEncoder()

/** The bytes of a value, the same for the same contents; each begins with what it is and how long. */
function* chunksOf(what: string, value: unknown): Generator<Uint8Array> {
  const text = (kind: string, contents: string): Uint8Array => encoder.encode(`${kind} ${contents.length} ${contents}\n`)
  if (ArrayBuffer.isView(value)) {
    yield text(value.constructor.name, String(value.byteLength))
    yield new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
  } else if (typeof value === 'function') {
    const { made } = value as Scorer
    const name = scorerName(value as Scorer)
    if (name !== undefined) yield text('scorer', name)
    else if (made) yield* chunksOf(what, { metric: made.metric, options: made.options })
    else yield text('function', String(value))
  } else if (typeof value !== 'object' || value === null) {
    yield text(typeof value, Object.is(value, -0) ? '-0' : String(value))
  } else if (Array.isArray(value)) {
    yield text('list', String(value.length))
    if (value.every(isNumber)) yield new Uint8Array(Float64Array.from(value as number[]).buffer)
    else for (const inner of value) yield* chunksOf(what, inner)
  } else if (value instanceof RandomState) {
    throw new MyelinError('unsupported', `${what}: with a journal expected a seed as randomState, received a generator, whose `
      + 'draws would be others where the search goes on')
  } else if (value instanceof Estimator) {
    yield text('estimator', value.kind)
    yield* chunksOf(what, value.getParams({ deep: false }))
  } else {
    yield text('object', value.constructor?.name ?? '')
    for (const [key, inner] of Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1)) {
      yield text('entry', key)
      yield* chunksOf(what, inner)
    }
  }
}
