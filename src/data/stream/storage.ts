/** What reading data larger than memory asks of its surroundings: bytes of a text, and room on a disk. */

/** A text that is read from its start. */
export interface ByteReader {
  /** Fills `into` as far as it can; returns how many bytes it has, 0 at the end. */
  read(into: Uint8Array): Promise<number>
  close(): Promise<void>
}

/** A text in UTF-8 that can be read again and again. */
export interface ByteSource {
  /** For messages, usually the file's name. */
  readonly name: string
  /** Its length, for progress; about. */
  readonly bytes: number
  open(): Promise<ByteReader>
}

/** A file for as long as it is needed. */
export interface Scratch {
  write(bytes: Uint8Array, position: number): Promise<void>
  /** Fills `into`. */
  read(into: Uint8Array, position: number): Promise<void>
  /** Gives the room back. */
  close(): Promise<void>
}

/** Where there is room. */
export interface Storage {
  /** @throws MyelinError `file` when there is not so much room */
  requireSpace(bytes: number): Promise<void>
  open(): Promise<Scratch>
}
