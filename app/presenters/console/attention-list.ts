import { capitalized } from '@/app/format/capitalized'
import { formatAgo } from '@/app/format/dates'
import { formatDuration } from '@/app/format/durations'
import type { Attention, WaitingException } from '@/lib/analytics/attention'
import type { CityFigures } from '@/lib/analytics/cities'
import { isLow, levelOf } from '@/lib/analytics/stock-level'
import { alertChannels, channelNames } from '@/lib/alerts/channel-names'
import type { AlertTargets } from '@/lib/alerts/plan'
import type { Threshold } from '@/lib/alerts/thresholds'
import { counted, isOrAre } from '@/lib/counted'
import { formatMoney } from '@/lib/money'
import { tierLabel, tiers } from '@/lib/tier'
import { differingAuditPath } from './audits'

/** Something that needs a person, the most pressing first. */
export interface AttentionItem {
  key: string
  meaning: 'bad' | 'warn' | 'info'
  title: string
  text: string
  to: string
  linkText: string
}

export interface AttentionFacts {
  attention: Attention
  cities: readonly CityFigures[]
  thresholds: readonly Threshold[]
  /** Whom each channel reaches. */
  targets: AlertTargets
  now: Date
}

/** More cities than these are a number and a link. */
const named = 4

/** Three turns of the audit: one may take a while, or wait for a full one. */
const lateAuditMinutes = 45
/** The week's one has a day to be done. */
const lateFullAuditDays = 8

/** A run may take a quarter of an hour, and then be tried again. */
const lateReconciliationMinutes = 30

/** What needs attention, in the order in which it should be looked at. */
export function presentAttention(facts: AttentionFacts): AttentionItem[] {
  const { attention, now } = facts
  const items = [
    lateWork(attention),
    auditFindings(attention),
    toDecide(attention, now),
    disputed(attention),
    failedJobs(attention),
    undelivered(attention),
    missingChannels(facts),
    missingReconciliation(facts),
    lowStock(facts),
    pastOnSale(facts),
    missingAudit(facts) ?? missingFullAudit(facts),
  ]
  return items.flatMap((item) => item ?? [])
}

function lateWork({ lateQueues }: Attention): AttentionItem | null {
  if (lateQueues.length === 0) return null
  const longest = Math.max(...lateQueues.map(({ oldestSeconds }) => oldestSeconds))
  const names = lateQueues.map(({ name }) => name).join(', ')
  return {
    key: 'late-queues',
    meaning: 'bad',
    title: 'Nobody works on the queues',
    text: `Work has waited for ${formatDuration(longest)}: ${names}. Does the worker run?`,
    to: '/admin/queues',
    linkText: 'Look at the queues',
  }
}

function auditFindings({ auditDifferences, differingAuditId }: Attention): AttentionItem | null {
  if (differingAuditId === null) return null
  return {
    key: 'audit',
    meaning: 'bad',
    title: `The audit found ${counted(auditDifferences, 'difference')}`,
    text: 'Ledger, stock and payments do not agree. Nothing was changed by itself.',
    to: differingAuditPath(differingAuditId),
    linkText: 'Look at the audit',
  }
}

/** What a person has to decide about: the one payment, or of several the one that has waited longest. */
function toDecide({ openExceptions, longestWaiting }: Attention, now: Date): AttentionItem | null {
  if (openExceptions === 0) return null
  const item = { key: 'exceptions', meaning: 'bad', to: '/admin/exceptions', linkText: 'Decide' } as const
  const title = `${counted(openExceptions, 'payment')} ${openExceptions === 1 ? 'needs' : 'need'} a decision`
  if (!longestWaiting) return { ...item, title, text: 'A person has to decide.' }
  const { id, title: what, state, createdAt } = longestWaiting
  const isTaken = state === 'resolving'
  const about = [amountOf(longestWaiting), longestWaiting.cityName].flatMap((part) => part ?? []).join(', ')
  if (openExceptions === 1) {
    const text = `${capitalized(what)}${about && `: ${about}`}. It came ${formatAgo(createdAt, now)}.`
    return {
      ...item,
      title,
      text: isTaken ? `${text} Somebody is at it.` : text,
      to: `/admin/exceptions/${id}`,
      linkText: isTaken ? 'Look at it' : 'Decide',
    }
  }
  const waited = formatDuration((now.getTime() - createdAt.getTime()) / 1_000)
  const text = `The longest waiting, for ${waited}: ${what}${about && ` (${about})`}.`
  return {
    ...item,
    title,
    text: isTaken ? `${text} Somebody is at each of them.` : text,
    linkText: isTaken ? 'Look at them' : 'Decide',
  }
}

function amountOf({ amountCents, currency }: WaitingException): string | null {
  return amountCents === null ? null : formatMoney(amountCents, currency ?? 'usd')
}

function disputed({ openDisputes }: Attention): AttentionItem | null {
  if (openDisputes === 0) return null
  return {
    key: 'disputes',
    meaning: 'bad',
    title: `${counted(openDisputes, 'payment')} ${isOrAre(openDisputes)} disputed`,
    text: 'A customer’s bank wants the money back. Answer in Stripe’s dashboard before its deadline.',
    to: '/admin/payments/disputed',
    linkText: openDisputes === 1 ? 'Show it' : 'Show them',
  }
}

function failedJobs({ deadLetters }: Attention): AttentionItem | null {
  if (deadLetters === 0) return null
  const isOne = deadLetters === 1
  return {
    key: 'dead-letters',
    meaning: 'bad',
    title: `${counted(deadLetters, 'job')} ${isOne ? 'has' : 'have'} failed for good`,
    text: `${isOne ? 'It waits' : 'They wait'} to be looked at and replayed.`,
    to: '/admin/queues#dead',
    linkText: isOne ? 'Look at it' : 'Look at them',
  }
}

function undelivered({ failedAlerts }: Attention): AttentionItem | null {
  if (failedAlerts === 0) return null
  return {
    key: 'deliveries',
    meaning: 'warn',
    title: `${counted(failedAlerts, 'alert')} could not be delivered this week`,
    text: 'Somebody may not know what they should.',
    to: '/admin/alerts?show=failed',
    linkText: 'Look at the alerts',
  }
}

/** What goes nowhere never fails, so nothing else tells of it. */
function missingChannels({ thresholds, targets }: AttentionFacts): AttentionItem | null {
  const isSetUp = alertChannels.filter((channel) => targets[channel].length > 0)
  const used = new Set(thresholds.flatMap(({ channels }) => channels))
  const missing = alertChannels.filter((channel) => used.has(channel) && !isSetUp.includes(channel))
  if (isSetUp.length > 0 && missing.length === 0) return null
  const names = missing.map((channel) => channelNames[channel]).join(' and ')
  return {
    key: 'channels',
    meaning: 'warn',
    ...(isSetUp.length === 0
      ? {
          title: 'Alerts reach nobody: no channel is set up',
          text: 'Whoever should know what happens has to look here.',
        }
      : {
          title: `${names} ${missing.length === 1 ? 'reaches nobody: it is' : 'reach nobody: they are'} not set up`,
          text: 'Thresholds send alerts there.',
        }),
    to: '/admin/alerts/settings',
    linkText: 'Thresholds and channels',
  }
}

function missingReconciliation({ attention: { reconciledAt }, now }: AttentionFacts): AttentionItem | null {
  const seconds = reconciledAt === null ? 0 : (now.getTime() - reconciledAt.getTime()) / 1_000
  if (seconds <= lateReconciliationMinutes * 60) return null
  return {
    key: 'old-reconciliation',
    meaning: 'warn',
    title: `Nothing has been compared with Stripe for ${formatDuration(seconds)}`,
    text: 'Payments whose webhooks are lost are not found. Does the worker run, and does Stripe take the key? The log says why.',
    to: '/admin/queues',
    linkText: 'Look at the queues',
  }
}

function missingAudit({ attention: { auditedAt }, now }: AttentionFacts): AttentionItem | null {
  const isLate = auditedAt !== null && now.getTime() - auditedAt.getTime() > lateAuditMinutes * 60_000
  if (auditedAt !== null && !isLate) return null
  return {
    ...(auditedAt === null
      ? { key: 'no-audit', meaning: 'info', title: 'No audit has run yet' }
      : { key: 'old-audit', meaning: 'warn', title: `The last audit ended ${formatAgo(auditedAt, now)}` }),
    text: 'The worker compares ledger, stock and payments every quarter of an hour.',
    to: '/admin/audits',
    linkText: 'Look at the audit',
  }
}

function missingFullAudit({ attention: { fullAuditedAt }, now }: AttentionFacts): AttentionItem | null {
  const isLate =
    fullAuditedAt !== null && now.getTime() - fullAuditedAt.getTime() > lateFullAuditDays * 86_400_000
  if (!isLate) return null
  return {
    key: 'old-full-audit',
    meaning: 'warn',
    title: 'No full audit has ended for more than a week',
    text: 'Nothing else finds what was changed in old rows. Ask for one, and look at the log if it does not end.',
    to: '/admin/audits',
    linkText: 'Look at the audit',
  }
}

function lowStock({ cities, thresholds }: AttentionFacts): AttentionItem | null {
  const low = cities
    .filter(({ saleState }) => saleState === 'on_sale')
    .flatMap((city) =>
      tiers
        .filter((tier) => isLow(levelOf(city.stock, tier, thresholds)))
        .map((tier) => ({ city, tier, left: city.stock.actualLimits[tier] - city.stock.sold[tier] })),
    )
    .toSorted((one, other) => one.left - other.left)
  if (low.length === 0) return null
  const names = low
    .slice(0, named)
    .map(({ city, tier, left }) => `${city.name} ${tierLabel(tier)}: ${left} left`)
  return {
    key: 'low',
    meaning: 'warn',
    title: `Low stock in ${counted(new Set(low.map(({ city }) => city.id)).size, 'city', 'cities')}`,
    text: `${names.join(', ')}${more(low.length - named)}.`,
    ...whereTo(
      low.map(({ city }) => city),
      'low',
    ),
  }
}

function pastOnSale({ cities }: AttentionFacts): AttentionItem | null {
  const past = cities.filter(({ isPast, saleState }) => isPast && saleState === 'on_sale')
  if (past.length === 0) return null
  const names = past.slice(0, named).map(({ name }) => name)
  return {
    key: 'past',
    meaning: 'info',
    title: `${counted(past.length, 'city', 'cities')} still on sale after the date`,
    text: `${names.join(', ')}${more(past.length - named)}.`,
    ...whereTo(past, 'past'),
  }
}

/** Straight to the city where it is only one. */
function whereTo(cities: readonly CityFigures[], filter: string): { to: string; linkText: string } {
  const [first, ...others] = [...new Set(cities)]
  return first && others.length === 0
    ? { to: `/admin/cities/${first.id}`, linkText: `Open ${first.name}` }
    : { to: `/admin?show=${filter}#cities`, linkText: 'Show them' }
}

function more(count: number): string {
  return count > 0 ? ` and ${count} more` : ''
}
