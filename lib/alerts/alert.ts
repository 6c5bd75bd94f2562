import type { AlertChannel, AlertKind, AlertLevel } from '@/db/tables/alerts'
import type { Tier } from '@/lib/tier'

/** Something that people should be told. It names seats, cities and ids; never a buyer. */
export interface NewAlert {
  kind: AlertKind
  /** One line. */
  subject: string
  /** A few plain sentences with the numbers. */
  body: string
  /** Default: what the kind is usually told through. */
  channels?: readonly AlertChannel[]
  level?: AlertLevel
  cityId?: string
  /** Which exception waits. */
  exceptionId?: number
  /** Whose money it is about; as Stripe names it, where it may be no payment of ours. */
  paymentId?: string
  tier?: Tier
  /** Seats left. */
  remaining?: number
  /** Overtakes the others on its channels, whatever its kind. */
  isUrgent?: true
  /** Alerts of the same key are one alert, however often it is raised. */
  key?: string
}

/** An alert that was raised. */
export interface Alert {
  id: string
  kind: AlertKind
  level: AlertLevel | null
  /** As it was named: not always a city of ours. */
  cityId: string | null
  exceptionId: number | null
  paymentId: string | null
  subject: string
  body: string
  /** When what it says was true. */
  createdAt: Date
  /** The city's, where it is about one of ours; else UTC. */
  timeZone: string
}

/** Those that it names, else the usual ones of its kind. */
export function channelsOf(alert: NewAlert): readonly AlertChannel[] {
  return alert.channels ?? usualChannels[alert.kind]
}

const usualChannels: Record<AlertKind, readonly AlertChannel[]> = {
  threshold: ['slack', 'email'],
  sold_out: ['slack', 'email', 'sms'],
  public_sell_out: ['slack', 'email'],
  expansion: ['slack', 'email'],
  reset: ['slack', 'email'],
  exception: ['slack', 'email'],
  not_reconciled: ['slack', 'email'],
  dead_letter: ['slack', 'email'],
  payment_page: ['slack', 'email', 'sms'],
  audit: ['slack', 'email', 'sms'],
  manual: ['slack', 'email'],
  test: ['slack', 'email'],
}
