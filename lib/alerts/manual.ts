import type { Trx } from '@/lib/database'
import { transact } from '@/lib/queues/transaction'
import { wakeWorkers } from '@/lib/queues/wake'
import { raiseAlerts } from './raise'

export interface ManualAlert {
  cityIds: readonly string[]
  /** What people are told; without it, to look for themselves. */
  message: string | null
  authorizedBy: string
}

/**
 * Raises an alert for each of these cities that exists and is not archived.
 *
 * @param finish is given the ids of those cities, in the same transaction; its answer is the answer
 */
export async function raiseManualAlerts<T>(
  { cityIds, message, authorizedBy }: ManualAlert,
  finish: (trx: Trx, raised: ReadonlySet<string>) => Promise<T>,
): Promise<T> {
  const finished = await transact(async (trx) => {
    const cities = await trx
      .selectFrom('cities')
      .select(['id', 'name'])
      .where('id', 'in', [...cityIds].map(storable))
      .where('archived_at', 'is', null)
      .execute()
    await raiseAlerts(
      trx,
      cities.map(({ id, name }) => ({
        kind: 'manual',
        cityId: id,
        subject: `${name}: ${message ?? 'please look at its stock'}`,
        body: `${message ?? 'No reason was given.'}\nSent by ${authorizedBy}.`,
      })),
    )
    return finish(trx, new Set(cities.map(({ id }) => id)))
  })
  wakeWorkers('alerts')
  return finished
}

/** PostgreSQL takes no null characters; such an id is no city's. */
function storable(id: string): string {
  return id.replaceAll('\0', '\u{fffd}').toWellFormed()
}
