import { formatExactly } from '@/app/format/dates'
import { deliveryWords } from '@/app/format/delivery-states'
import type { WhatWasDone } from '@/app/components/done-notice'
import type { SentMessage } from '@/lib/alerts/console-alerts'
import { type ConsolePage, consolePageOf } from '@/lib/alerts/console-page'
import { alertChannels, channelNames } from '@/lib/alerts/channel-names'
import { deliveryName } from '@/lib/alerts/delivery-name'
import { alertKindNames } from '@/lib/alerts/kind-names'
import { loadTargets } from '@/lib/alerts/targets'
import { levelNames } from '@/lib/alerts/levels'
import { type AlertDelivery, type AlertSummary, getAlert, listAlerts } from '@/lib/alerts/read-alerts'
import type { Resent } from '@/lib/alerts/resend'
import { database } from '@/lib/database'
import { maskRecipients } from '@/lib/mask-recipients'
import type { AlertChannel, DeliveryState } from '@/db/tables/alerts'

export interface AlertRow {
  id: string
  subject: string
  kind: string
  level: string | null
  created: string
  /** The worst of its deliveries' states. */
  state: DeliveryState | 'none'
  /** What that state does not say: `1 failed, 2 sent`, or `all 3`. */
  deliveries: string
}

export interface AlertsPage {
  alerts: AlertRow[]
  nextCursor: string | null
  channels: { channel: AlertChannel; name: string; targets: number }[]
}

/** A page of alerts, newest first. */
export async function presentAlerts(query: {
  cursor: string | undefined
  onlyFailed: boolean
}): Promise<AlertsPage> {
  const [page, targets] = await Promise.all([listAlerts(query), loadTargets(database())])
  return {
    alerts: page.alerts.map(presentRow),
    nextCursor: page.nextCursor,
    channels: alertChannels.map((channel) => ({
      channel,
      name: channelNames[channel],
      targets: targets[channel].length,
    })),
  }
}

export interface DeliveryRow {
  /** For the form that sends it once more. */
  name: string
  channelName: string
  /** Masked for all but owners, as in the provider's answer. */
  target: string
  state: DeliveryState
  attempts: number
  answer: string
  next: string | null
  updated: string
  mayResend: boolean
}

export interface AlertPageModel extends Omit<AlertRow, 'state' | 'deliveries'> {
  /** Where something can be done about it; null where that is this page. */
  about: ConsolePage | null
  body: string
  deliveries: DeliveryRow[]
  /** Something of it is still to come. */
  isUnderWay: boolean
}

/** One alert with its deliveries; null where there is none of this id. Only owners see whole addresses. */
export async function presentAlert(
  id: string,
  { isOwner }: { isOwner: boolean },
): Promise<AlertPageModel | null> {
  const alert = await getAlert(id)
  if (!alert) return null
  const { subject, kind, level, createdAt, body, deliveries } = alert
  const about = consolePageOf(alert)
  return {
    id,
    subject,
    body,
    about: about.path === `/admin/alerts/${id}` ? null : about,
    kind: alertKindNames[kind],
    level: level && levelNames[level],
    created: formatExactly(createdAt, 'UTC'),
    deliveries: deliveries.map((delivery) =>
      presentDelivery(alert.id, delivery, isOwner ? asItIs : maskRecipients),
    ),
    isUnderWay: deliveries.some(isUnderWay),
  }
}

/** One whose fate is unclear is tried again, too. */
function isUnderWay({ state, nextTryAt }: AlertDelivery): boolean {
  return state === 'pending' || state === 'sending' || (state === 'unknown' && nextTryAt !== null)
}

const asItIs = (text: string) => text

function presentDelivery(
  alertId: string,
  delivery: AlertDelivery,
  shown: (text: string) => string,
): DeliveryRow {
  const { channel, target, state, attempts, providerId, error, nextTryAt, updatedAt } = delivery
  return {
    name: deliveryName({ alertId, channel, target }),
    channelName: channelNames[channel],
    target: shown(target),
    state,
    attempts,
    answer: error === null ? (providerId ?? '') : shown(error),
    next: nextTryAt && formatExactly(nextTryAt, 'UTC'),
    updated: formatExactly(updatedAt, 'UTC'),
    mayResend: state === 'sent' || state === 'failed' || state === 'skipped',
  }
}

/** What is said when an admin has sent a message. */
export function presentSent({ reachesNobody }: Pick<SentMessage, 'reachesNobody'>): WhatWasDone {
  return reachesNobody
    ? {
        meaning: 'warn',
        title: 'Nobody was told: no channel of this message is set up',
        text: 'It can be sent again from here once one is.',
      }
    : { meaning: 'good', title: 'Your message is on its way' }
}

/** What is said when an alert is sent again: by night a mild one is not on its way yet. */
export function presentResent({ quietUntil }: Resent): { title: string; text?: string } {
  if (quietUntil === null) return { title: 'The alert is sent once more' }
  const { at, timeZone } = quietUntil
  return {
    title: 'The alert is sent once more when quiet hours end',
    text: `Mild alerts wait until then: ${formatExactly(at, timeZone)}.`,
  }
}

function presentRow({ id, subject, kind, level, createdAt, deliveries }: AlertSummary): AlertRow {
  const states = severity.filter((state) => deliveries[state])
  return {
    id,
    subject,
    kind: alertKindNames[kind],
    level: level && levelNames[level],
    created: formatExactly(createdAt, 'UTC'),
    state: states[0] ?? 'none',
    deliveries: besideTheState(states, deliveries),
  }
}

function besideTheState(states: readonly DeliveryState[], counts: AlertSummary['deliveries']): string {
  const [only] = states
  if (only === undefined) return ''
  if (states.length > 1) return states.map((state) => `${counts[state]} ${deliveryWords[state]}`).join(', ')
  return counts[only] === 1 ? '' : `all ${counts[only]}`
}

/** The worst first. */
const severity = ['failed', 'unknown', 'pending', 'sending', 'skipped', 'sent'] as const
