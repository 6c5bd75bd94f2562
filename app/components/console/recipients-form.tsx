import { Form } from '@remix-run/react'
import { Button } from '@/app/components/button'
import { FieldNews, TextAreaField } from '@/app/components/field'
import { problemAt } from '@/app/components/problem-at'
import type { FormRefusal } from '@/app/forms/form-refusal'
import { FormKey } from './form-key'
import { newsAt, OpenedWith, shownAt, versionSeen } from './opened-with'
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
  const values = {
    whom: recipients === null ? 'configured' : 'these',
    emails: recipients?.emails.join('\n') ?? '',
    phones: recipients?.phones.join('\n') ?? '',
  }
  const whom = shownAt(refused, values, 'whom')
  const whomNews = newsAt(refused, values, 'whom', (choice) =>
    choice === 'configured' ? 'whom the configuration names' : 'the ones below',
  )
  const all = [...configured.emails, ...configured.phones]
  return (
    <section className="panel" aria-labelledby="recipients">
      <h2 id="recipients">Who is told</h2>
      <p>
        Set up: {services.slack ? 'Slack' : 'no Slack'}, {services.email ? 'email' : 'no email'},{' '}
        {services.sms ? 'SMS' : 'no SMS'}.
      </p>
      <Form method="post" noValidate key={versionSeen(page.settingsVersion, refused)}>
        <fieldset className="stack" disabled={!page.isOwner}>
          <legend className="visually-hidden">Who gets mails and text messages</legend>
          <FormKey value={`${page.formKey} recipients`} />
          <OpenedWith version={page.settingsVersion} values={values} refused={refused} />
          <label className="check">
            <input type="radio" name="whom" value="configured" defaultChecked={whom === 'configured'} />
            Whom the configuration names: {all.length === 0 ? 'nobody' : all.join(', ')}
          </label>
          <label className="check">
            <input type="radio" name="whom" value="these" defaultChecked={whom === 'these'} />
            These instead
          </label>
          {whomNews && <FieldNews>{whomNews}</FieldNews>}
          <div className="form-grid">
            <TextAreaField
              id="recipients-emails"
              name="emails"
              label="Email addresses"
              hint="One a line"
              defaultValue={shownAt(refused, values, 'emails')}
              news={newsAt(refused, values, 'emails')}
              error={problemAt(refused, 'recipients-emails')}
            />
            <TextAreaField
              id="recipients-phones"
              name="phones"
              label="Phone numbers"
              hint="One a line, such as +12145550100"
              defaultValue={shownAt(refused, values, 'phones')}
              news={newsAt(refused, values, 'phones')}
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
