import { type SubmitOptions, useSubmit } from '@remix-run/react'
import { type FormEvent, useState } from 'react'
import { canReachShop } from './can-reach-shop'

/**
 * Sends a form only once the shop answers. What Remix sends in vain takes the page's place, with an error or with the
 * browser's own words for no network, and nobody knows whether it has arrived. So it is certain that it has not.
 *
 * @param onSend what is to be done just before the form is sent
 * @returns `unreached`: the form was not sent
 */
export function useSendOnceReached({ onSend, ...options }: SubmitOptions & { onSend?: () => void }) {
  const submit = useSubmit()
  const [state, setState] = useState<'idle' | 'asking' | 'unreached'>('idle')
  const send = async (form: HTMLFormElement) => {
    setState('asking')
    const isReached = await canReachShop()
    setState(isReached ? 'idle' : 'unreached')
    // The page may show something else by now.
    if (!isReached || !form.isConnected) return
    onSend?.()
    submit(form, options)
  }
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (state !== 'asking') void send(event.currentTarget)
  }
  return { state, onSubmit }
}
