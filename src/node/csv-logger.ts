/** A log of training as CSV. */

import { stat } from 'node:fs/promises'
import { MyelinError } from '../core/errors.js'
import { readOptions, type Component, type NamedArray, type Parameter } from '../nn/index.js'
import { boolean } from '../nn/parameters.js'
import type { Callback, Logs } from '../train/index.js'
import { readState } from '../train/callback-state.js'
import { pathFor, requireFile } from './callback-file.js'
import { requireKind, requireWritable } from './outputs.js'
import { readFileChecked, writeFileAtomic } from './write-file.js'

const separatorParameter: Parameter<string, string, false> = {
  type: 'name',
  help: 'what stands between two cells',
  required: false,
  default: ',',
  allowed: 'one character that no number and no name has, such as "," ";" or a tab',
  read: (value) => typeof value === 'string' && /^[^\w"\r\n.+-]$/.test(value) ? value : undefined,
  write: (value) => value,
}

const parameters = {
  separator: separatorParameter,
  append: boolean({ default: false, help: 'whether rows are added to those that the file has' }),
}

/** Of all the time of training, writing takes this part at most. */
const share = 0.1

/**
 * Writes a row after each epoch: `epoch`, from 0, then loss, metrics and validation values in the order of their names,
 * as Keras's CSVLogger. The file is replaced as a whole, so that it never ends within a row; where epochs are quicker
 * than that, several rows are written at once, the last ones at the end.
 *
 * @param path a file in a folder that exists; `{seed}` stands for the model's seed
 * @param options.separator default ","
 * @param options.append goes on behind the rows of an earlier training; default false: they are replaced
 * @throws MyelinError `argument` for wrong options; in training, `file` where the file cannot be written, is no such log,
 *   or has other columns than the rows to be added
 */
export function csvLogger(
  path: string, options: { readonly separator?: string, readonly append?: boolean } = {},
): Component & Callback {
  requireFile('csvLogger', path)
  let file = path
  const { separator, append } = readOptions('csvLogger', parameters, options)
  const kind = { name: 'log of training', bytes: 7, begins: (start: Uint8Array) => decode(start).startsWith(`epoch${separator}`) }
  /** All that the file is to hold; undefined before the first row. */
  let text: string | undefined
  /** Whether `text` came with the state of an interrupted training. */
  let restored = false
  let unsaved = false
  let savedAt = 0
  let cost = 0

  const quoted = (name: string): string =>
    name.includes(separator) || /["\r\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name
  const save = async (): Promise<void> => {
    const begun = performance.now()
    await writeFileAtomic(file, new TextEncoder().encode(text))
    savedAt = performance.now()
    cost = savedAt - begun
    unsaved = false
  }
  const begin = async (names: readonly string[]): Promise<string> => {
    const header = `${['epoch', ...names].map(quoted).join(separator)}\n`
    const earlier = append ? await contents(file) : ''
    if (earlier === '') return header
    if (earlier.startsWith(header)) return earlier.endsWith('\n') ? earlier : `${earlier}\n`
    throw new MyelinError('file', `csvLogger: ${JSON.stringify(file)} has the columns ${firstLine(earlier)}, this training `
      + `has ${firstLine(header)}; name another file`)
  }
  return {
    kind: 'csvLogger',
    config: {},
    onlyWatches: true,
    async onTrainBegin({ model }) {
      file = pathFor(path, model)
      text = undefined
      restored = false
      unsaved = false
      await requireWritable(file, 'csvLogger', 'the log')
      await requireKind(file, 'csvLogger', kind)
    },
    async onEpochEnd(epoch: number, logs: Logs) {
      if (restored) await requireSameLog(file, text!)
      restored = false
      const names = Object.keys(logs).sort()
      text ??= await begin(names)
      text += `${[epoch, ...names.map((name) => logs[name])].join(separator)}\n`
      unsaved = true
      if (performance.now() - savedAt >= cost / share) await save()
    },
    async onTrainEnd() {
      if (unsaved) await save()
    },
    getState: () => ({ values: {}, ...(text !== undefined && { arrays: [asArray(text)] }) }),
    setState(state) {
      const { arrays } = readState('csvLogger', state, {})
      if (!arrays) return
      text = decode(arrays[0]!.data as Uint8Array)
      restored = true
    },
  }
}

const asArray = (text: string): NamedArray => {
  const data = new TextEncoder().encode(text)
  return { name: 'text', shape: [data.length], data }
}

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
const firstLine = (text: string): string => JSON.stringify(text.slice(0, text.indexOf('\n') >>> 0).slice(0, 200))

async function contents(file: string): Promise<string> {
  const there = await stat(file).catch(() => undefined)
  return there === undefined ? '' : decode(await readFileChecked(file))
}

/** The interrupted training may have written more rows, or fewer, but not others. */
async function requireSameLog(file: string, text: string): Promise<void> {
  const there = await contents(file)
  if (there.startsWith(text) || text.startsWith(there)) return
  throw new MyelinError('file', `csvLogger: ${JSON.stringify(file)} is no longer what the interrupted training wrote; move `
    + 'it away to go on')
}
