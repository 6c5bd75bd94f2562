/** PostgreSQL's settings of a session, by name. */
export type SessionSettings = Record<string, string | number>

/**
 * An address, and what each session begins with: the settings that the address asks for by `options`, and ours after
 * them. Of a setting that is named twice PostgreSQL takes the last; `pg` would let the `options` of the address replace
 * ours as a whole, time-outs and all. A time-out that the address names as a parameter would replace ours as well, since
 * PostgreSQL takes those after all options: where it is one of ours, the address loses it.
 */
export function withSettings(
  address: string,
  settings: SessionSettings,
): { connectionString: string; options: string } {
  const ours = Object.entries(settings)
    // A space ends an option, unless a backslash is before it.
    .map(([name, value]) => `-c ${name}=${String(value).replaceAll(' ', '\\ ')}`)
    .join(' ')
  const queryAt = address.indexOf('?')
  const query = new URLSearchParams(queryAt < 0 ? '' : address.slice(queryAt + 1))
  const theirs = query.getAll('options').at(-1)
  const replaced = ['options', clientTimeout, ...Object.keys(settings)].filter((name) => query.has(name))
  if (replaced.length === 0) return { connectionString: address, options: ours }
  for (const name of replaced) query.delete(name)
  return {
    connectionString: `${address.slice(0, queryAt)}?${query}`,
    options: theirs === undefined ? ours : `${theirs} ${ours}`,
  }
}

/** How long `pg` itself waits for an answer. Whoever connects says it, by its own time-out of statements. */
const clientTimeout = 'query_timeout'
