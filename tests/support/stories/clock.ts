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
