import { sql } from 'kysely'
import pg from 'pg'
import { config } from '@/lib/config'
import { database } from '@/lib/database'
import { log } from '@/lib/log'

/** PostgreSQL's channel for changes of stock. The payload is a list of city ids, or empty for "look again". */
export const stockChannel = 'stock_changed'

/**
 * Tells all processes that stock has changed. Called after the commit, outside every row lock: notifications
 * are handed out one commit at a time, and no seat should wait for that. A lost one costs at most a second
 * of freshness, so a failure is logged and nothing more.
 */
export async function announceStockChange(cityIds: readonly string[]): Promise<void> {
  if (cityIds.length === 0) return
  const payload = JSON.stringify(cityIds)
  try {
    // A notification carries less than 8,000 bytes.
    await sql`select pg_notify(${stockChannel}, ${payload.length < 7_000 ? payload : ''})`.execute(database())
  } catch (error) {
    log().warn({ code: 'announcement_failed', err: error }, 'stock change was not announced')
  }
}

/**
 * Listens on a connection of its own, and reconnects by itself; after a reconnection it reports an unknown
 * change, since notifications may have been missed.
 *
 * @param onChange the changed cities, or null for "any of them"
 */
export async function listenForStockChanges(
  onChange: (cityIds: string[] | null) => void,
): Promise<{ close(): Promise<void> }> {
  let closed = false
  let client: pg.Client | undefined
  let timer: NodeJS.Timeout | undefined

  const reconnectLater = () => {
    client = undefined
    if (!closed) timer = setTimeout(() => void connect(), reconnectDelayMs)
  }
  const connect = async () => {
    const fresh = new pg.Client({
      connectionString: config().database.url,
      keepAlive: true,
      application_name: '6fb-listen',
    })
    client = fresh
    let lost = false
    const lose = () => {
      if (lost) return
      lost = true
      fresh.removeAllListeners('notification')
      void fresh.end().catch(() => {})
      reconnectLater()
    }
    fresh.on('error', lose)
    fresh.on('end', lose)
    fresh.on('notification', ({ payload }) => onChange(parse(payload)))
    try {
      await fresh.connect()
      await fresh.query(`listen ${stockChannel}`)
      onChange(null)
    } catch {
      lose()
    }
  }
  await connect()
  return {
    close: async () => {
      closed = true
      clearTimeout(timer)
      await client?.end().catch(() => {})
    },
  }
}

const reconnectDelayMs = 500

function parse(payload: string | undefined): string[] | null {
  if (!payload) return null
  const ids: unknown = JSON.parse(payload)
  return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : null
}
