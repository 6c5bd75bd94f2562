import { createHash, randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { config } from '@/lib/config'
import { type Connection, database } from '@/lib/database'
import { openAnswer, sealAnswer } from './sealed-answer'

/** A request that may come more than once. */
export interface RepeatableRequest {
  /** Who asks, and for what: the same key of another caller or route is another key. At most 255 characters. */
  scope: string
  /** The caller's key. */
  key: string
  /** All that makes it this request and no other: its body. */
  content: string
  /** A run that has not settled after this long died; by default a minute, which is longer than any request of ours takes. */
  leaseSeconds?: number
}

export type Begun =
  /** Ours to run. Settle it, or give it up. */
  | { state: 'run'; run: Run }
  /** It ran before; this was the answer. */
  | { state: 'answered'; answer: string }
  /** Another process or request runs it now. */
  | { state: 'in_progress' }
  /** The key was used for a request with other content. */
  | { state: 'key_reused' }

export interface Run {
  /**
   * Keeps the answer, in the transaction of the effect where there is one: then neither is there without the
   * other, and a request that is sent again after a crash changes nothing twice.
   */
  settle(answer: string, connection?: Connection): Promise<void>
  /** Nothing lasting came of it: the next request with this key runs it again. */
  giveUp(): Promise<void>
}

/** How long keys are kept. */
const keptHours = 24
const defaultLeaseSeconds = 60

/** Claims a request, or tells what became of it. Of many at once, one runs. */
export async function beginOnce(request: RepeatableRequest): Promise<Begun> {
  const { scope, key, content, leaseSeconds = defaultLeaseSeconds } = request
  const keyHash = digest(key)
  const requestHash = digest(content)
  const run = randomUUID()
  const lease = sql<Date>`app_now() + make_interval(secs => ${leaseSeconds})`
  // The primary key. A dead run is taken over, and so is a key whose day has passed.
  const { rows } = await sql`
    insert into idempotency_keys as known (scope, key_hash, request_hash, run, lease_until, created_at)
    values (${scope}, ${keyHash}, ${requestHash}, ${run}, ${lease}, app_now())
    on conflict (scope, key_hash) do update set
      request_hash = excluded.request_hash, run = excluded.run, lease_until = excluded.lease_until,
      answer = null, created_at = excluded.created_at
    where known.created_at < app_now() - make_interval(hours => ${keptHours})
      or (known.answer is null and known.lease_until < app_now() and known.request_hash = excluded.request_hash)
    returning 1`.execute(database())
  if (rows.length > 0) return { state: 'run', run: runOf(request, keyHash, run) }

  const known = await database()
    .selectFrom('idempotency_keys')
    .select(['request_hash', 'answer'])
    .where('scope', '=', scope)
    .where('key_hash', '=', keyHash)
    .executeTakeFirst()
  // Given up since: the caller asks again.
  if (!known) return { state: 'in_progress' }
  if (!known.request_hash.equals(requestHash)) return { state: 'key_reused' }
  if (!known.answer) return { state: 'in_progress' }
  const answer = openAnswer(known.answer, answerKey(request))
  return answer === undefined ? { state: 'key_reused' } : { state: 'answered', answer }
}

/** Drops keys that are past their day. @returns how many */
export async function forgetKeys(connection: Connection): Promise<number> {
  // Index: idempotency_keys_by_time.
  const result = await sql`
    delete from idempotency_keys where created_at < app_now() - make_interval(hours => ${keptHours})`.execute(
    connection,
  )
  return Number(result.numAffectedRows ?? 0)
}

function runOf(request: RepeatableRequest, keyHash: Buffer, run: string): Run {
  const { scope } = request
  return {
    async settle(answer, connection = database()) {
      const { numUpdatedRows } = await connection
        .updateTable('idempotency_keys')
        .set({ answer: sealAnswer(answer, answerKey(request)) })
        .where('scope', '=', scope)
        .where('key_hash', '=', keyHash)
        .where('run', '=', run)
        .executeTakeFirstOrThrow()
      // In a transaction this error takes the effect back: the run that took over has had the effect, or will.
      if (numUpdatedRows !== 1n) throw new Error('A request took so long that another one took it over')
    },
    async giveUp() {
      await database()
        .deleteFrom('idempotency_keys')
        .where('scope', '=', scope)
        .where('key_hash', '=', keyHash)
        .where('run', '=', run)
        .where('answer', 'is', null)
        .execute()
    },
  }
}

function answerKey({ scope, key }: RepeatableRequest) {
  return { scope, key, secret: config().sessionSecret }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
