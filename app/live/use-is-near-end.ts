import { useEffect, useState } from 'react'

/** So much time is enough to finish, and little enough to be news. */
const nearSeconds = 120

/**
 * Whether something on the page ends within two minutes. It looks at the clock each second, as `useRevalidateAtEnd`
 * does.
 *
 * @param ending what was loaded, with the whole seconds that it had left then
 */
export function useIsNearEnd(ending: { secondsLeft: number }): boolean {
  const { secondsLeft } = ending
  const [near, setNear] = useState<typeof ending | null>(null)
  useEffect(() => {
    const nearAt = Date.now() + (secondsLeft - nearSeconds) * 1_000
    const tick = setInterval(() => Date.now() >= nearAt && setNear(ending), 1_000)
    return () => clearInterval(tick)
  }, [ending, secondsLeft])
  return near === ending || secondsLeft <= nearSeconds
}
