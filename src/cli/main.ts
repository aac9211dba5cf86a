/** The `myelin` command: runs it, and says what went wrong in one line. */

import { makeProgram } from './program.js'

// A reader that has seen enough (`myelin predict ... | head`) closes the pipe: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

try {
  await makeProgram().parseAsync()
} catch (error) {
  const { printError } = await import('./print-error.js')
  printError(error, process.stderr)
  process.exitCode = 1
}
