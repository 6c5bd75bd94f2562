import { sql } from 'kysely'
import type { z } from 'zod'
import { type Actor, describeActor } from '@/lib/accounts/audit-log/entry'
import type { Connection, Trx } from '@/lib/database'

/** What an admin sets, one row of `settings` each. */
export type SettingKey = 'alerts' | 'payments'

/**
 * What an admin has set in a row. Where there is none, or one of another version that does not fit, the defaults.
 *
 * @param schema must take `{}`: all of it has defaults
 */
export async function readSetting<Schema extends z.ZodType>(
  connection: Connection,
  key: SettingKey,
  schema: Schema,
): Promise<z.output<Schema>> {
  const row = await connection
    .selectFrom('settings')
    .select('value')
    .where('key', '=', key)
    .executeTakeFirst()
  const parsed = schema.safeParse(row?.value ?? {})
  return parsed.success ? parsed.data : schema.parse({})
}

/** Locks the row, empty where there was none, so that what is read of it next stays until the transaction ends. */
export async function lockSetting(trx: Trx, key: SettingKey): Promise<void> {
  await trx
    .insertInto('settings')
    .values({ key, value: '{}' })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute()
  await trx.selectFrom('settings').select('key').where('key', '=', key).forUpdate().execute()
}

/** Writes the whole content of a row that `lockSetting` has locked, and who changed it. */
export async function writeSetting(trx: Trx, key: SettingKey, value: object, actor: Actor): Promise<void> {
  await trx
    .updateTable('settings')
    .set({
      value: JSON.stringify(value),
      updated_at: sql<Date>`app_now()`,
      updated_by: describeActor(actor).label,
    })
    .where('key', '=', key)
    .execute()
}
