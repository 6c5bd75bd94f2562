/**
 * What Remix's client says of the build that it knows when it asks about routes; without it, it is told only to load
 * the page anew.
 *
 * @param origin of a web process
 */
export async function manifestVersion(origin: string): Promise<string> {
  const page = await (await fetch(origin)).text()
  const [, version] = /"version":\s*"([0-9a-f]+)"/.exec(page) ?? []
  if (version === undefined) throw new Error('The page names no version of the manifest')
  return version
}
