import { errorText } from '@/lib/error-text'

/** Ends a command that cannot do what was asked: a sentence on stderr, exit code 1. */
export function fail(message: string): never {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}

/** Runs a command to its end; an error becomes its message, without a stack. */
export async function runCommand(work: () => Promise<void>): Promise<never> {
  try {
    await work()
  } catch (error) {
    fail(errorText(error))
  }
  // The channel to the process that started this one would keep it alive.
  process.exit(0)
}
