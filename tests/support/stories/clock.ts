import { connectOwner } from './owner'

/**
 * Moves the database's clock forward, as the schema's owner; nobody else may.
 *
 * @param interval as PostgreSQL reads it, such as `2 minutes`
 */
export async function moveClock(ownerUrl: string, interval: string): Promise<void> {
  const owner = await connectOwner(ownerUrl)
  await owner.query(`update app_clock set shift = shift + $1::interval`, [interval])
  await owner.end()
}

/** Lets the database's clock stand still: from now on only `moveClock` moves it, however slow the machine is. */
export async function stopClock(ownerUrl: string): Promise<void> {
  const owner = await connectOwner(ownerUrl)
  await owner.query(`do $stop$ begin
    execute format(
      'create or replace function app_now() returns timestamptz language sql stable parallel safe
        as $now$ select timestamptz %L + (select shift from app_clock) $now$', statement_timestamp());
  end $stop$`)
  await owner.end()
}
