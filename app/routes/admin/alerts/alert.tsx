import { randomUUID } from 'node:crypto'
import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node'
import { Form, Link, useActionData, useLoaderData } from '@remix-run/react'
import { z } from 'zod'
import { Button } from '@/app/components/button'
import { DeliveryTag } from '@/app/components/console/delivery-tag'
import { FormKey } from '@/app/components/console/form-key'
import { DoneNotice } from '@/app/components/done-notice'
import { nothing, Records } from '@/app/components/console/records'
import { Refusal } from '@/app/components/console/refusal'
import { PageHeader } from '@/app/components/page-header'
import { useRevalidateEvery } from '@/app/live/use-revalidate-every'
import { useStandingAnswer } from '@/app/live/use-standing-answer'
import { type DeliveryRow, presentAlert, presentResent } from '@/app/presenters/console/alerts'
import { doneAt, takeNotice } from '@/app/forms/console-notice'
import { fieldsOf, type FormRefusal, refuseForm, refuseUnreadable } from '@/app/forms/form-refusal'
import { notFound } from '@/app/web/not-found'
import { onceForm, refuseRepeat } from '@/app/forms/once-form'
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
  return data({ alert, mayOperate: may(principal, 'operate'), formKey: randomUUID(), notice }, { headers })
}

const resendForm = z.object({ delivery: z.string().max(255) })

export async function action({ request, params, context }: ActionFunctionArgs) {
  const form = await readForm(request)
  const signedIn = await requirePrincipal(context, 'operate')
  const { audit } = signedIn
  const alertId = params.alertId ?? ''
  const read = resendForm.safeParse(fieldsOf(form))
  if (!read.success)
    return refuseUnreadable(form, read.error, { audit, action: 'alert.resend', target: alertId })
  const result = await onceForm(
    form,
    signedIn,
    'alert.resend',
    async () => {
      const resent = await resendAlert({ alertId, ...read.data }, audit)
      return resent.ok ? { ok: true as const, value: presentResent(resent.value) } : resent
    },
    [alertId],
  )
  if (result.ok) return doneAt(`/admin/alerts/${alertId}`, result.value.title, result.value.text)
  switch (result.code) {
    case 'in_progress':
    case 'key_reused':
      return refuseRepeat(form, result.code)
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
  const { alert, mayOperate, formKey, notice } = useLoaderData<typeof loader>()
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
      <Refusal refused={refused} title="Nothing was sent" />
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
              { text: 'Provider’s answer', cell: ({ answer }) => answer || nothing },
              {
                text: 'Next try',
                cell: ({ next }) => (next === null ? nothing : <span className="figures">{next}</span>),
              },
              { text: 'As of', cell: ({ updated }) => <span className="figures">{updated}</span> },
              ...(mayOperate
                ? [
                    {
                      text: 'Action',
                      cell: (row: DeliveryRow) =>
                        row.mayResend ? <Resend row={row} formKey={formKey} refused={refused} /> : nothing,
                    },
                  ]
                : []),
            ]}
          />
        )}
      </section>
    </div>
  )
}

function Resend({
  row: { name, channelName, target },
  formKey,
  refused,
}: {
  row: DeliveryRow
  formKey: string
  refused: FormRefusal | undefined
}) {
  // What is being done already keeps its key: the next press gets what comes of it.
  const kept = refused?.entered.delivery === name ? refused.key : undefined
  return (
    <Form method="post">
      <FormKey value={kept ?? `${formKey} ${name}`} />
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
