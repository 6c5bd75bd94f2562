import { problemAt } from '@/app/components/console/problem-at'
import { TextField } from '@/app/components/field'
import type { FormRefusal } from '@/app/forms/form-refusal'

/** Why an admin decides so, in their words. */
export function Reason({
  form,
  refused,
  isNeeded = false,
}: {
  form: string
  refused: FormRefusal | undefined
  isNeeded?: boolean
}) {
  const own = refused?.form === form ? refused : undefined
  return (
    <TextField
      id={`${form}-reason`}
      name="reason"
      label={isNeeded ? 'Why' : 'Why (optional)'}
      maxLength={1_000}
      required={isNeeded}
      defaultValue={own?.entered.reason}
      error={problemAt(own, `${form}-reason`)}
    />
  )
}
