import { Form } from '@remix-run/react'
import type { ReactNode } from 'react'
import { Button } from '@/app/components/button'
import { FormKey } from '@/app/components/console/form-key'
import { TextField } from '@/app/components/field'
import { problemAt } from '@/app/components/problem-at'
import type { ResolutionProps } from './resolution-props'

interface DecisionFormProps extends Pick<ResolutionProps, 'formKey' | 'refused' | 'isSending'> {
  /** Which decision: the form's name. */
  form: string
  /** Sent along: what is decided, and what the page has shown of it. */
  hidden: Record<string, string | number>
  /** What else an admin fills in. */
  children?: ReactNode
  isReasonNeeded?: boolean
  button: string
  look?: 'primary' | 'danger'
}

/** Decides about an exception, with the admin's reason. */
export function DecisionForm(props: DecisionFormProps) {
  const { form, hidden, children, isReasonNeeded = false, button, look, formKey, isSending } = props
  const refused = props.refused?.form === form ? props.refused : undefined
  return (
    <Form method="post" className="stack" noValidate>
      <FormKey value={formKey} />
      {Object.entries(hidden).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {children}
      <TextField
        id={`${form}-reason`}
        name="reason"
        label={isReasonNeeded ? 'Why' : 'Why (optional)'}
        maxLength={1_000}
        required={isReasonNeeded}
        defaultValue={refused?.entered.reason}
        error={problemAt(refused, `${form}-reason`)}
      />
      <div>
        <Button look={look} name="form" value={form} isBusy={isSending}>
          {button}
        </Button>
      </div>
    </Form>
  )
}
