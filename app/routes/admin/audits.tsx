import { randomUUID } from 'node:crypto'
import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node'
import { Form, Link, useActionData, useLoaderData } from '@remix-run/react'
import { Button } from '@/app/components/button'
import { DoneNotice } from '@/app/components/done-notice'
import { FormKey } from '@/app/components/console/form-key'
import { OlderLink } from '@/app/components/console/older-link'
import { Records } from '@/app/components/console/records'
import { Refusal } from '@/app/components/console/refusal'
import { SubNav } from '@/app/components/console/sub-nav'
import { EmptyState } from '@/app/components/empty-state'
import { Notice } from '@/app/components/notice'
import { PageHeader } from '@/app/components/page-header'
import { StatusTag } from '@/app/components/status-tag'
import { useRevalidateEvery } from '@/app/live/use-revalidate-every'
import { useStandingAnswer } from '@/app/live/use-standing-answer'
import { type DifferenceView, presentAudits } from '@/app/presenters/console/audits'
import { doneAt, takeNotice } from '@/app/forms/console-notice'
import { refuseForm } from '@/app/forms/form-refusal'
import { onceForm, refuseRepeat } from '@/app/forms/once-form'
import { readForm } from '@/app/forms/read-form'
import { requirePrincipal } from '@/app/web/require-principal'
import { readRowNumber } from '@/app/forms/row-number'
import { may } from '@/lib/accounts'
import { requestFullAudit } from '@/lib/audit'

export const meta: MetaFunction = () => [{ title: 'Audits – Console' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { principal } = await requirePrincipal(context, 'see')
  const query = new URL(request.url).searchParams
  const onlyDiffering = query.get('show') === 'differences'
  const [page, { notice, headers }] = await Promise.all([
    presentAudits({ before: readRowNumber(query.get('cursor')), onlyDiffering }, new Date()),
    takeNotice(request),
  ])
  const mayOperate = may(principal, 'operate')
  return data({ ...page, onlyDiffering, mayOperate, formKey: randomUUID(), notice }, { headers })
}

/** Asks the worker to look at everything. */
export async function action({ request, context }: ActionFunctionArgs) {
  const form = await readForm(request)
  const signedIn = await requirePrincipal(context, 'operate')
  const result = await onceForm(form, signedIn, 'audit.request', () => requestFullAudit(signedIn.audit))
  const verdict = 'Its verdict appears here when it has ended.'
  if (result.ok) return doneAt('/admin/audits', 'A full audit has been asked for', verdict)
  switch (result.code) {
    case 'already_waiting':
      return doneAt(
        '/admin/audits',
        'A full audit had been asked for already',
        `It has not begun yet, or begins anew. ${verdict}`,
      )
    case 'already_running':
      return refuseForm(form, 'One is running that began before; ask again when it has ended.')
    case 'in_progress':
    case 'key_reused':
      return refuseRepeat(form, result.code)
  }
}

export default function Audits() {
  const { runs, nextCursor, isUnderWay, onlyDiffering, mayOperate, formKey, notice } =
    useLoaderData<typeof loader>()
  const refused = useStandingAnswer(useActionData<typeof action>())
  useRevalidateEvery(isUnderWay ? 3_000 : null)
  return (
    <div className="stack stack--loose">
      <PageHeader
        title="Audits"
        lead="The worker compares ledger, stock, payments and holds with each other. It changes nothing."
      />
      <SubNav
        label="Audits"
        links={[
          { to: '/admin/audits', text: 'All', isCurrent: !onlyDiffering },
          { to: '/admin/audits?show=differences', text: 'With differences', isCurrent: onlyDiffering },
        ]}
      />
      <DoneNotice notice={notice} />
      <Refusal refused={refused} title="No other audit was asked for" />
      {mayOperate && (
        <Form method="post">
          <FormKey value={formKey} />
          <Button look="quiet">Look at everything now</Button>
        </Form>
      )}
      {runs.some(({ isClean }) => !isClean) && (
        <Notice title="What to do about a difference">
          <p>
            Nothing was changed by itself: somebody wrote into the database past the shop. Compare the rows
            that are named, and mend them there. Then look at everything; until such an audit is clean, the
            overview tells of the difference.
          </p>
        </Notice>
      )}
      {runs.length === 0 ? (
        onlyDiffering ? (
          <EmptyState title="No audit has found a difference">
            <p>Ledger, stock, payments and holds have agreed each time.</p>
          </EmptyState>
        ) : (
          <EmptyState title="No audit has run yet">
            <p>The first one comes within a quarter of an hour after the worker has started.</p>
          </EmptyState>
        )
      ) : (
        <Records
          label="Audits"
          rows={runs}
          keyOf={(run) => run.id}
          columns={[
            {
              text: 'Audit',
              cell: (run) => (
                <>
                  No. {run.id}, {run.ended} <span className="small muted figures">{run.endedAt}</span>
                </>
              ),
            },
            { text: 'Looked at', cell: (run) => run.kind },
            { text: 'Ledger rows', isNumber: true, cell: (run) => run.rowsWalked },
            { text: 'Verdict', cell: (run) => <Verdict isClean={run.isClean} /> },
            { text: 'Differences', cell: (run) => <Differences lines={run.differences} /> },
          ]}
        />
      )}
      <OlderLink cursor={nextCursor} />
    </div>
  )
}

function Verdict({ isClean }: { isClean: boolean }) {
  return isClean ? (
    <StatusTag meaning="good" icon="good">
      Clean
    </StatusTag>
  ) : (
    <StatusTag meaning="bad" icon="bad">
      Differences
    </StatusTag>
  )
}

function Differences({ lines }: { lines: readonly DifferenceView[] }) {
  if (lines.length === 0) return <span className="muted">none</span>
  return (
    <ul className="stack stack--tight">
      {lines.map(({ row, message, to }) => (
        <li key={`${row} ${message}`}>
          {to === null ? `${row}:` : <Link to={to}>{row}:</Link>} {message}
        </li>
      ))}
    </ul>
  )
}
