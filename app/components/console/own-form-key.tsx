import type { SecurityProblem } from '@/app/forms/security-answers'
import { FormKey } from './form-key'

interface Props {
  /** The page's. */
  formKey: string
  /** The form's step and what it is about, with a hyphen between; empty where it is the page's only one. */
  name: string
  refused: SecurityProblem | undefined
}

/** The key of a form about how its sender signs in. One that is being done already keeps the key that it was sent with. */
export function OwnFormKey({ formKey, name, refused }: Props) {
  const { kept } = refused ?? {}
  return <FormKey value={kept?.form === name ? kept.key : [formKey, name].filter(Boolean).join(' ')} />
}
