import { randomBytes } from 'node:crypto'

/**
 * Ids as Stripe makes them. A payment intent's and an event's begin with the second of their making in base 62, so
 * that new ones come last in an index; by Stripe's own examples, and to the second: `pi_3MtwBwLkdIwHu7ix28a3tqPa` was
 * created at 1680800504, `ch_3MmlLrLkdIwHu7ix0snN0B15` at 1679090539, `evt_1NG8Du2eZvKYlo2CUI79vXWy` at 1686089970
 * (https://docs.stripe.com/api). A Checkout Session's id is random from its first character on.
 */
const epochSeconds = 1_342_389_380
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** Behind the time an account's ids have ten characters in common. */
const account = 'BenchBench'

/** @param kind `pi_3` or `evt_1` */
export function idInTime(kind: 'pi_3' | 'evt_1', at = new Date()): string {
  let seconds = Math.floor(at.getTime() / 1000) - epochSeconds
  let time = ''
  for (let place = 0; place < 5; place++) {
    time = digits.charAt(seconds % 62) + time
    seconds = Math.floor(seconds / 62)
  }
  return kind + time + account + random(8)
}

function random(length: number): string {
  return [...randomBytes(length)].map((byte) => digits.charAt(byte % 62)).join('')
}

/**
 * A payment intent's in SQL.
 *
 * @param at an expression: a timestamp
 * @param tail an expression: eight characters of its own
 */
export function intentIdSql(at: string, tail: string): string {
  const seconds = `(extract(epoch from ${at})::bigint - ${epochSeconds})`
  const time = [4, 3, 2, 1, 0].map(
    (place) => `substr('${digits}', (${seconds} / ${62 ** place} % 62)::int + 1, 1)`,
  )
  return `'pi_3' || ${time.join(' || ')} || '${account}' || ${tail}`
}
