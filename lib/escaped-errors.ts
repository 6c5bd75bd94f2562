import { log } from './log'

/**
 * Ends the process with 1 when an error is thrown or rejected and never caught, and logs it as other errors are.
 * Node.js would print all its fields, and those of a database error hold the values of a row.
 */
export function endOnEscapedError(): void {
  // Rejections come here, too, as long as there is no listener for `unhandledRejection`.
  process.on('uncaughtException', (error: unknown) => {
    log().fatal({ err: error, code: 'escaped_error' }, 'an error that nobody caught ends the process')
    process.exit(1)
  })
}
