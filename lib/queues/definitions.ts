import type { QueueOptions } from 'pg-boss'
import { z } from 'zod'
import { maxTextLength } from '@/lib/outside-text'
import { uuidFromName } from './job-id'

/** The schema that pg-boss owns, beside ours. */
export const queueSchema = 'pgboss'

/** A queue: what a job carries, and how pg-boss treats it. Handlers live in `worker/`. */
export interface QueueDefinition<Payload extends z.ZodType = z.ZodType> {
  payload: Payload
  options: QueueOptions & {
    /** `exclusive`: at most one job, waiting or running, for each key. Never changes once the queue exists. */
    policy: 'standard' | 'exclusive'
    /** A table of its own. Never changes once the queue exists. */
    partition?: boolean
  }
  /** Where a job goes when its retries are used up. */
  deadLetter?: DeadLetterQueue
  /** A job's id where one payload must be one job for as long as pg-boss keeps the job. */
  jobId?(payload: z.output<Payload>): string
  /** The key of which an `exclusive` queue has only one job at a time. By default the queue as a whole. */
  key?(payload: z.output<Payload>): string
  /** Higher runs first. Default 0. */
  priority?(payload: z.output<Payload>): number
}

const hour = 3_600
const day = 24 * hour

const externalId = z.string().min(1).max(maxTextLength)

/**
 * Every queue's options, for both processes and the release step.
 * A heartbeat of 15 s, read by a monitor every 15 s, is how a killed worker's jobs are found.
 */
export const queues = {
  /**
   * One job for each of Stripe's events. A table of its own keeps the planner's statistics honest: in the shared
   * table a bulk of events drained at anything from 370 to 18,000 a second. Retries span about an hour.
   */
  'stripe-events': define({
    payload: z.object({ eventId: externalId }),
    options: {
      policy: 'standard',
      partition: true,
      retryLimit: 12,
      retryDelay: 1,
      retryBackoff: true,
      retryDelayMax: 900,
      heartbeatSeconds: 15,
      expireInSeconds: 300,
      retentionSeconds: 90 * day,
      deleteAfterSeconds: hour,
    },
    deadLetter: 'stripe-events-dead',
    jobId: ({ eventId }) => uuidFromName(`stripe-events:${eventId}`),
  }),

  /**
   * One job for each alert, channel and target. The delivery's row plans its own tries (`lib/alerts/retry.ts`);
   * the queue's retries are for a killed worker and for an absent database.
   */
  alerts: define({
    payload: z.object({
      alertId: z.uuid(),
      /** `log`: no channel is configured, so the worker writes the alert to its log. */
      channel: z.enum(['slack', 'email', 'sms', 'log']),
      target: z.string().max(maxTextLength),
      /** Runs before the other alerts of its channel. */
      urgent: z.literal(true).optional(),
    }),
    options: {
      policy: 'standard',
      retryLimit: 5,
      retryDelay: 2,
      retryBackoff: true,
      retryDelayMax: 60,
      heartbeatSeconds: 15,
      expireInSeconds: 120,
      retentionSeconds: 30 * day,
      deleteAfterSeconds: day,
    },
    deadLetter: 'alerts-dead',
    // A lane for each channel: the worker fetches its priorities by a poller of its own (`worker/alerts.ts`).
    priority: ({ channel, urgent }) => alertLanes[channel] + (urgent ? 1 : 0),
  }),

  /**
   * Refunds a payment that found no seat, where the settings say so, and tells its buyer: two jobs, so that a mail
   * that fails repeats no refund. Retries outlast the claim of a worker that died (`staleClaimMinutes`).
   */
  refunds: define({
    payload: z.object({
      exceptionId: z.number().int().positive(),
      step: z.enum(['refund', 'mail']),
      /** Of a mail: that no answer came to an earlier one. */
      mayHaveArrived: z.literal(true).optional(),
    }),
    options: {
      policy: 'standard',
      retryLimit: 12,
      retryDelay: 2,
      retryBackoff: true,
      retryDelayMax: 900,
      heartbeatSeconds: 15,
      expireInSeconds: 120,
      retentionSeconds: 90 * day,
      deleteAfterSeconds: 7 * day,
    },
    deadLetter: 'refunds-dead',
    jobId: ({ exceptionId, step, mayHaveArrived }) =>
      uuidFromName(`refunds:${exceptionId}:${step}${mayHaveArrived ? ':again' : ''}`),
    // A lane for each step, as for the channels of alerts: no refund waits for a slow mail server.
    priority: ({ step }) => (step === 'refund' ? refundPriority : 0),
  }),

  /** Releases lapsing holds. A run that fails is followed by the next one, so it is not retried. */
  'reservation-sweep': define({
    payload: z.object({}),
    options: periodic({ expireInSeconds: 300 }),
  }),

  /** Asks Stripe about one session, or about all that we may have missed. */
  'stripe-reconcile': define({
    payload: z.object({ sessionId: externalId.optional() }),
    options: {
      ...periodic({ expireInSeconds: 900 }),
      retryLimit: 5,
      retryDelay: 2,
      retryBackoff: true,
      retryDelayMax: 60,
    },
    // Whatever a session is called, it cannot take the place of the run over all of them.
    key: ({ sessionId }) => (sessionId === undefined ? 'all' : `session:${sessionId}`),
    // A buyer waits for a single session, so those have a loop of their own (`worker/stripe-reconcile.ts`).
    priority: ({ sessionId }) => (sessionId === undefined ? 0 : singleSessionPriority),
  }),

  /**
   * Compares the ledger with all that it explains. A finished job is kept for longer than a week, since it is what
   * says that this week's full audit has been done.
   */
  audit: define({
    payload: z.object({ kind: z.enum(['incremental', 'full']) }),
    options: {
      ...periodic({ expireInSeconds: hour }),
      retryLimit: 3,
      retryDelay: 30,
      retryBackoff: true,
      retryDelayMax: 600,
      deleteAfterSeconds: 8 * day,
    },
    key: ({ kind }) => kind,
  }),

  /** Puts back what fell off a queue, and forgets what is too old to keep. */
  housekeeping: define({
    payload: z.object({ task: z.enum(['resume', 'forget']) }),
    options: periodic({ expireInSeconds: 300 }),
    key: ({ task }) => task,
  }),
} as const

export type QueueName = keyof typeof queues
export type PayloadOf<Name extends QueueName> = z.output<(typeof queues)[Name]['payload']>

/** Jobs whose retries are used up, those about money first. They stay until an admin replays them. */
export const deadLetterQueues = ['stripe-events-dead', 'refunds-dead', 'alerts-dead'] as const
export type DeadLetterQueue = (typeof deadLetterQueues)[number]

export const deadLetterOptions = {
  policy: 'standard',
  retentionSeconds: 3_650 * day,
  deleteAfterSeconds: 30 * day,
} as const satisfies QueueDefinition['options']

/** The lowest priority of each channel's jobs: up to the next channel's they are its own. */
export const alertLanes = { sms: 30, slack: 20, email: 10, log: 10 } as const

/** The priority of a refund; mails about refunds have a lower one. */
export const refundPriority = 1

/** The priority of a reconciliation that a buyer waits for. */
export const singleSessionPriority = 1

function define<Payload extends z.ZodType>(definition: QueueDefinition<Payload>): QueueDefinition<Payload> {
  return definition
}

function periodic(options: { expireInSeconds: number }) {
  return {
    policy: 'exclusive',
    retryLimit: 0,
    heartbeatSeconds: 15,
    retentionSeconds: day,
    deleteAfterSeconds: hour,
    ...options,
  } as const satisfies QueueDefinition['options']
}
