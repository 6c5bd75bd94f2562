import { connectOwner } from './owner'

/** Moves the database's clock forward, as the schema's owner; nobody else may. */
export async function moveClock(ownerUrl: string, minutes: number): Promise<void> {
  const owner = await connectOwner(ownerUrl)
  await owner.query(`update app_clock set shift = shift + make_interval(secs => $1)`, [minutes * 60])
  await owner.end()
}
