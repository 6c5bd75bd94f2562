import { ConfigError, loadConfig, type Config } from './load'
import { runtimeProblem } from './runtime'

export { ConfigError, loadConfig, modeOf, type Config, type Environment, type RateLimit } from './load'
export type { RateLimitName } from './formats'

let loaded: Config | undefined

/**
 * This process's configuration, parsed from its environment on the first call.
 * A wrong environment, or an old Node.js, ends the process: one line on stderr, exit code 78 (EX_CONFIG of sysexits.h).
 */
export function config(): Config {
  loaded ??= loadOrExit()
  return loaded
}

function loadOrExit(): Config {
  const problem = runtimeProblem(process.versions.node)
  if (problem !== null) exit(problem)
  try {
    return loadConfig(process.env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return exit(error.message)
  }
}

function exit(problem: string): never {
  process.stderr.write(`${problem}\n`)
  process.exit(78)
}
