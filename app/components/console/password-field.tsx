import { useId } from 'react'
import { TextField } from '@/app/components/field'

/** The account's password again, before a change that a stolen session must not make. */
export function PasswordField() {
  return (
    <TextField
      id={useId()}
      name="password"
      label="Your password"
      hint="Asked again before a change to how you sign in."
      type="password"
      autoComplete="current-password"
    />
  )
}
