import { isAboutContent, isLockTimeout } from '@/lib/content-fault'
import { lockTimeoutMs } from '@/db/pool'
import { errorText } from '@/lib/error-text'
import { log } from '@/lib/log'
import type { Command } from '../commands'
import { rehearse } from '../rehearse'
import { type AdminRefusal, refusal } from './result'

/**
 * Which of many cities cannot be changed, and why, once an error has kept all of them from being changed together. Each
 * is tried by itself and taken back. What somebody keeps locked is waited for up to a second, until that makes as much
 * for all of them as otherwise for one, and from then on for a moment each.
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
    // What took no longer than a moment may have been work alone; five hundred of those would leave nothing to wait.
    leftMs -= Math.max(0, performance.now() - start - momentMs)
  }
  return failing
}

/** As long as a sale has a city locked, and more: one that is merely busy is not refused. */
const momentMs = 50

const locked = 'It could not be changed; somebody else is changing it for long. Try it again.'
const faulty = 'It could not be changed; an error of ours was in the way, and the log says which.'
