/** PostgreSQL's settings of a session, by name. */
export type SessionSettings = Record<string, string | number>

/**
 * An address, and what each session begins with: the settings that the address asks for by `options`, and ours after
 * them. Of a setting that is named twice PostgreSQL takes the last; `pg` would let the `options` of the address replace
 * ours as a whole, time-outs and all.
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
  if (theirs === undefined) return { connectionString: address, options: ours }
  query.delete('options')
  return { connectionString: `${address.slice(0, queryAt)}?${query}`, options: `${theirs} ${ours}` }
}
