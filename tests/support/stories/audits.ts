import { afterEach, expect } from 'vitest'
import { runAudit } from '@/lib/audit'
import { database } from '@/lib/database'
import type { Tier } from '@/lib/tier'
import { storyDatabase, type StoryDatabase } from './database'

/** A database whose records fit again after every test, so that a full run is clean; its alerts are forgotten. */
export function auditStories(): StoryDatabase {
  const story = storyDatabase()
  afterEach(async () => {
    expect((await runAudit({ full: true })).differences).toEqual([])
    await story.owner.query('delete from alert_deliveries')
    await story.owner.query('delete from alerts')
  })
  return story
}

/** What audits have told, the oldest first. */
export async function alerts() {
  return database()
    .selectFrom('alerts')
    .select(['subject', 'body', 'city_id'])
    .where('kind', '=', 'audit')
    .orderBy('created_at')
    .execute()
}

/** Up to which ledger row runs have come, and up to which all was sound. */
export async function checkpoint(cityId: string, tier: Tier = 'ga') {
  const row = await database()
    .selectFrom('audit_checkpoints')
    .select(['sequence', 'sound_to'])
    .where('city_id', '=', cityId)
    .where('tier', '=', tier)
    .executeTakeFirstOrThrow()
  return { verified: row.sequence, soundTo: row.sound_to }
}

/** The checkpoint of so many rows that are all sound. */
export const allOf = (rows: number) => ({ verified: rows, soundTo: rows })
