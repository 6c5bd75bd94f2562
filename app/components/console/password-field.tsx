import { TextField } from '@/app/components/field'
import type { SecurityProblem } from '@/app/forms/security-answers'

/**
 * The account's password again, before a change that a stolen session must not make.
 *
 * @param id as `refuseOwn` makes it: a page may have several such forms
 */
export function PasswordField({ id, refused }: { id: string; refused: SecurityProblem | undefined }) {
  return (
    <TextField
      id={id}
      name="password"
      label="Your password"
      hint="Asked again before a change to how you sign in."
      type="password"
      autoComplete="current-password"
      error={refused?.fieldId === id ? refused.problem : undefined}
    />
  )
}
