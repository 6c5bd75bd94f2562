import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { prepareDataDir, takeLock } from '@/bin/launch/lock'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'launch-lock-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('a folder for data that cannot be made, or not be written, is refused in words that name the setting', async () => {
  const file = join(folder, 'a-file')
  await writeFile(file, '')
  await expect(prepareDataDir(file)).rejects.toThrow(`DATA_DIR: the folder ${file} cannot be made: `)
  await expect(takeLock(file)).rejects.toThrow(`DATA_DIR: ${file}/launcher.json cannot be written: `)
})

test('a run that ends leaves nothing behind', async () => {
  const lock = await takeLock(folder)
  expect(lock?.tookOver).toBe(false)
  const marked = lock?.markStopping()
  await lock?.release()
  await marked
  expect(await readdir(folder)).toEqual([])
})

test('what a full disk has left of a run is no run, unless somebody is just writing it', async () => {
  await writeFile(join(folder, 'launcher.json'), '')
  const began = performance.now()
  expect((await takeLock(folder))?.tookOver).toBe(true)
  expect(performance.now() - began).toBeGreaterThan(900)
})
