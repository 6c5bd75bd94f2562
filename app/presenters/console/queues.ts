import { formatExactly } from '@/app/format/dates'
import { formatDuration } from '@/app/format/durations'
import {
  type DeadLetter,
  type LetterQuery,
  listDeadLetters,
  mostReplayedAtOnce,
} from '@/lib/queues/dead-letters'
import { type DeadLetterQueue, deadLetterQueues } from '@/lib/queues/definitions'
import { healthMinutes, readQueueHealth } from '@/lib/queues/health'
import { readLateQueues } from '@/lib/queues/late'
import { maskRecipients } from '@/lib/mask-recipients'
import { timePage } from '@/lib/time-cursor'

export interface QueueRow {
  name: string
  ready: number
  later: number
  active: number
  /** `12 s`; null where nothing is ready. */
  oldest: string | null
  /** Jobs a minute. */
  rate: string
  failed: number
  isBehind: boolean
}

export interface DeadLetterRow {
  id: string
  queue: DeadLetterQueue
  about: string
  error: string
  tries: number
  failed: string
}

export interface QueuesPage {
  queues: QueueRow[]
  /** Those about money first, of each queue the newest. */
  deadLetters: DeadLetterRow[]
  /** By queue, also those that are not shown. */
  waiting: { queue: DeadLetterQueue; count: number }[]
  /** The queues of which not all are shown, beside those of others. */
  cut: { queue: DeadLetterQueue; shown: number; total: number }[]
  /** Where the letters of one queue go on, where that is asked for. */
  nextCursor: string | null
  minutes: number
  /** As many dead letters one press replays. */
  mostAtOnce: number
}

/** Of each queue. */
const shownLetters = 100

/** Whom an alert was meant to reach is for owners to read, here too. */
export async function presentQueues({
  isOwner,
  letters: query = {},
}: {
  isOwner: boolean
  letters?: LetterQuery
}): Promise<QueuesPage> {
  const [health, late, found] = await Promise.all([
    readQueueHealth(),
    readLateQueues(),
    listDeadLetters(shownLetters + 1, query),
  ])
  const shown = ({ queue }: DeadLetter, text: string) =>
    isOwner || queue !== 'alerts-dead' ? text : maskRecipients(text)
  const waiting = health.flatMap(({ name, ready, later, isDeadLetter }) =>
    isDeadLetter && ready + later > 0 ? [{ queue: name as DeadLetterQueue, count: ready + later }] : [],
  )
  const pages = deadLetterQueues.map((queue) => ({
    queue,
    ...timePage(
      found.filter((letter) => letter.queue === queue),
      shownLetters,
    ),
  }))
  const letters = pages.flatMap(({ page }) => page)
  return {
    queues: health
      .filter(({ isDeadLetter }) => !isDeadLetter)
      .map((queue) => ({
        name: queue.name,
        ready: queue.ready,
        later: queue.later,
        active: queue.active,
        oldest: queue.oldestSeconds === null ? null : formatDuration(queue.oldestSeconds),
        rate: perMinute(queue.completed),
        failed: queue.failed,
        isBehind: late.some(({ name }) => name === queue.name),
      })),
    deadLetters: letters.map((letter) => ({
      id: letter.id,
      queue: letter.queue,
      about: shown(letter, aboutOf(letter)),
      error: shown(letter, letter.error ?? 'no reason was left'),
      tries: letter.tries,
      failed: formatExactly(letter.failedAt, 'UTC'),
    })),
    waiting,
    cut: query.queue
      ? []
      : waiting.flatMap(({ queue, count }) => {
          const shown = letters.filter((letter) => letter.queue === queue).length
          return count > shown ? [{ queue, shown, total: count }] : []
        }),
    nextCursor: pages.find(({ queue }) => queue === query.queue)?.nextCursor ?? null,
    minutes: healthMinutes,
    mostAtOnce: mostReplayedAtOnce,
  }
}

function aboutOf({ payload }: DeadLetter): string {
  return Object.values(payload)
    .filter((value) => typeof value === 'string' || typeof value === 'number')
    .filter((value) => value !== '')
    .join(', ')
}

function perMinute(completed: number): string {
  const rate = completed / healthMinutes
  return rate === 0 || rate >= 10 ? String(Math.round(rate)) : rate.toFixed(1)
}
