import { randomUUID } from 'node:crypto'
import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node'
import { Form, Link, useActionData, useLoaderData } from '@remix-run/react'
import { z } from 'zod'
import { Button } from '@/app/components/button'
import { AlertsNav } from '@/app/components/console/alerts-nav'
import { ConfirmStep } from '@/app/components/console/confirm-step'
import { DeliveryTag } from '@/app/components/console/delivery-tag'
import { DoneNotice } from '@/app/components/done-notice'
import { FormKey } from '@/app/components/console/form-key'
import { OlderLink } from '@/app/components/console/older-link'
import { Records } from '@/app/components/console/records'
import { Refusal } from '@/app/components/console/refusal'
import { EmptyState } from '@/app/components/empty-state'
import { SelectField, TextAreaField } from '@/app/components/field'
import { PageHeader } from '@/app/components/page-header'
import { problemAt } from '@/app/components/problem-at'
import { useRevalidateEvery } from '@/app/live/use-revalidate-every'
import { useStandingAnswer } from '@/app/live/use-standing-answer'
import { presentAlerts, presentSent } from '@/app/presenters/console/alerts'
import { doneAt, noticeAt, takeNotice } from '@/app/forms/console-notice'
import { fieldsOf, type FormRefusal, nameOf, refuseForm, refuseUnreadable } from '@/app/forms/form-refusal'
import { readForm } from '@/app/forms/read-form'
import { isRepeat, onceForm, refuseRepeat } from '@/app/forms/once-form'
import { requirePrincipal } from '@/app/web/require-principal'
import { may } from '@/lib/accounts'
import { sendConsoleAlert, sendTestAlert } from '@/lib/alerts/console-alerts'
import { alertChannels, channelNames } from '@/lib/alerts/channel-names'
import { counted } from '@/lib/counted'
import { longestMessage, urgencies } from '@/lib/alerts/manual-message'

export const meta: MetaFunction = () => [{ title: 'Alerts – Console' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { principal } = await requirePrincipal(context, 'see')
  const query = new URL(request.url).searchParams
  const onlyFailed = query.get('show') === 'failed'
  const page = await presentAlerts({ cursor: query.get('cursor') ?? undefined, onlyFailed })
  const { notice, headers } = await takeNotice(request)
  return data(
    { ...page, onlyFailed, mayOperate: may(principal, 'operate'), formKey: randomUUID(), notice },
    { headers },
  )
}

const forms = z.discriminatedUnion('form', [
  z.object({
    form: z.literal('send'),
    message: z
      .string()
      .trim()
      .min(1, 'Write what people should know')
      .max(longestMessage, `A message has at most ${longestMessage} characters`),
    urgency: z.enum(urgencies),
  }),
  z.object({ form: z.literal('test'), channel: z.enum(alertChannels) }),
])

export async function action({ request, context }: ActionFunctionArgs) {
  const form = await readForm(request)
  const signedIn = await requirePrincipal(context, 'operate')
  const { audit } = signedIn
  const read = forms.safeParse(fieldsOf(form))
  if (!read.success) {
    const action = nameOf(form) === 'test' ? 'alert.test' : 'alert.send'
    return refuseUnreadable(form, read.error, { audit, action })
  }
  const wanted = read.data
  switch (wanted.form) {
    case 'send': {
      const sent = await onceForm(form, signedIn, 'alert.send', () => sendConsoleAlert(wanted, audit))
      if (sent.ok) return noticeAt(`/admin/alerts/${sent.value.id}`, presentSent(sent.value))
      return isRepeat(sent.code)
        ? refuseRepeat(form, sent.code)
        : refuseForm(form, 'This message cannot be sent as it is.', { status: 422, fieldId: 'send-message' })
    }
    case 'test': {
      const { channel } = wanted
      const sent = await onceForm(form, signedIn, 'alert.test', () => sendTestAlert(channel, audit))
      if (sent.ok)
        return doneAt(
          `/admin/alerts/${sent.value.id}`,
          `A test is on its way through ${channelNames[channel]}`,
        )
      return isRepeat(sent.code)
        ? refuseRepeat(form, sent.code)
        : refuseForm(form, `${channelNames[channel]} reaches nobody: it is not set up.`)
    }
  }
}

export { revalidateAlways as shouldRevalidate } from '@/app/live/revalidate-always'

export default function Alerts() {
  const { alerts, nextCursor, channels, onlyFailed, mayOperate, formKey, notice } =
    useLoaderData<typeof loader>()
  const refused = useStandingAnswer(useActionData<typeof action>())
  useRevalidateEvery(15_000)
  const of = (form: string) => (refused?.form === form ? refused : undefined)
  return (
    <div className="stack stack--loose">
      <PageHeader title="Alerts" lead="What people were told, through which channel, and whether it arrived.">
        <p className="row">
          <a href={`/admin/alerts.csv${onlyFailed ? '?show=failed' : ''}`} download>
            {onlyFailed ? 'Failed alerts as CSV' : 'All alerts as CSV'}
          </a>
        </p>
      </PageHeader>
      <AlertsNav current={onlyFailed ? 'failed' : 'all'} />
      <DoneNotice notice={notice} />
      <Refusal refused={refused} title="Nothing was sent" />
      {mayOperate && (
        <div className="stack">
          <SendForm formKey={formKey} refused={of('send')} />
          <ConfirmStep name="Send a test" isOpen={of('test') !== undefined}>
            <p>Everybody whom the channel reaches gets a short message that says it is a test.</p>
            <Form method="post" className="row">
              <FormKey value={of('test')?.key ?? formKey} />
              <input type="hidden" name="form" value="test" />
              {channels.map(({ channel, name, targets }) => (
                <Button key={channel} look="quiet" name="channel" value={channel}>
                  Test {name} ({targets === 0 ? 'not set up' : counted(targets, 'target')})
                </Button>
              ))}
            </Form>
          </ConfirmStep>
        </div>
      )}
      {alerts.length === 0 ? (
        <EmptyState title={onlyFailed ? 'No alert has failed' : 'No alert yet'}>
          <p>Alerts are raised when stock runs low, and when something needs a person.</p>
        </EmptyState>
      ) : (
        <Records
          label="Alerts"
          rows={alerts}
          keyOf={({ id }) => id}
          columns={[
            { text: 'Subject', cell: ({ id, subject }) => <Link to={`/admin/alerts/${id}`}>{subject}</Link> },
            { text: 'Kind', cell: ({ kind, level }) => level ?? kind },
            {
              text: 'Deliveries',
              cell: ({ state, deliveries }) => (
                <span className="row">
                  <DeliveryTag state={state} />
                  <span className="small muted">{deliveries}</span>
                </span>
              ),
            },
            { text: 'Raised', cell: ({ created }) => <span className="figures">{created}</span> },
          ]}
        />
      )}
      <OlderLink cursor={nextCursor} />
    </div>
  )
}

function SendForm({ formKey, refused }: { formKey: string; refused: FormRefusal | undefined }) {
  return (
    <ConfirmStep name="Tell the team something" isOpen={refused !== undefined}>
      <Form method="post" className="stack" noValidate>
        <FormKey value={refused?.key ?? formKey} />
        <TextAreaField
          id="send-message"
          name="message"
          label="Message"
          maxLength={longestMessage}
          defaultValue={refused?.entered.message}
          error={problemAt(refused, 'send-message')}
        />
        <SelectField
          id="send-urgency"
          name="urgency"
          label="How urgent"
          hint="Urgent messages go to phones, too."
          defaultValue={refused?.entered.urgency}
        >
          <option value="normal">Normal: Slack and email</option>
          <option value="urgent">Urgent: Slack, email and SMS</option>
        </SelectField>
        <div>
          <Button name="form" value="send">
            Send the message
          </Button>
        </div>
      </Form>
    </ConfirmStep>
  )
}
