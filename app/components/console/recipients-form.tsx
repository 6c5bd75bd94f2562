import { Form } from '@remix-run/react'
import { Button } from '@/app/components/button'
import { TextAreaField } from '@/app/components/field'
import type { FormRefusal } from '@/app/web/form-refusal'
import { FormKey } from './form-key'
import { problemAt } from './problem-at'
import type { AlertSettingsModel } from './thresholds-form'

/** Who gets mails and text messages. Slack has one address, which is a secret of the configuration. */
export function RecipientsForm({
  page,
  refused,
}: {
  page: AlertSettingsModel
  refused: FormRefusal | undefined
}) {
  const { recipients } = page.settings
  const { configured, services } = page
  const whom = refused?.entered.whom ?? (recipients === null ? 'configured' : 'these')
  const all = [...configured.emails, ...configured.phones]
  return (
    <section className="panel" aria-labelledby="recipients">
      <h2 id="recipients">Who is told</h2>
      <p>
        Set up: {services.slack ? 'Slack' : 'no Slack'}, {services.email ? 'email' : 'no email'},{' '}
        {services.sms ? 'SMS' : 'no SMS'}.
      </p>
      <Form method="post" noValidate key={page.settingsVersion}>
        <fieldset className="stack" disabled={!page.isOwner}>
          <legend className="visually-hidden">Who gets mails and text messages</legend>
          <FormKey value={`${page.formKey} recipients`} />
          <input type="hidden" name="version" value={page.settingsVersion} />
          <label className="check">
            <input type="radio" name="whom" value="configured" defaultChecked={whom === 'configured'} />
            Whom the configuration names: {all.length === 0 ? 'nobody' : all.join(', ')}
          </label>
          <label className="check">
            <input type="radio" name="whom" value="these" defaultChecked={whom === 'these'} />
            These instead
          </label>
          <div className="form-grid">
            <TextAreaField
              id="recipients-emails"
              name="emails"
              label="Email addresses"
              hint="One a line"
              defaultValue={refused?.entered.emails ?? recipients?.emails.join('\n')}
              error={problemAt(refused, 'recipients-emails')}
            />
            <TextAreaField
              id="recipients-phones"
              name="phones"
              label="Phone numbers"
              hint="One a line, such as +12145550100"
              defaultValue={refused?.entered.phones ?? recipients?.phones.join('\n')}
              error={problemAt(refused, 'recipients-phones')}
            />
          </div>
          {page.isOwner && (
            <div>
              <Button name="form" value="recipients">
                Save who is told
              </Button>
            </div>
          )}
        </fieldset>
      </Form>
    </section>
  )
}
