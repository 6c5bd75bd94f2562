import { useSubmit } from '@remix-run/react'
import type { startRegistration } from '@simplewebauthn/browser'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { Button, ButtonLink } from '@/app/components/button'
import { ErrorSummary, type FormProblem } from '@/app/components/error-summary'
import { TextField } from '@/app/components/field'
import { useIsSending } from '@/app/live/use-is-sending'
import { unanswered } from '@/app/format/unanswered'

export interface BegunPasskey {
  challengeId: string
  /** As the server made them. */
  optionsJson: string
}

type Options = Parameters<typeof startRegistration>[0]['optionsJSON']

/** Lets the browser make a passkey, then sends its answer. Takes the focus from the form that asked for it. */
export function PasskeyRegistration({ begun }: { begun: BegunPasskey }) {
  const submit = useSubmit()
  const isSending = useIsSending('add')
  const [isMaking, setMaking] = useState(false)
  const [name, setName] = useState('')
  const [problems, setProblems] = useState<readonly FormProblem[]>()
  const title = useRef<HTMLHeadingElement>(null)
  useEffect(() => title.current?.focus(), [])

  async function register() {
    setMaking(true)
    setProblems(undefined)
    await makePasskey()
    setMaking(false)
  }

  async function makePasskey() {
    const browser = await import('@simplewebauthn/browser').catch(() => null)
    if (!browser) {
      setProblems([{ message: unanswered }])
      return
    }
    try {
      const answer = await browser.startRegistration({
        optionsJSON: JSON.parse(begun.optionsJson) as Options,
      })
      const { challengeId } = begun
      const passkey = { step: 'add', name, challengeId, response: JSON.stringify(answer) }
      // A challenge is answered once, so it is as good as a key of its own.
      submit({ key: challengeId, ...passkey }, { method: 'post' })
    } catch {
      setProblems([{ message: 'Try again, or begin anew after five minutes.' }])
    }
  }

  function onSubmit(event: FormEvent) {
    event.preventDefault()
    void register()
  }

  return (
    <form className="panel" aria-labelledby="new-passkey" noValidate onSubmit={onSubmit}>
      {problems && <ErrorSummary title="No passkey was made" problems={problems} />}
      <h2 id="new-passkey" ref={title} tabIndex={-1}>
        Name it, then let your device make it
      </h2>
      <TextField
        id="passkey-name"
        label="Name"
        hint="Such as: my phone"
        maxLength={80}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <div className="row">
        <Button isBusy={isMaking || isSending}>Make the passkey</Button>
        <ButtonLink to="/admin/security/passkeys" look="quiet">
          Begin anew
        </ButtonLink>
      </div>
    </form>
  )
}
