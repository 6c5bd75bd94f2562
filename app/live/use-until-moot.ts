import { useState } from 'react'

/**
 * What the page's action answered, until the page no longer shows what the answer speaks of. After that the answer is
 * gone for good, whatever the page becomes.
 */
export function useUntilMoot<Answer extends object>(
  answer: Answer | undefined,
  isMoot: boolean,
): Answer | undefined {
  const [dropped, setDropped] = useState<Answer>()
  if (answer && isMoot && answer !== dropped) setDropped(answer)
  return isMoot || answer === dropped ? undefined : answer
}
