import { useSubmit } from '@remix-run/react'
import type { startAuthentication } from '@simplewebauthn/browser'
import { type ReactNode, useState } from 'react'
import { useHydrated } from '@/app/live/use-hydrated'
import { Button } from './button'

/** Signs in with a passkey. It needs scripts, so without them it is not there. */
export function PasskeyButton({ next, children }: { next: string; children: ReactNode }) {
  const isHydrated = useHydrated()
  const submit = useSubmit()
  const [state, setState] = useState<'idle' | 'busy' | 'failed'>('idle')
  if (!isHydrated || !('PublicKeyCredential' in window)) return null

  async function signIn() {
    setState('busy')
    try {
      const browser = await import('@simplewebauthn/browser')
      const response = await fetch('/sign-in/passkey-options', { method: 'POST' })
      const { data } = (await response.json()) as { data: PasskeyRequest }
      const answer = await browser.startAuthentication({ optionsJSON: data.options })
      submit({ next, challengeId: data.challengeId, response: JSON.stringify(answer) }, { method: 'post' })
      setState('idle')
    } catch {
      // Cancelled, timed out, or no passkey for this site.
      setState('failed')
    }
  }

  return (
    <>
      <Button type="button" look="quiet" isBusy={state === 'busy'} onClick={() => void signIn()}>
        {children}
      </Button>
      <span role="status" className="small muted">
        {state === 'failed' && 'No passkey was used.'}
      </span>
    </>
  )
}

interface PasskeyRequest {
  challengeId: string
  options: Parameters<typeof startAuthentication>[0]['optionsJSON']
}
