import { Form } from '@remix-run/react'
import { Button } from '@/app/components/button'
import { SelectField, TextField } from '@/app/components/field'
import { problemAt } from '@/app/components/problem-at'
import type { FormRefusal } from '@/app/forms/form-refusal'
import { FormKey } from './form-key'
import { OwnerPassword } from './owner-password'

export function NewTokenForm(props: { formKey: string; refused: FormRefusal | undefined }) {
  const refused = props.refused?.form === 'create' ? props.refused : undefined
  return (
    <Form method="post" className="stack" noValidate>
      <FormKey value={refused?.key ?? props.formKey} />
      <div className="form-grid">
        <TextField
          id="create-name"
          name="name"
          label="Name"
          hint="Who or what uses it"
          maxLength={80}
          defaultValue={refused?.entered.name}
          error={problemAt(refused, 'create-name')}
        />
        <SelectField id="create-scope" name="scope" label="May" defaultValue={refused?.entered.scope}>
          <option value="read">read: see all numbers</option>
          <option value="operate">operate: change stock</option>
          <option value="own">own: reset, too</option>
        </SelectField>
        <TextField
          id="create-days"
          name="days"
          label="Lasts, in days"
          inputMode="numeric"
          defaultValue={refused?.entered.days ?? '365'}
          error={problemAt(refused, 'create-days')}
        />
        <OwnerPassword form="create" refused={refused} />
      </div>
      <div>
        <Button name="form" value="create">
          Make the token
        </Button>
      </div>
    </Form>
  )
}
