import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import type pg from 'pg'
import { createConnection } from '@/db/connection'
import { config } from '@/lib/config'
import { database, finishBeforeClosing } from '@/lib/database'
import { log } from '@/lib/log'

/** PostgreSQL's channel for changes of stock. The payload is a list of city ids, or empty for "look again". */
const stockChannel = 'stock_changed'

/** Each notification makes every process read the stock, so changes of this time are announced together. */
const toldTogetherMs = 20

const waiting = new Set<string>()
let sending: Promise<void> | undefined
finishBeforeClosing(() => sending ?? Promise.resolve())

/**
 * Tells all processes that stock has changed. Called after the commit, outside every row lock: PostgreSQL hands out
 * notifications one commit at a time, and no buyer should wait for that. Changes that come while one is being
 * announced are announced together. A lost notification costs at most a second of freshness, so a failure is only logged.
 */
export function announceStockChange(cityIds: readonly string[]): void {
  for (const cityId of cityIds) waiting.add(cityId)
  if (waiting.size > 0) sending ??= sendWaiting().finally(() => (sending = undefined))
}

async function sendWaiting(): Promise<void> {
  while (waiting.size > 0) {
    const payload = JSON.stringify([...waiting])
    waiting.clear()
    try {
      // A notification carries less than 8,000 bytes. An empty one means "any city".
      await sql`select pg_notify(${stockChannel}, ${payload.length < 7_000 ? payload : ''})`.execute(
        database(),
      )
    } catch (error) {
      log().warn({ code: 'announcement_failed', err: error }, 'stock change was not announced')
    }
    await pause(toldTogetherMs)
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
    const fresh = createConnection({
      connectionString: config().database.url,
      applicationName: '6fb-listen',
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
