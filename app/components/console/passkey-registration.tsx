import { useSubmit } from '@remix-run/react'
import type { startRegistration } from '@simplewebauthn/browser'
import { useState } from 'react'
import { Button } from '@/app/components/button'
import { TextField } from '@/app/components/field'

export interface BegunPasskey {
  challengeId: string
  /** As the server made them. */
  optionsJson: string
}

type Options = Parameters<typeof startRegistration>[0]['optionsJSON']

/** Lets the browser make a passkey, then sends its answer. */
export function PasskeyRegistration({ begun }: { begun: BegunPasskey }) {
  const submit = useSubmit()
  const [name, setName] = useState('')
  const [problem, setProblem] = useState<string>()

  async function register() {
    setProblem(undefined)
    try {
      const browser = await import('@simplewebauthn/browser')
      const answer = await browser.startRegistration({
        optionsJSON: JSON.parse(begun.optionsJson) as Options,
      })
      const { challengeId } = begun
      submit({ step: 'add', name, challengeId, response: JSON.stringify(answer) }, { method: 'post' })
    } catch {
      setProblem('No passkey was made. Try again, or begin anew after five minutes.')
    }
  }

  return (
    <section className="panel" aria-labelledby="new-passkey">
      <h2 id="new-passkey">Name it, then let your device make it</h2>
      <TextField
        id="passkey-name"
        label="Name"
        hint="Such as: my phone"
        maxLength={80}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={problem}
      />
      <div className="row">
        <Button type="button" onClick={() => void register()}>
          Make the passkey
        </Button>
      </div>
    </section>
  )
}
