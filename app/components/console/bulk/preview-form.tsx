import { Form, useNavigation } from '@remix-run/react'
import type { BulkRefusal } from '@/app/bulk/answer'
import type { BulkOperation } from '@/app/bulk/bulk-form'
import type { BulkPreview } from '@/app/bulk/preview'
import { Button, ButtonLink } from '@/app/components/button'
import { ErrorSummary } from '@/app/components/error-summary'
import { TextField } from '@/app/components/field'
import { PageHeader } from '@/app/components/page-header'
import { Records } from '../records'
import { OperationFields } from './operation-fields'

/** Before and after, city by city, and the one question. */
export function BulkPreviewForm(props: {
  operation: BulkOperation
  preview: BulkPreview
  refused: BulkRefusal | null
  formKey: string
}) {
  const { operation, preview, refused, formKey } = props
  const isBusy = useNavigation().state === 'submitting'
  const isReset = operation.operation === 'reset'
  return (
    <div className="stack stack--loose">
      <PageHeader title={preview.title} lead={preview.summary} />
      {refused && <ErrorSummary title={refused.title} problems={[refused]} answer={preview} />}
      <Records
        label="Before and after"
        rows={preview.rows}
        keyOf={({ cityId }) => cityId}
        columns={[
          { text: 'City', cell: ({ name }) => name },
          { text: 'Now', cell: ({ before }) => <span className="figures">{before}</span> },
          {
            text: 'Then',
            cell: ({ after, problem: why }) => <span className="figures">{why ?? after}</span>,
          },
        ]}
      />
      <Form method="post" action="/admin/bulk" className="panel" noValidate>
        <OperationFields operation={operation} targets={preview.targets} results={[]} formKey={formKey} />
        <p>A city whose numbers have moved by then is left as it is, and you are told.</p>
        {isReset && (
          <TextField
            id="run-count"
            name="count"
            label={`Type ${preview.targets.length}, the number of cities`}
            inputMode="numeric"
            autoComplete="off"
            error={refused?.fieldId === 'run-count' ? refused.message : undefined}
          />
        )}
        <div className="row">
          <Button look={isReset ? 'danger' : 'primary'} isBusy={isBusy}>
            {preview.title}
          </Button>
          <Button look="quiet" form="choice" name="form" value="show">
            Change the choice
          </Button>
          <ButtonLink to="/admin/bulk" look="quiet">
            Change nothing
          </ButtonLink>
        </div>
      </Form>
      <ChoiceFields operation={operation} preview={preview} />
    </div>
  )
}

/** What goes back to the choice, so that it is found as it was left. */
function ChoiceFields({ operation, preview }: { operation: BulkOperation; preview: BulkPreview }) {
  return (
    <Form id="choice" method="post" action="/admin/bulk" hidden>
      {Object.entries(operation).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {preview.targets.map(([cityId]) => (
        <input key={cityId} type="hidden" name="cityId" value={cityId} />
      ))}
    </Form>
  )
}
