import { Form } from '@remix-run/react'
import type { ConfirmQuestion, Effect, Field, NumberField, Question } from '@/app/changes/change'
import { Button, ButtonLink } from '@/app/components/button'
import { FormKey } from '@/app/components/console/form-key'
import { Refusal } from '@/app/components/console/refusal'
import { ErrorSummary } from '@/app/components/error-summary'
import { TextField } from '@/app/components/field'
import { Notice } from '@/app/components/notice'
import { problemAt } from '@/app/components/problem-at'
import type { FormRefusal } from '@/app/forms/form-refusal'

export interface QuestionProps {
  question: Question
  /** Goes with the form, so that it is done once. */
  formKey: string
  /** Who is signed in: usually whoever authorizes it, too. */
  email: string
  refused: FormRefusal | undefined
  isSending: boolean
  backTo: string
}

/** A change, asked: what it does in numbers, and the one button that does it. */
export function QuestionForm(props: QuestionProps) {
  const { question, refused, backTo } = props
  return (
    <div className="narrow stack">
      <Refusal refused={refused} />
      {!refused && question.kind === 'input' && question.problem && (
        <InputProblem field={question.field} problem={question.problem} />
      )}
      {question.effects.length > 0 && <Effects effects={question.effects} />}
      <Ask {...props} />
      {question.kind === 'blocked' && (
        <div className="row">
          <ButtonLink to={backTo} look="quiet">
            Back
          </ButtonLink>
        </div>
      )}
    </div>
  )
}

function Ask(props: QuestionProps) {
  const { question, backTo } = props
  switch (question.kind) {
    case 'blocked':
      return <Notice title={question.reason} />
    case 'input':
      return <InputForm field={question.field} problem={question.problem} backTo={backTo} />
    case 'confirm':
      return <ConfirmForm {...props} question={question} />
  }
}

/**
 * What is now, and what will be. Where the text is large each name stands above its numbers, which takes the table's
 * meaning away from browsers; so the roles are written out.
 */
function Effects({ effects }: { effects: readonly Effect[] }) {
  const isTold = effects.some(({ after }) => after !== undefined)
  return (
    <table
      className="data-table effects"
      role="table"
      aria-label={isTold ? 'What would change' : 'As it is now'}
    >
      <thead role="rowgroup">
        <tr role="row">
          <td role="cell" />
          <th scope="col" role="columnheader" className="number">
            Now
          </th>
          {isTold && (
            <th scope="col" role="columnheader" className="number">
              After
            </th>
          )}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {effects.map(({ name, before, after }) => (
          <tr key={name} role="row" className={after === undefined ? undefined : 'effects__changed'}>
            <th scope="row" role="rowheader">
              {name}
            </th>
            <td role="cell" className="number">
              {before}
            </td>
            {isTold && (
              <td role="cell" className="number">
                {after ?? <span className="muted">stays</span>}
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function InputProblem({ field, problem }: { field: NumberField; problem: string }) {
  return (
    <ErrorSummary
      title="There is a problem"
      problems={[{ message: problem, fieldId: field.name }]}
      answer={field}
    />
  )
}

function InputForm({
  field,
  problem,
  backTo,
}: {
  field: NumberField
  problem: string | undefined
  backTo: string
}) {
  return (
    <Form method="get" className="panel" noValidate>
      <input type="hidden" name="tier" value={field.tier} />
      <FieldInput key={field.value} field={field} error={problem} />
      <div className="row">
        <Button>Show what would change</Button>
        <ButtonLink to={backTo} look="quiet">
          Cancel
        </ButtonLink>
      </div>
    </Form>
  )
}

function ConfirmForm({
  question,
  formKey,
  email,
  refused,
  isSending,
  backTo,
}: QuestionProps & { question: ConfirmQuestion }) {
  const { warnings, fields, expected, button, look, isReasonNeeded } = question
  const entered = refused?.entered ?? {}
  // The form that is being done already stays as it was sent: only so does the next press get what comes of it.
  const isSame = refused?.key !== undefined && refused.key === entered.key
  return (
    <>
      {warnings.length > 0 && (
        <ul className="warnings">
          {warnings.map((warning) => (
            <li key={warning}>{warning}</li>
          ))}
        </ul>
      )}
      <Form method="post" className="panel" noValidate>
        <FormKey value={refused?.key ?? formKey} />
        <input type="hidden" name="expected" value={isSame ? entered.expected : expected} />
        {fields.map((field) => (
          <FieldInput
            key={field.name}
            field={{ ...field, value: entered[field.name] ?? field.value }}
            error={problemAt(refused, field.name)}
          />
        ))}
        <TextField
          id="reason"
          name="reason"
          label={isReasonNeeded ? 'Why' : 'Why (optional)'}
          hint="Kept in the ledger."
          maxLength={255}
          defaultValue={entered.reason}
          error={problemAt(refused, 'reason')}
        />
        <TextField
          id="authorizedBy"
          name="authorizedBy"
          label="Authorized by"
          hint={`Kept beside you, ${email}.`}
          maxLength={255}
          defaultValue={entered.authorizedBy ?? email}
          error={problemAt(refused, 'authorizedBy')}
        />
        <div className="row">
          <Button look={look} isBusy={isSending}>
            {button}
          </Button>
          <ButtonLink to={backTo} look="quiet">
            Cancel
          </ButtonLink>
        </div>
      </Form>
    </>
  )
}

function FieldInput({ field, error }: { field: Field; error: string | undefined }) {
  const { kind, name, label, hint, value } = field
  const input = { id: name, name, label, hint, defaultValue: value, error, autoComplete: 'off' }
  // Not type=number: a wheel turned over it must not change how many seats there are.
  if (kind === 'number') return <TextField {...input} isNumber maxLength={7} />
  return <TextField {...input} autoCapitalize="none" spellCheck={false} />
}
