import { counted } from '@/lib/counted'

/**
 * How many rows a list has after it was searched or filtered. It is always there, so that a screen reader says what it
 * becomes; that there is none, everybody else reads in the list's place.
 */
export function RowCount({
  count,
  one = 'row',
  hasOlder,
}: {
  /** Null where the list could not be asked. */
  count: number | null
  /** What a row is: `payment` */
  one?: string
  hasOlder: boolean
}) {
  return (
    <p className={count ? 'small muted figures' : 'visually-hidden'} role="status">
      {count !== null && countWords(count, one, hasOlder)}
    </p>
  )
}

function countWords(count: number, one: string, hasOlder: boolean): string {
  if (count === 0) return `No ${one} fits`
  return hasOlder ? `${counted(count, one)}, older ones follow` : `${counted(count, one)} found`
}
