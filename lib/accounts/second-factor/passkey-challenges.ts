import { sql } from 'kysely'
import type { ChallengePurpose } from '@/db/tables/accounts'
import { database } from '@/lib/database'
import { isUuid } from '@/lib/is-uuid'

/** How long a person has to touch the key or look at the camera. */
const challengeMinutes = 5

/** Keeps a challenge until it is answered. @returns the id that the answer must bring back */
export async function keepChallenge(challenge: {
  challenge: string
  purpose: ChallengePurpose
  accountId?: string
}): Promise<string> {
  const { id } = await database()
    .insertInto('passkey_challenges')
    .values({
      challenge: challenge.challenge,
      purpose: challenge.purpose,
      account_id: challenge.accountId ?? null,
      expires_at: sql<Date>`app_now() + make_interval(mins => ${challengeMinutes})`,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/**
 * Takes a challenge out for one answer: right or wrong, it is gone.
 *
 * @returns undefined for one that is unknown, expired, answered, or was made for something or somebody else
 */
export async function takeChallenge(
  id: string,
  { purpose, accountId }: { purpose: ChallengePurpose; accountId?: string },
): Promise<string | undefined> {
  if (!isUuid(id)) return undefined
  const taken = await database()
    .deleteFrom('passkey_challenges')
    .where('id', '=', id)
    .where('purpose', '=', purpose)
    .where(sql<boolean>`account_id is not distinct from ${accountId ?? null}::uuid`)
    .returning(['challenge', sql<boolean>`expires_at > app_now()`.as('isFresh')])
    .executeTakeFirst()
  return taken?.isFresh ? taken.challenge : undefined
}
