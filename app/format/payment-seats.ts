import { isOrAre } from '@/lib/counted'
import { seats } from './seats'

/** What is said of a payment's seats beside a decision about it. Numbers are seats. */
export const paymentSeats = {
  /** No sentence of its own. */
  held: (kept: number) => `${seats(kept)} ${isOrAre(kept)} held for this payment`,
  /** After a number of free seats. */
  heldAmongThem: (kept: number) => `with ${kept} that ${isOrAre(kept)} held for this payment`,
  becomeFree: (freed: number) => `${seats(freed)} ${become(freed)} free.`,
  heldBecomeFree: (kept: number) =>
    `${seats(kept)} that ${kept === 1 ? 'was' : 'were'} held for it ${become(kept)} free.`,
  /** Asks an admin for how many seats a bank took the money. */
  lostOf: (sold: number) =>
    sold === 1
      ? 'What was paid for its seat then counts as lost.'
      : `Say for how many of its ${seats(sold)} it was: their share of what was paid then counts as lost.`,
  /** Asks an admin for how many seats a refund was. */
  keptOf: (sold: number) =>
    sold === 1
      ? 'What was paid for its seat counts as settled then, whatever was kept of it.'
      : `Say for how many of its ${seats(sold)} it was: their share of what was paid counts as settled then, whatever was kept of it.`,
  staySold: (sold: number) => `Its ${seats(sold)} ${sold === 1 ? 'stays' : 'stay'} sold.`,
}

function become(number: number): string {
  return number === 1 ? 'becomes' : 'become'
}
