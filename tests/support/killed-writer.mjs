/** Writes a file again and again, until it is killed; says so when a temporary file is there. */
import { readdirSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { writeFileAtomic } from '../../dist/node/index.js'

const [, , path] = process.argv
const writing = writeFileAtomic(path, new Uint8Array(2 ** 22))
const look = () => {
  if (!readdirSync(dirname(path)).some((name) => name.startsWith(`.${basename(path)}.`))) return void setImmediate(look)
  process.stdout.write('writing')
  // no turn of the event loop, and so no end of the write, before the kill
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}
look()
await writing
