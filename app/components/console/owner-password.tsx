import { TextField } from '@/app/components/field'
import { problemAt } from '@/app/components/problem-at'
import type { FormRefusal } from '@/app/forms/form-refusal'

interface Props {
  /** The form's name. */
  form: string
  refused: FormRefusal | undefined
  hint?: string
}

/** The password of the owner who is signed in, before what lets somebody in. */
export function OwnerPassword({ form, refused, hint = 'Asked again before somebody is let in.' }: Props) {
  const id = `${form}-password`
  return (
    <TextField
      id={id}
      name="password"
      label="Your password"
      hint={hint}
      type="password"
      autoComplete="current-password"
      error={problemAt(refused, id)}
    />
  )
}
