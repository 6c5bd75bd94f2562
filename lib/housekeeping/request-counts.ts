import type { Connection } from '@/lib/database'

/** Drops counts of requests whose time has passed long ago. */
export async function forgetRequestCounts(connection: Connection): Promise<void> {
  // Index: rate_limits_by_expiry. By the process's clock, like the counts themselves.
  await connection
    .deleteFrom('rate_limits')
    .where('expire', '<', Date.now() - 3_600_000)
    .execute()
}
