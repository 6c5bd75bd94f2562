import { sql } from 'kysely'
import type { SessionEnd, SessionStage } from '@/db/tables/accounts'
import { clipped } from '@/lib/clipped'
import { type Connection, database, type Trx } from '@/lib/database'
import { maxTextLength } from '@/lib/outside-text'
import { randomToken, tokenHash } from '@/lib/random-token'
import type { Principal } from './principal'

/** Where a sign-in comes from. */
export interface Client {
  address: string
  userAgent: string
}

/** The only time that a session's token exists in the clear: it goes into the browser's cookie. */
export interface NewSession {
  id: string
  token: string
  stage: SessionStage
  expiresAt: Date
}

/** A session ends after this long without a request by its admin. Requests that a page makes by itself do not count. */
const idleHours = 8
/** A session ends after this long in any case. */
export const absoluteDays = 7
/** How long an admin who has given the password has to give the second factor. */
const secondFactorMinutes = 10

export interface CurrentSession {
  sessionId: string
  accountId: string
  /** `second_factor`: only the password was given so far; such a session may do nothing but go on. */
  stage: SessionStage
  /** Of kind `nobody` until the sign-in is complete. */
  principal: Extract<Principal, { kind: 'admin' | 'nobody' }>
  email: string
}

/** Makes a session with a new token of its own, so that an attacker cannot plant one beforehand. */
export async function createSession(
  trx: Trx,
  { accountId, stage, client }: { accountId: string; stage: SessionStage; client: Client },
): Promise<NewSession> {
  const token = randomToken()
  const lifetime =
    stage === 'full'
      ? sql`make_interval(days => ${absoluteDays})`
      : sql`make_interval(mins => ${secondFactorMinutes})`
  const { id, expires_at: expiresAt } = await trx
    .insertInto('admin_sessions')
    .values({
      account_id: accountId,
      token_hash: tokenHash(token),
      stage,
      address: clipped(client.address, 64),
      user_agent: clipped(client.userAgent, maxTextLength),
      created_at: sql<Date>`app_now()`,
      last_seen_at: sql<Date>`app_now()`,
      expires_at: sql<Date>`app_now() + ${lifetime}`,
    })
    .returning(['id', 'expires_at'])
    .executeTakeFirstOrThrow()
  return { id, token, stage, expiresAt }
}

/**
 * The live session that a cookie's token belongs to. Notes that it was seen, at most once a minute.
 *
 * @returns undefined for an unknown, ended, idle or expired one, and when its account is disabled
 */
export async function authenticateSession(token: string): Promise<CurrentSession | undefined> {
  const found = await readSession(token)
  if (found?.seenLongAgo) await noteSeen(found.session.sessionId)
  return found?.session
}

/** The same without the note: for requests that a page makes by itself, which do not tell that an admin is there. */
export async function findSession(token: string): Promise<CurrentSession | undefined> {
  return (await readSession(token))?.session
}

async function readSession(
  token: string,
): Promise<{ session: CurrentSession; seenLongAgo: boolean } | undefined> {
  // The unique index on token_hash.
  const row = await database()
    .selectFrom('admin_sessions as session')
    .innerJoin('admin_accounts as account', 'account.id', 'session.account_id')
    .select(['session.id', 'session.stage'])
    .select(['account.id as accountId', 'account.email', 'account.role'])
    .select(sql<boolean>`session.last_seen_at < app_now() - interval '1 minute'`.as('seenLongAgo'))
    .where('session.token_hash', '=', tokenHash(token))
    .where(isLiveSession('session'))
    .where('account.disabled_at', 'is', null)
    .executeTakeFirst()
  if (!row) return undefined
  const { accountId, email, role, stage, seenLongAgo } = row
  const session: CurrentSession = {
    sessionId: row.id,
    accountId,
    stage,
    principal: stage === 'full' ? { kind: 'admin', accountId, email, role } : { kind: 'nobody' },
    email,
  }
  return { session, seenLongAgo }
}

/** A session that ended a moment ago: a form that was pressed twice may come with its cookie. */
export interface JustEnded {
  sessionId: string
  accountId: string
}

/** As long as a second press may take. */
const justEndedSeconds = 60

/**
 * The session of a cookie's token that somebody ended within the last minute. Whoever has its cookie may see and do
 * nothing by it.
 *
 * @param stage how far its sign-in had come
 * @returns undefined for any other, and for one that was idle or expired
 */
export async function findJustEnded(
  token: string,
  stage: SessionStage = 'full',
): Promise<JustEnded | undefined> {
  // The unique index on token_hash.
  return database()
    .selectFrom('admin_sessions as session')
    .select(['session.id as sessionId', 'session.account_id as accountId'])
    .where('session.token_hash', '=', tokenHash(token))
    .where('session.stage', '=', stage)
    .where('session.ended_at', '>', sql<Date>`app_now() - make_interval(secs => ${justEndedSeconds})`)
    .executeTakeFirst()
}

/** Whether a session of an account, whose sign-in had come so far, is still live at this moment. */
export async function isStillLive(
  connection: Connection,
  { sessionId, accountId, stage }: Pick<CurrentSession, 'sessionId' | 'accountId' | 'stage'>,
): Promise<boolean> {
  // The primary key.
  const row = await connection
    .selectFrom('admin_sessions as session')
    .select(sql`1`.as('found'))
    .where('session.id', '=', sessionId)
    .where('session.account_id', '=', accountId)
    .where('session.stage', '=', stage)
    .where(isLiveSession('session'))
    .executeTakeFirst()
  return row !== undefined
}

/** Ends one session of an account. @returns whether it was live */
export async function endSession(
  connection: Connection,
  { sessionId, accountId, because }: { sessionId: string; accountId: string; because: SessionEnd },
): Promise<boolean> {
  const { numUpdatedRows } = await connection
    .updateTable('admin_sessions as session')
    .set({ ended_at: sql<Date>`app_now()`, ended_because: because })
    .where('session.id', '=', sql<string>`${sessionId}::uuid`)
    .where('session.account_id', '=', accountId)
    .where(isLiveSession('session'))
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

/** Ends an account's sessions, all or all but one. @returns how many */
export async function endSessions(
  connection: Connection,
  { accountId, because, except }: { accountId: string; because: SessionEnd; except?: string },
): Promise<number> {
  let query = connection
    .updateTable('admin_sessions as session')
    .set({ ended_at: sql<Date>`app_now()`, ended_because: because })
    .where('session.account_id', '=', accountId)
    .where(isLiveSession('session'))
  if (except !== undefined) query = query.where('session.id', '!=', except)
  return Number((await query.executeTakeFirstOrThrow()).numUpdatedRows)
}

/** Neither ended, nor expired, nor idle for too long. */
export function isLiveSession(session: string) {
  const column = (name: string) => sql.ref(`${session}.${name}`)
  return sql<boolean>`(${column('ended_at')} is null and ${column('expires_at')} > app_now()
    and ${column('last_seen_at')} > app_now() - make_interval(hours => ${idleHours}))`
}

async function noteSeen(sessionId: string): Promise<void> {
  await database()
    .updateTable('admin_sessions')
    .set({ last_seen_at: sql<Date>`app_now()` })
    .where('id', '=', sessionId)
    .execute()
}
