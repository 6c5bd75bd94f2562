import { isAboutContent, isLockTimeout } from '@/lib/content-fault'
import { lockTimeoutMs } from '@/db/session-settings'
import { errorText } from '@/lib/error-text'
import { log } from '@/lib/log'
import type { Command } from '../commands'
import { rehearse } from '../rehearse'
import { type AdminRefusal, refusal } from './result'

/**
 * Finds the cities of a bulk change that cannot be changed, and why, after an error has kept all of them from being
 * changed together. It tries each city by itself and rolls that back. For a row that another transaction keeps
 * locked it waits up to a second. Once these waits come to `lockTimeoutMs` in all, it waits only a moment for each
 * further city.
 *
 * @param commands by city
 * @throws when the database is out of reach
 */
export async function findFailingCities(
  commands: ReadonlyMap<string, Command>,
): Promise<ReadonlyMap<string, AdminRefusal>> {
  let leftMs = lockTimeoutMs
  const failing = new Map<string, AdminRefusal>()
  for (const [cityId, command] of commands) {
    const start = performance.now()
    try {
      await rehearse([[command]], { longestWaitMs: Math.max(momentMs, Math.min(1_000, Math.ceil(leftMs))) })
    } catch (error) {
      if (!isAboutContent(error)) throw error
      log().error(
        { code: 'change_failed', cityId, detail: errorText(error) },
        'a city of many could not be changed',
      )
      failing.set(cityId, refusal('change_failed', isLockTimeout(error) ? locked : faulty))
    }
    // Up to a moment may have been work rather than waiting. Five hundred of those would use up all the time to wait.
    leftMs -= Math.max(0, performance.now() - start - momentMs)
  }
  return failing
}

/** Longer than a sale keeps a city locked, so that a city that is merely busy is not refused. */
const momentMs = 50

const locked = 'It could not be changed; somebody else is changing it for long. Try it again.'
const faulty = 'It could not be changed; an error of ours was in the way, and the log says which.'
