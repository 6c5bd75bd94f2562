import { Link } from '@remix-run/react'
import type { ExceptionRow } from '@/app/presenters/console/exceptions'
import { Breakable } from './breakable'
import { ExceptionTag } from './payment-tags'
import { nothing, Records } from './records'

/** Payments that need a person, or needed one. */
export function ExceptionRecords({ rows }: { rows: readonly ExceptionRow[] }) {
  return (
    <Records
      label="Exceptions"
      rows={rows}
      keyOf={({ id }) => id}
      columns={[
        { text: 'What', cell: ({ id, title }) => <Link to={`/admin/exceptions/${id}`}>{title}</Link> },
        {
          text: 'State',
          cell: ({ state, result }) => (
            <span className="row">
              <ExceptionTag state={state} />
              {result && <span className="small muted">{result}</span>}
            </span>
          ),
        },
        { text: 'Order', cell: ({ order }) => order || nothing },
        { text: 'Paid', isNumber: true, cell: ({ amount }) => amount || nothing },
        { text: 'Email', cell: ({ email }) => (email === null ? nothing : <Breakable text={email} />) },
        { text: 'Since', cell: ({ created }) => <span className="figures">{created}</span> },
      ]}
    />
  )
}
