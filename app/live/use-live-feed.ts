import { useEffect, useState } from 'react'
import { followPage } from './follow-page'
import { connectToStock } from './stock-connection'
import { useSecondsSince } from './use-seconds-since'

/** Null while the numbers are up to date; otherwise for how many seconds they may have been old. */
export interface Liveness {
  staleSeconds: number | null
}

/** One city's numbers, and when they last changed. */
export interface DatedNumbers {
  cityId: string
  lastUpdated: Date | string
}

/**
 * Numbers by city: the loader's, kept up to date by server-sent events.
 *
 * @param read makes numbers of an event's data; the same function at each render
 */
export function useLiveFeed<Numbers extends DatedNumbers>(
  url: string,
  loaded: readonly Numbers[],
  read: (json: string) => Numbers[],
) {
  const [stock, setStock] = useState(() => byCity(loaded))
  const [staleSince, setStaleSince] = useState<number | null>(null)

  useEffect(() => setStock((known) => merge(known, loaded)), [loaded])

  useEffect(() => {
    const connection = connectToStock({
      open: () => new EventSource(url),
      onAnswer: (json) => setStock((known) => merge(known, read(json))),
      onLive: (isLive) => setStaleSince((since) => (isLive ? null : (since ?? Date.now()))),
    })
    return followPage(connection, () => setStaleSince((since) => since ?? Date.now()))
  }, [url, read])

  return { stock, liveness: { staleSeconds: useSecondsSince(staleSince) } satisfies Liveness }
}

type ByCity<Numbers> = Readonly<Record<string, Numbers>>

function byCity<Numbers extends DatedNumbers>(numbers: readonly Numbers[]): ByCity<Numbers> {
  return Object.fromEntries(numbers.map((one) => [one.cityId, one]))
}

/** Later numbers win, whichever of loader and stream brought them. */
function merge<Numbers extends DatedNumbers>(
  known: ByCity<Numbers>,
  incoming: readonly Numbers[],
): ByCity<Numbers> {
  const newer = incoming.filter((one) => {
    const before = known[one.cityId]
    return !before || new Date(one.lastUpdated) >= new Date(before.lastUpdated)
  })
  return { ...known, ...byCity(newer) }
}
