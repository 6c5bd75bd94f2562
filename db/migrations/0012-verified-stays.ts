import { type Kysely, sql } from 'kysely'

/**
 * A checkpoint's `sequence` and `hash` are from now on the furthest place that was ever verified, whatever becomes
 * unsound before it. Where the walks begin meanwhile is `sound_to`; null, as the release before this one writes it: there.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table audit_checkpoints add column sound_to bigint check (sound_to >= 0)`.execute(db)
}
