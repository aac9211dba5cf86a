/** A file of TensorBoard's events, to which records are added. */

import { open, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { versionRecord } from '../formats/event-records.js'
import { makeFolder } from './callback-file.js'
import { fileError, reasonOf } from './file-errors.js'

let files = 0

/** How a file of events is called: TensorBoard looks for this in names. */
export const eventFilePattern = /^events\.out\.tfevents\.[\w.-]{1,200}$/

/** Where an event file ends, so that a training that was interrupted goes on there. */
export interface EventFilePlace {
  readonly name: string
  readonly bytes: number
}

/**
 * Records are added at the end, for TensorBoard keeps the file open and reads on. Each has a checksum: what a killed
 * process leaves of one is no record to any reader. A record that cannot be written is taken back.
 */
export class EventFile {
  private constructor(
    private readonly folder: string,
    private place: EventFilePlace,
  ) {}

  /** Where the whole records end. */
  get end(): EventFilePlace {
    return this.place
  }

  /**
   * Begins a file in a folder, which is made where it is missing.
   *
   * @throws MyelinError `file`
   */
  static async create(folder: string): Promise<EventFile> {
    const seconds = Date.now() / 1000
    const host = hostname().replace(/[^\w.-]/g, '').slice(0, 100)
    const name = `events.out.tfevents.${Math.floor(seconds)}.${host}.${process.pid}.${files++}.v2`
    const file = new EventFile(folder, { name, bytes: 0 })
    await makeFolder(folder)
    try {
      await file.append(versionRecord(seconds), 'wx')
    } catch (error) {
      await rm(join(folder, name), { force: true }).catch(() => {})
      throw error
    }
    return file
  }

  /** Goes on where an interrupted training was: what it wrote after that is cut off, and written again. */
  static async continue(folder: string, place: EventFilePlace): Promise<EventFile> {
    const there = await stat(join(folder, place.name)).catch(() => undefined)
    // TensorBoard joins the files of a folder
    return there?.isFile() && there.size >= place.bytes ? new EventFile(folder, place) : EventFile.create(folder)
  }

  /** @throws MyelinError `file`; the file then ends where it did */
  async append(record: Uint8Array, flags: 'wx' | 'r+' = 'r+'): Promise<void> {
    const { name, bytes } = this.place
    const path = join(this.folder, name)
    try {
      const handle = await open(path, flags)
      try {
        await handle.truncate(bytes)
        await handle.write(record, 0, record.length, bytes).then(async ({ bytesWritten }) => {
          if (bytesWritten < record.length) await handle.writeFile(record.subarray(bytesWritten))
        }).catch(async (error: unknown) => {
          await handle.truncate(bytes).catch(() => {})
          throw error
        })
      } finally {
        await handle.close()
      }
    } catch (error) {
      throw fileError('write', path, reasonOf(error, path), error)
    }
    this.place = { name, bytes: bytes + record.length }
  }
}
