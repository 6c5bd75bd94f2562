import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { Breakable } from '@/app/components/console/breakable'
import { FilterForm } from '@/app/components/console/filter-form'
import { OlderLink } from '@/app/components/console/older-link'
import { type Column, nothing, Records } from '@/app/components/console/records'
import { RowCount } from '@/app/components/console/row-count'
import { EmptyState } from '@/app/components/empty-state'
import { ErrorSummary } from '@/app/components/error-summary'
import { SelectField, TextField } from '@/app/components/field'
import { PageHeader } from '@/app/components/page-header'
import { StatusTag } from '@/app/components/status-tag'
import { dayOrNothing } from '@/app/format/day-or-nothing'
import { type AuditRow, presentAuditLog } from '@/app/presenters/console/audit-log'
import { readAuditQuery } from '@/app/forms/audit-query'
import { requirePrincipal } from '@/app/web/require-principal'
import { readRowNumber } from '@/app/forms/row-number'
import { recordedActions } from '@/lib/accounts/audit-log'

export const meta: MetaFunction = () => [{ title: 'Audit log – Console' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { principal } = await requirePrincipal(context, 'see')
  const query = new URL(request.url).searchParams
  const read = readAuditQuery(query)
  const before = readRowNumber(query.get('cursor')) ?? undefined
  const [page, actions] = await Promise.all([
    read.ok ? presentAuditLog(read.filter, before, principal) : { rows: [], nextCursor: null },
    recordedActions(),
  ])
  const given = Object.entries(read.values).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  )
  return {
    ...page,
    actions,
    values: read.values,
    problems: read.ok ? [] : read.problems,
    isFiltered: given.length > 0,
    csv: `/admin/audit-log.csv?${new URLSearchParams(given).toString()}`,
  }
}

export default function AuditLog() {
  const { rows, nextCursor, actions, values, problems, isFiltered, csv } = useLoaderData<typeof loader>()
  const problem = (fieldId: string) => problems.find((one) => one.fieldId === fieldId)?.message
  return (
    <div className="stack stack--loose">
      <PageHeader title="Audit log" lead="Who did what, and what was refused." />
      {problems.length > 0 && <ErrorSummary title="The filter cannot be read" problems={problems} />}
      <FilterForm
        wanted={values}
        whole={isFiltered && { to: '/admin/audit-log', text: 'Clear' }}
        more={
          <a href={csv} className="button button--quiet" download>
            CSV
          </a>
        }
      >
        <TextField
          id="actor"
          name="actor"
          label="Who"
          hint="Email or token name"
          defaultValue={values.actor}
        />
        <TextField
          id="action"
          name="action"
          label="Action"
          hint="Such as inventory.expand"
          defaultValue={values.action}
          list="actions"
          autoComplete="off"
        />
        <datalist id="actions">
          {actions.map((action) => (
            <option key={action} value={action} />
          ))}
        </datalist>
        <TextField
          id="target"
          name="target"
          label="Target"
          hint="City, email or id"
          defaultValue={values.target}
        />
        <SelectField id="outcome" name="outcome" label="Outcome" defaultValue={values.outcome ?? ''}>
          <option value="">All</option>
          <option value="applied">Applied</option>
          <option value="refused">Refused</option>
          <option value="failed">Failed</option>
        </SelectField>
        <TextField
          id="from"
          name="from"
          label="From (day in UTC)"
          type="date"
          defaultValue={dayOrNothing(values.from ?? '')}
          error={problem('from')}
        />
        <TextField
          id="until"
          name="until"
          label="To, included (day in UTC)"
          type="date"
          defaultValue={dayOrNothing(values.until ?? '')}
          error={problem('until')}
        />
      </FilterForm>
      <RowCount count={problems.length > 0 ? null : rows.length} hasOlder={nextCursor !== null} />
      {rows.length > 0 ? (
        <Records label="Audit log" rows={rows} keyOf={({ id }) => id} columns={columns} />
      ) : (
        problems.length === 0 && (
          <EmptyState title="No entry fits">
            <p>Change what you look for. Texts must be complete.</p>
          </EmptyState>
        )
      )}
      <OlderLink cursor={nextCursor} />
    </div>
  )
}

const columns: Column<AuditRow>[] = [
  { text: 'Action', cell: ({ action }) => <code>{action}</code> },
  {
    text: 'Outcome',
    cell: ({ outcome, code }) => (
      <span className="row">
        <OutcomeTag outcome={outcome} />
        {code && <span className="small muted">{code}</span>}
      </span>
    ),
  },
  { text: 'Target', cell: ({ target }) => (target === null ? nothing : <Breakable text={target} />) },
  {
    text: 'Who',
    cell: ({ who, address }) => (
      <>
        <Breakable text={who} /> <span className="small muted">{address}</span>
      </>
    ),
  },
  { text: 'Change', cell: ({ change, reason }) => [change, reason].filter(Boolean).join('. ') || nothing },
  { text: 'When', cell: ({ at }) => <span className="figures">{at}</span> },
]

function OutcomeTag({ outcome }: Pick<AuditRow, 'outcome'>) {
  switch (outcome) {
    case 'applied':
      return (
        <StatusTag meaning="good" icon="good">
          Applied
        </StatusTag>
      )
    case 'refused':
      return (
        <StatusTag meaning="warn" icon="warn">
          Refused
        </StatusTag>
      )
    case 'failed':
      return (
        <StatusTag meaning="bad" icon="bad">
          Failed
        </StatusTag>
      )
  }
}
