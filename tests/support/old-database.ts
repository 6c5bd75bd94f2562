import { inject } from 'vitest'
import { createDatabase } from '@/db/client'
import { migrate } from '@/db/migrate'
import { createEmptyDatabase } from './template'

/** A database as the migrations up to and with this one have left it. */
export async function oldDatabase(migration: string) {
  const old = await createEmptyDatabase(inject('cluster'))
  const db = createDatabase({ connectionString: old.ownerUrl, max: 1, applicationName: 'old' })
  await migrate(db, { to: migration })
  await db.destroy()
  return old
}
