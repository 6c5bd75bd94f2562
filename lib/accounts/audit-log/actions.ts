import { sql } from 'kysely'
import { database } from '@/lib/database'

/** More kinds of action than there are. */
const most = 200

/** The actions that the log has rows of, in alphabetical order. */
export async function recordedActions(): Promise<string[]> {
  // Index: admin_audit_by_action, one probe for each action: `distinct` would read all rows.
  const { rows } = await sql<{ action: string }>`
    with recursive known as (
      (select action from admin_audit order by action limit 1)
      union all
      select (select action from admin_audit where action > known.action order by action limit 1)
      from known where known.action is not null)
    select action from known where action is not null limit ${most}`.execute(database())
  return rows.map(({ action }) => action)
}
