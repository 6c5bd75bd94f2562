import { open, readFile, rename, rm } from 'node:fs/promises'

/**
 * Writes a small file that is kept: wholly, or not at all. A full disk or a power cut leaves what was there before.
 *
 * @param mode its permissions, by default those of any file
 * @throws Error in words that name the file
 */
export async function writeKept(file: string, text: string, mode = 0o666): Promise<void> {
  // Made beside its place and then renamed; a rename replaces a file in one step.
  const unfinished = `${file}.unfinished`
  try {
    const handle = await open(unfinished, 'w', mode)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(unfinished, file)
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined)
    throw new Error(`${file} cannot be written: ${reasonOf(error)}`, { cause: error })
  }
}

/**
 * What a kept file of JSON says.
 *
 * @returns undefined where there is none
 * @throws Error in words that name the file, where it cannot be read or is damaged
 */
export async function readKeptJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as unknown
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    if (!(error instanceof SyntaxError))
      throw new Error(`${file} cannot be read: ${reasonOf(error)}`, { cause: error })
    throw new Error(`${file} is damaged. Bring it back from a backup; or, for a new one, delete it.`, {
      cause: error,
    })
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
