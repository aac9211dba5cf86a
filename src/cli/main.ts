/** The `myelin` command: runs it, and says what went wrong in one line. */

import { makeProgram } from './program.js'

// A reader that has seen enough (`myelin predict ... | head`) closes the pipe: that is no error, and what is left to do,
// such as saving a model, is still done. Any other failure of an output is, and is said where it still can be.
for (const stream of [process.stdout, process.stderr]) {
  let failed = false
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || failed) return
    failed = true
    process.exitCode = 1
    if (stream === process.stdout) process.stderr.write(`error: standard output cannot be written to: ${error.message}\n`)
  })
}

try {
  await makeProgram().parseAsync()
} catch (error) {
  const { printError } = await import('./print-error.js')
  printError(error, process.stderr)
  process.exitCode = 1
}
