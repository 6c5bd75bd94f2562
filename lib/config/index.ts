import { ConfigError, loadConfig, type Config } from './load'

export { ConfigError, loadConfig, modeOf, type Config, type Environment, type RateLimit } from './load'
export type { RateLimitName } from './formats'

let loaded: Config | undefined

/**
 * This process's configuration, parsed from its environment on the first call.
 * A wrong environment ends the process: one line on stderr, exit code 78 (EX_CONFIG of sysexits.h).
 */
export function config(): Config {
  loaded ??= loadOrExit()
  return loaded
}

function loadOrExit(): Config {
  try {
    return loadConfig(process.env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exit(78)
  }
}
