import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node'
import { Form, Link, useActionData, useLoaderData } from '@remix-run/react'
import { z } from 'zod'
import { Button } from '@/app/components/button'
import { DeliveryTag } from '@/app/components/console/delivery-tag'
import { DoneNotice } from '@/app/components/done-notice'
import { Records } from '@/app/components/console/records'
import { ErrorSummary } from '@/app/components/error-summary'
import { PageHeader } from '@/app/components/page-header'
import { useRevalidateEvery } from '@/app/live/use-revalidate-every'
import { useStandingAnswer } from '@/app/live/use-standing-answer'
import { type DeliveryRow, presentAlert, presentResent } from '@/app/presenters/console/alerts'
import { doneAt, takeNotice } from '@/app/forms/console-notice'
import { fieldsOf, refuseForm, refuseUnreadable } from '@/app/forms/form-refusal'
import { notFound } from '@/app/web/not-found'
import { readForm } from '@/app/forms/read-form'
import { requirePrincipal } from '@/app/web/require-principal'
import { may } from '@/lib/accounts'
import { resendAlert } from '@/lib/alerts/resend'

export const meta: MetaFunction = () => [{ title: 'Alert – Console' }]

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { principal } = await requirePrincipal(context, 'see')
  const alert = await presentAlert(params.alertId ?? '', { isOwner: may(principal, 'own') })
  if (!alert) throw notFound()
  const { notice, headers } = await takeNotice(request)
  return data({ alert, mayOperate: may(principal, 'operate'), notice }, { headers })
}

const resendForm = z.object({ delivery: z.string().max(255) })

export async function action({ request, params, context }: ActionFunctionArgs) {
  const { audit } = await requirePrincipal(context, 'operate')
  const form = await readForm(request)
  const alertId = params.alertId ?? ''
  const read = resendForm.safeParse(fieldsOf(form))
  if (!read.success)
    return refuseUnreadable(form, read.error, { audit, action: 'alert.resend', target: alertId })
  const result = await resendAlert({ alertId, ...read.data }, audit)
  if (result.ok) {
    const { title, text } = presentResent(result.value)
    return doneAt(`/admin/alerts/${alertId}`, title, text)
  }
  switch (result.code) {
    case 'unknown_delivery':
      throw notFound()
    case 'on_its_way':
      return refuseForm(form, 'It is being sent already.')
    case 'not_configured':
      return refuseForm(form, 'This channel reaches nobody: it is not set up.')
    case 'no_longer_told':
      return refuseForm(form, 'This recipient is no longer among those who are told.')
  }
}

export default function Alert() {
  const { alert, mayOperate, notice } = useLoaderData<typeof loader>()
  const refused = useStandingAnswer(useActionData<typeof action>())
  useRevalidateEvery(alert.isUnderWay ? 3_000 : null)
  return (
    <div className="stack stack--loose">
      <PageHeader title={alert.subject}>
        <p className="row">
          <span>{alert.level ?? alert.kind}</span>
          <span className="muted figures">{alert.created}</span>
          {alert.about && <Link to={alert.about.path}>{alert.about.name}</Link>}
        </p>
      </PageHeader>
      <DoneNotice notice={notice} />
      {refused && <ErrorSummary title="Nothing was sent" problems={refused.problems} />}
      <section className="panel" aria-labelledby="body">
        <h2 id="body">Message</h2>
        <p className="message">{alert.body}</p>
      </section>
      <section className="stack" aria-labelledby="deliveries">
        <h2 id="deliveries">Deliveries</h2>
        {alert.deliveries.length === 0 ? (
          <p className="muted">None: no channel was asked for.</p>
        ) : (
          <Records
            label="Deliveries"
            rows={alert.deliveries}
            keyOf={({ name }) => name}
            columns={[
              { text: 'Channel', cell: ({ channelName }) => channelName },
              { text: 'To', cell: ({ target }) => target || 'Not set up' },
              { text: 'State', cell: ({ state }) => <DeliveryTag state={state} /> },
              { text: 'Tries', isNumber: true, cell: ({ attempts }) => attempts },
              { text: 'Provider’s answer', cell: ({ answer }) => answer || '–' },
              { text: 'Next try', cell: ({ next }) => <span className="figures">{next ?? '–'}</span> },
              { text: 'As of', cell: ({ updated }) => <span className="figures">{updated}</span> },
              ...(mayOperate ? [{ text: 'Action', cell: (row: DeliveryRow) => <Resend row={row} /> }] : []),
            ]}
          />
        )}
      </section>
    </div>
  )
}

function Resend({ row: { name, channelName, target, mayResend } }: { row: DeliveryRow }) {
  if (!mayResend) return <span className="muted">–</span>
  return (
    <Form method="post">
      <input type="hidden" name="delivery" value={name} />
      <Button
        look="quiet"
        className="button--small"
        aria-label={`Send again by ${channelName} to ${target || 'all'}`}
      >
        Send again
      </Button>
    </Form>
  )
}
