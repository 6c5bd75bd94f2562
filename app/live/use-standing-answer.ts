import { useNavigation } from '@remix-run/react'
import { useState } from 'react'

/**
 * What the page's action answered, until the visitor moves on: Remix forgets it when the page's data is loaded
 * again.
 */
export function useStandingAnswer<Answer>(answer: Answer | undefined): Answer | undefined {
  const isStill = useNavigation().state === 'idle'
  const [kept, setKept] = useState(answer)
  const standing = answer ?? (isStill ? kept : undefined)
  const next = isStill ? standing : undefined
  if (next !== kept) setKept(next)
  return standing
}
