import { glob, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, gzip } from 'node:zlib'
import { copies } from '@/app/web/static-files'

/** Smaller files fit in one packet as they are. */
const leastBytes = 1_024

/** Leaves compressed copies beside the scripts, styles and drawings of a folder, as small as they get. */
export async function compressFiles(folder: string): Promise<void> {
  for await (const name of glob('**/*.{js,css,svg}', { cwd: folder })) {
    const file = join(folder, name)
    const bytes = await readFile(file)
    if (bytes.length < leastBytes) continue
    await writeFile(file + copies.br, await promisify(brotliCompress)(bytes))
    await writeFile(file + copies.gzip, await promisify(gzip)(bytes, { level: 9 }))
  }
}
