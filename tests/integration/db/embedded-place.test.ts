import { chmod, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startEmbeddedPostgres } from '@/db/embedded'

let home: string
let folder: string
let cleared: string[]
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), '6fb-place-'))
  folder = join(home, 'data', 'postgres')
  cleared = [home]
})
afterEach(() => Promise.all(cleared.map((path) => rm(path, { recursive: true, force: true }))))

/** Starts and stops it. @returns where its data are, and what was left in it */
async function start(wanted: string, sql = 'select') {
  const server = await startEmbeddedPostgres({ folder: wanted, durability: 'none' })
  cleared.push(server.folder)
  const client = new pg.Client({ connectionString: server.url('superuser', 'postgres') })
  try {
    await client.connect()
    await client.query(sql)
    const { rows } = await client.query<{ name: string | null }>(`select to_regclass('seats')::text as name`)
    return { folder: server.folder, table: rows[0]?.name }
  } finally {
    await client.end()
    await server.stop()
  }
}

// Only root's PostgreSQL runs as another user, who may be kept from a folder.
describe.runIf(process.getuid?.() === 0)('root’s embedded database', () => {
  test('that lies in its folder is not begun anew elsewhere when that is closed', async () => {
    await chmod(home, 0o755)
    expect(await start(folder, 'create table seats ()')).toEqual({ folder, table: 'seats' })
    await chmod(home, 0o700)
    await expect(start(folder)).rejects.toThrow(new RegExp(`${folder}.* cannot reach.*/var/lib/`, 's'))
    await chmod(home, 0o755)
    expect(await start(folder)).toEqual({ folder, table: 'seats' })
    const moved = `${home}-moved`
    cleared.push(moved)
    await rename(home, moved)
    expect(await start(join(moved, 'data', 'postgres'))).toMatchObject({ table: 'seats' })
  })

  test('that lies elsewhere is found when its folder is opened or moved, and not begun anew when it is gone', async () => {
    const first = await start(folder, 'create table seats ()')
    expect(first.folder).toMatch(/^\/var\/lib\//)
    await chmod(home, 0o755)
    expect(await start(folder)).toEqual(first)
    const moved = `${home}-moved`
    cleared.push(moved)
    await rename(home, moved)
    expect(await start(join(moved, 'data', 'postgres'))).toEqual(first)
    await rm(first.folder, { recursive: true })
    await expect(start(join(moved, 'data', 'postgres'))).rejects.toThrow(
      new RegExp(`${moved}.*${first.folder}.* not there.*${moved}`, 's'),
    )
  })
})
