import { useState } from 'react'

/**
 * What the page's action answered, until the page has become another one than it speaks of; from then on no more,
 * whatever the page becomes.
 */
export function useUntilMoot<Answer extends object>(
  answer: Answer | undefined,
  isMoot: boolean,
): Answer | undefined {
  const [dropped, setDropped] = useState<Answer>()
  if (answer && isMoot && answer !== dropped) setDropped(answer)
  return isMoot || answer === dropped ? undefined : answer
}
