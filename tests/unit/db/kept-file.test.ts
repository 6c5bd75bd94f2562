import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { root } from '@/bin/root'
import { readKeptJson, writeKept } from '@/db/kept-file'

let folder = ''
let file = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kept-file-'))
  file = join(folder, 'secrets.json')
})
afterEach(() => rm(folder, { recursive: true }))

test('a file is written with its permissions, and read again', async () => {
  expect(await readKeptJson(file)).toBeUndefined()
  await writeKept(file, '{"one":1}', 0o600)
  expect(await readKeptJson(file)).toEqual({ one: 1 })
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await readdir(folder)).toEqual(['secrets.json'])
})

test('a disk without room leaves what was there, and the error names the file', async () => {
  await writeFile(file, '{"one":1}')
  const program = `
    import { writeKept } from './db/kept-file.ts'
    await writeKept(${JSON.stringify(file)}, '{"two":2}').catch((error) => console.log(error.message))`
  // A file that may not grow at all refuses its text as a full disk does.
  const limited = ['-c', 'ulimit -f 0; exec "$0" "$@"', process.execPath]
  const { stdout } = await promisify(execFile)(
    'sh',
    [...limited, '--import=tsx', '--input-type=module', '-e', program],
    { cwd: root },
  )
  expect(stdout).toMatch(new RegExp(`^${file} cannot be written: .+\n$`))
  expect(await readFile(file, 'utf8')).toBe('{"one":1}')
  expect(await readdir(folder)).toEqual(['secrets.json'])
})

test('a damaged file is named, with what to do', async () => {
  await writeFile(file, '')
  await expect(readKeptJson(file)).rejects.toThrow(`${file} is damaged`)
})
