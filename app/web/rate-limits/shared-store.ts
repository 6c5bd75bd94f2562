import { once } from 'node:events'
import { CompiledQuery } from 'kysely'
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRedis,
} from 'rate-limiter-flexible'
import type { RateLimit } from '@/lib/config'
import { database } from '@/lib/database'

/** Where all processes count together. */
export interface SharedStore {
  limiter(name: string, limit: RateLimit): RateLimiterAbstract
  close(): void
}

/** A store that takes longer than this is as good as away. */
const patienceMs = 1_000

/**
 * Counts in PostgreSQL, or in Redis where one is configured. While the store is away each process counts for
 * itself: a shop that limits a little less is better than one that is closed.
 */
export async function openSharedStore(
  redisUrl: string | undefined,
  onError: (error: unknown) => void,
): Promise<SharedStore> {
  return redisUrl === undefined ? inPostgres(onError) : inRedis(redisUrl, onError)
}

function inPostgres(onError: (error: unknown) => void): SharedStore {
  // What the limiter needs of a client, over the process's one pool.
  const storeClient = {
    query: ({ text, values }: { text: string; values: unknown[] }) =>
      reported(soon(database().executeQuery(CompiledQuery.raw(text, values))), onError),
  }
  return {
    limiter: (name, limit) =>
      new RateLimiterPostgres({
        ...common(name, limit),
        storeClient,
        storeType: 'client',
        tableName: 'rate_limits',
        // A migration made it, and housekeeping prunes it.
        tableCreated: true,
        clearExpiredByTimeout: false,
      }),
    close: () => {},
  }
}

async function inRedis(url: string, onError: (error: unknown) => void): Promise<SharedStore> {
  // Only who configures Redis loads its client.
  const { Redis } = await import('ioredis')
  const storeClient = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: patienceMs,
    connectTimeout: 5_000,
  })
  storeClient.on('error', onError)
  // Requests before the connection stands would be counted by this process alone.
  await once(storeClient, 'ready', { signal: AbortSignal.timeout(patienceMs) }).catch(() => undefined)
  return {
    limiter: (name, limit) => new RateLimiterRedis({ ...common(name, limit), storeClient }),
    close: () => storeClient.disconnect(),
  }
}

function common(name: string, { points, seconds }: RateLimit) {
  const counts = { keyPrefix: `limit:${name}`, points, duration: seconds }
  return {
    ...counts,
    // Who is far over the limit is refused from memory for a second, without asking the store.
    inMemoryBlockOnConsumed: points + 1,
    inMemoryBlockDuration: 1,
    insuranceLimiter: new RateLimiterMemory(counts),
  }
}

async function soon<T>(query: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('The store of request counts is slow')), patienceMs)
  })
  try {
    return await Promise.race([query, late])
  } finally {
    clearTimeout(timer)
  }
}

async function reported<T>(query: Promise<T>, onError: (error: unknown) => void): Promise<T> {
  try {
    return await query
  } catch (error) {
    onError(error)
    throw error
  }
}
