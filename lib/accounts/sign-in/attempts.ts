import { createHash } from 'node:crypto'
import { type RawBuilder, sql } from 'kysely'
import { database, type Connection } from '@/lib/database'
import { networkOf } from '@/lib/network-of'
import { attemptPolicies, waitAfter, type AttemptPolicy } from './attempt-policy'

/** Something whose attempts are counted together, in every process. */
export interface AttemptKey {
  text: string
  policy: AttemptPolicy
}

export type Admission =
  | { admitted: true }
  | {
      admitted: false
      retryAfterSeconds: number
      /** The first refusal of this wait; the rest of them is not worth a row each. */
      isNews: boolean
    }

/**
 * Counts an attempt as failed before it is made, unless it comes too early. So a hundred at once, in any number
 * of processes, are a hundred attempts one after another; one that succeeds is taken back.
 */
export async function beginAttempt(
  { text, policy }: AttemptKey,
  connection: Connection = database(),
): Promise<Admission> {
  const counted = await countAttempt(connection, text, policy)
  if (counted) return { admitted: true }
  // The row was there, and refused. If it has gone since, another attempt has succeeded meanwhile.
  const { rows } = await sql<{ wait: number; isNews: boolean }>`
    with refusal as (
      select key, reported, blocked_until from sign_in_attempts where key = ${text} for update
    ), report as (
      update sign_in_attempts set reported = true
      where key in (select key from refusal where not reported)
    )
    select greatest(1, ceil(extract(epoch from blocked_until - app_now())))::int as wait, not reported as "isNews"
    from refusal`.execute(connection)
  const refusal = rows[0] ?? { wait: 1, isNews: false }
  return { admitted: false, retryAfterSeconds: refusal.wait, isNews: refusal.isNews }
}

/** Forgets all failures of the keys: this attempt was good. */
export async function forgetAttempts(
  connection: Connection,
  ...keys: [AttemptKey, ...AttemptKey[]]
): Promise<void> {
  const texts = keys.map(({ text }) => text)
  // The primary key.
  await connection.deleteFrom('sign_in_attempts').where('key', 'in', texts).execute()
}

/** Takes one attempt back, and leaves the failures of others counted. */
export async function takeBackAttempt(connection: Connection, { text }: AttemptKey): Promise<void> {
  await connection.deleteFrom('sign_in_attempts').where('key', '=', text).where('failures', '=', 1).execute()
  await connection
    .updateTable('sign_in_attempts')
    .set((eb) => ({ failures: eb('failures', '-', 1), blocked_until: sql<Date>`'epoch'` }))
    .where('key', '=', text)
    .where('failures', '>', 1)
    .execute()
}

export const attemptKeys = {
  /**
   * @param knownAddress where the account has signed in from before (`knownAddress`). Attempts from there are counted by
   *   themselves, so that a flood from elsewhere cannot lock its owner out
   */
  account: (email: string, knownAddress: string | undefined): AttemptKey => ({
    text: `account:${digest(email)}${from(knownAddress)}`,
    policy: attemptPolicies.account,
  }),
  address: (address: string): AttemptKey => ({
    text: `address:${networkOf(address)}`,
    policy: attemptPolicies.address,
  }),
  /** @param knownAddress as above: who has guessed the password must not lock its owner out of the second step either */
  secondFactor: (accountId: string, knownAddress: string | undefined): AttemptKey => ({
    text: `second-factor:${accountId}${from(knownAddress)}`,
    policy: attemptPolicies.secondFactor,
  }),
  /**
   * Confirmations of the password from addresses where the account has not signed in, all of them together. They are
   * not counted with sign-ins, which anyone can attempt: without a session, an attacker must not keep the owner from
   * confirming, and with a stolen session they must not keep the owner from signing in.
   */
  confirmation: (accountId: string): AttemptKey => ({
    text: `confirmation:${accountId}`,
    policy: attemptPolicies.account,
  }),
  /** Not those of the sign-in's second step: a stolen session must not keep its account's owner from signing in. */
  enrolment: (accountId: string): AttemptKey => ({
    text: `enrolment:${accountId}`,
    policy: attemptPolicies.enrolment,
  }),
}

function from(knownAddress: string | undefined): string {
  return knownAddress === undefined ? '' : `@${networkOf(knownAddress)}`
}

/** @returns whether it was counted, or refused because it came too early */
async function countAttempt(connection: Connection, key: string, policy: AttemptPolicy): Promise<boolean> {
  const waits = Array.from({ length: waitSteps }, (_, index) => waitAfter(index + 1, policy))
  const failures = sql`case when known.last_at < app_now() - make_interval(secs => ${policy.forgetAfterSeconds})
    then 1 else known.failures + 1 end`
  // No wait is a moment long ago, not now: the statement that follows may have begun before this one.
  const blockedUntil = (count: RawBuilder<unknown>) => sql`coalesce(
    app_now() + make_interval(secs => nullif((${waits}::int[])[least(${count}, ${waitSteps})], 0)), 'epoch')`
  // The primary key. One statement: the row's lock makes attempts on one key follow one another.
  const { rows } = await sql`
    insert into sign_in_attempts as known (key, failures, blocked_until, last_at)
    values (${key}, 1, ${blockedUntil(sql`1`)}, app_now())
    on conflict (key) do update set
      failures = ${failures}, blocked_until = ${blockedUntil(failures)}, last_at = app_now(), reported = false
    where known.blocked_until <= app_now()
    returning key`.execute(connection)
  return rows.length > 0
}

/** Beyond this many failures every policy has reached its longest wait. */
const waitSteps = 40

/** The table keeps no email that has no account here. */
function digest(email: string): string {
  return createHash('sha256').update(email).digest('base64url')
}
