import { useSubmit } from '@remix-run/react'
import type { startAuthentication } from '@simplewebauthn/browser'
import { type ReactNode, useState } from 'react'
import { unanswered } from '@/app/format/unanswered'
import { useHydrated } from '@/app/live/use-hydrated'
import { useIsSending } from '@/app/live/use-is-sending'
import { Button } from './button'

/** Signs in with a passkey. It needs scripts, so without them it is not there. */
export function PasskeyButton({ next, children }: { next: string; children: ReactNode }) {
  const isHydrated = useHydrated()
  const submit = useSubmit()
  const isSending = useIsSending()
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  if (!isHydrated || !('PublicKeyCredential' in window)) return null

  async function signIn() {
    setBusy(true)
    setProblem(null)
    setProblem(await askPasskey())
    setBusy(false)
  }

  /** @returns why the sign-in goes no further */
  async function askPasskey(): Promise<string | null> {
    const begun = await begin()
    if (typeof begun === 'string') return begun
    const { browser, challengeId, options } = begun
    try {
      const answer = await browser.startAuthentication({ optionsJSON: options })
      submit({ next, challengeId, response: JSON.stringify(answer) }, { method: 'post' })
      return null
    } catch {
      // Cancelled, timed out, or no passkey for this site.
      return 'No passkey was used.'
    }
  }

  return (
    <>
      <Button type="button" look="quiet" isBusy={isBusy || isSending} onClick={() => void signIn()}>
        {children}
      </Button>
      <span role="status" className="small muted">
        {problem}
      </span>
    </>
  )
}

/** What a passkey is to answer, and what asks it; or why the shop did not say. */
async function begin() {
  try {
    const browser = await import('@simplewebauthn/browser')
    const response = await fetch('/sign-in/passkey-options', { method: 'POST' })
    if (response.status === 429) return 'Too many attempts. Try again in a minute.'
    if (!response.ok) return unanswered
    const { data } = (await response.json()) as { data: PasskeyRequest }
    return { browser, ...data }
  } catch {
    return unanswered
  }
}

interface PasskeyRequest {
  challengeId: string
  options: Parameters<typeof startAuthentication>[0]['optionsJSON']
}
