import { randomUUID } from 'node:crypto'
import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { AlertsNav } from '@/app/components/console/alerts-nav'
import { DoneNotice } from '@/app/components/done-notice'
import { RecipientsForm } from '@/app/components/console/recipients-form'
import { Refusal } from '@/app/components/console/refusal'
import { ThresholdsForm } from '@/app/components/console/thresholds-form'
import { WaitingForm } from '@/app/components/console/waiting-form'
import { PageHeader } from '@/app/components/page-header'
import { presentAlertSettings } from '@/app/presenters/console/alert-settings'
import { recipientsForm, waitingForm } from '@/app/forms/alert-settings'
import { refuseMoved } from '@/app/forms/changed-meanwhile'
import { doneAt, takeNotice } from '@/app/forms/console-notice'
import { fieldsOf, nameOf, refuseUnreadable } from '@/app/forms/form-refusal'
import { isRepeat, onceForm, refuseRepeat, type RepeatRefusal } from '@/app/forms/once-form'
import { readForm } from '@/app/forms/read-form'
import { requirePrincipal, type SignedIn } from '@/app/web/require-principal'
import { readThresholdRows } from '@/app/forms/thresholds'
import { may } from '@/lib/accounts'
import { saveThresholds, thresholdList } from '@/lib/alerts/edit-thresholds'
import { saveAlertSettings } from '@/lib/alerts/settings'

export const meta: MetaFunction = () => [{ title: 'Thresholds and channels – Console' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { principal } = await requirePrincipal(context, 'see')
  const { notice, headers } = await takeNotice(request)
  const page = await presentAlertSettings({ isOwner: may(principal, 'own') })
  return data({ ...page, formKey: randomUUID(), notice }, { headers })
}

export async function action({ request, context }: ActionFunctionArgs) {
  const form = await readForm(request)
  const signedIn = await requirePrincipal(context, 'own')
  switch (nameOf(form)) {
    case 'thresholds':
      return thresholds(form, signedIn)
    case 'waiting':
      return settings(form, waitingForm.safeParse(fieldsOf(form)), signedIn)
    default:
      return settings(form, recipientsForm.safeParse(fieldsOf(form)), signedIn)
  }
}

const here = '/admin/alerts/settings'
const moved =
  'Somebody else has changed this meanwhile. Look at what is new beside your own changes, then save them again.'

async function thresholds(form: URLSearchParams, signedIn: SignedIn) {
  const { audit } = signedIn
  const { thresholds: rows, rows: names } = readThresholdRows(form)
  const read = thresholdList.safeParse(rows)
  if (!read.success) {
    const issues = read.error.issues.map(({ path: [index, field = 'remaining'], message }) => ({
      path: [names[Number(index)] ?? '', field],
      message,
    }))
    return refuseUnreadable(form, { issues }, { audit, action: 'alert.thresholds' })
  }
  const saved = await onceForm(form, signedIn, 'alert.thresholds', () =>
    saveThresholds(read.data, form.get('version') ?? '', audit),
  )
  return saved.ok
    ? doneAt(here, 'The thresholds are saved', 'They hold for the next sale.')
    : refused(form, saved.code)
}

async function settings(
  form: URLSearchParams,
  read: ReturnType<typeof waitingForm.safeParse> | ReturnType<typeof recipientsForm.safeParse>,
  signedIn: SignedIn,
) {
  const { audit } = signedIn
  if (!read.success) return refuseUnreadable(form, read.error, { audit, action: 'settings.alerts' })
  const { data: change } = read
  const saved = await onceForm(form, signedIn, 'settings.alerts', () =>
    saveAlertSettings(change, form.get('version') ?? '', audit),
  )
  return saved.ok ? doneAt(here, 'The settings are saved') : refused(form, saved.code)
}

function refused(form: URLSearchParams, code: 'changed_meanwhile' | RepeatRefusal) {
  return isRepeat(code) ? refuseRepeat(form, code) : refuseMoved(form, moved)
}

export { revalidateAlways as shouldRevalidate } from '@/app/live/revalidate-always'

export default function AlertSettings() {
  const page = useLoaderData<typeof loader>()
  const refused = useActionData<typeof action>()
  const of = (form: string) => (refused?.form === form ? refused : undefined)
  return (
    <div className="stack stack--loose">
      <PageHeader title="Thresholds and channels" lead="When people are told that stock runs low, and who." />
      <AlertsNav current="settings" />
      <DoneNotice notice={page.notice} />
      <Refusal refused={refused} />
      {!page.isOwner && <p className="muted">Only owners change these.</p>}
      <ThresholdsForm page={page} refused={of('thresholds')} />
      {page.isOwner && <RecipientsForm page={page} refused={of('recipients')} />}
      <WaitingForm page={page} refused={of('waiting')} />
    </div>
  )
}
