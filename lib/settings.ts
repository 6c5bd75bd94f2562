import { sql } from 'kysely'
import { type Actor, describeActor } from '@/lib/accounts/audit-log/entry'
import type { Trx } from '@/lib/database'

/** What an admin sets, one row of `settings` each. */
export type SettingKey = 'alerts' | 'payments'

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
