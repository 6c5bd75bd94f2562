import type { Command, PaymentReference } from '@/lib/inventory/commands'
import { parseTier, type Tier } from '@/lib/tier'
import { type ModelCommand, namedBy, type PaymentName, type PoolName, price } from './steps'

/** Gives the small names of a story the ids that they have in one run of it. */
export type Naming = (name: string) => string

export function poolIds(name: PoolName, naming: Naming): { cityId: string; tier: Tier } {
  const [city = '', tier] = name.split(' ')
  return { cityId: naming(city), tier: parseTier(tier) ?? 'ga' }
}

function referenceOf(payment: PaymentName, naming: Naming): PaymentReference {
  const reservation = namedBy[payment]
  return {
    paymentIntentId: naming(`pi ${payment}`),
    sessionId: naming(`cs ${payment}`),
    reservationId: reservation && naming(reservation),
  }
}

/** The engine's command for one of a story's. */
export function toCommand(command: ModelCommand, naming: Naming): Command {
  const authority = { authorizedBy: 'a story', reason: 'at random' }
  switch (command.type) {
    case 'hold':
      return {
        type: 'hold',
        ...poolIds(command.pool, naming),
        reservationId: naming(command.reservation),
        quantity: command.quantity,
        minutes: command.minutes,
        visitorHash: command.visitor && naming(command.visitor),
        email: command.email && naming(command.email),
        reach: command.reach,
      }
    case 'await':
      return {
        type: 'await',
        payment: referenceOf(command.payment, naming),
        reservationId: naming(namedBy[command.payment] ?? 'nothing'),
      }
    case 'release':
      return {
        type: 'release',
        reservationId: naming(command.reservation),
        sessionId: command.payment && naming(`cs ${command.payment}`),
        cause: command.cause,
      }
    case 'sell':
      return {
        type: 'sell',
        ...poolIds(command.pool, naming),
        payment: referenceOf(command.payment, naming),
        quantity: command.quantity,
        amountCents: command.quantity * price,
        reach: 'by_setting',
      }
    case 'restock':
      return { type: 'restock', payment: referenceOf(command.payment, naming) }
    case 'expand':
      return { type: 'expand', ...poolIds(command.pool, naming), additionalSpots: command.by, authority }
    case 'reduce':
    case 'relimit':
      return { type: command.type, ...poolIds(command.pool, naming), to: command.to, authority }
    case 'reset':
    case 'undo-reset':
      return { type: command.type, cityId: naming(command.city), authority }
    case 'open-city':
      return { type: 'open-city', ...poolIds(command.pool, naming), publicLimit: command.limit, authority }
  }
}
