import { useState } from 'react'
import { useUntilMoot } from './use-until-moot'

/**
 * What the page's action answered, until the page shows what was missing for it. It may not show yet that it is missing:
 * the answer comes before the numbers that it speaks of.
 *
 * @param isMissing as the page shows it now
 */
export function useUntilMet<Answer extends object>(
  answer: Answer | undefined,
  isMissing: boolean,
): Answer | undefined {
  const [missed, setMissed] = useState<Answer>()
  if (answer && isMissing && answer !== missed) setMissed(answer)
  return useUntilMoot(answer, answer !== undefined && answer === missed && !isMissing)
}
