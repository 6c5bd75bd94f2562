import { useNavigation } from '@remix-run/react'

/**
 * Whether a form of the page is on its way: a button is then pressed in vain.
 *
 * @param step of the button's form, where the page shows the next one as soon as an answer has come: that one may be
 * sent while the rest of the page is loaded again
 */
export function useIsSending(step?: string): boolean {
  const { state, formMethod, formData } = useNavigation()
  if (state === 'idle' || formMethod !== 'POST') return false
  return state === 'submitting' || step === undefined || formData?.get('step') === step
}
