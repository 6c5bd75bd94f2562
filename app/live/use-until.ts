import { ownTime } from '@/app/format/own-time'
import type { OwnHold } from '@/app/presenters/ticket-page'
import { useHydrated } from './use-hydrated'

/**
 * Until when seats are held, in words: `5:28 AM PST`. Only a browser knows the visitor's clock; where that one shows
 * another time, it is named as soon as scripts are at work: `5:28 AM PST (2:28 PM your time)`. It stays as it is from
 * then on, so that nothing is read aloud twice.
 */
export function useUntil({ until, endsAt, cityClock }: OwnHold): string {
  const isHydrated = useHydrated()
  const own = isHydrated ? ownTime(endsAt, cityClock) : null
  return own === null ? until : `${until} (${own} your time)`
}
