import { Form, Link, useNavigation, useSubmit } from '@remix-run/react'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import type { BulkOperation, BulkRun } from '@/app/bulk/bulk-form'
import { Button, ButtonLink } from '@/app/components/button'
import { ErrorSummary } from '@/app/components/error-summary'
import { PageHeader } from '@/app/components/page-header'
import { StatusTag } from '@/app/components/status-tag'
import { cities } from '@/app/format/cities'
import { focusTitle } from '@/app/live/focus-title'
import { useHydrated } from '@/app/live/use-hydrated'
import { Records } from '../records'
import { OperationFields } from './operation-fields'

/**
 * How far a run has come, and what became of each city. With scripts it goes on by itself, without them, or after a
 * problem, by a button.
 */
export function BulkProgress(
  props: {
    operation: BulkOperation
    /** Of the results' cities, by id; an unknown one has none. */
    cityNames: readonly [string, string][]
    /** Why the last step changed nothing. */
    problem: string | null
    formKey: string
  } & Pick<BulkRun, 'targets' | 'results'>,
) {
  const { targets, results, problem } = props
  const cityNames = new Map(props.cityNames)
  const form = useRef<HTMLFormElement>(null)
  const submit = useSubmit()
  const isHydrated = useHydrated()
  const [isStoppedByHand, setStopped] = useState(false)
  const [wentOnAfter, setWentOnAfter] = useState<BulkRun['results'] | null>(null)
  const isStopped = isStoppedByHand || (problem !== null && wentOnAfter !== results)
  const left = targets.length
  const isIdle = useNavigation().state === 'idle'
  useEffect(() => {
    if (isIdle && left > 0 && !isStopped && form.current) submit(form.current)
  }, [isIdle, left, isStopped, submit])
  const stop = () => {
    focusTitle()
    setStopped(true)
  }
  /** To the end, unless it is stopped again; without scripts by one step. */
  const goOn = (event: FormEvent) => {
    event.preventDefault()
    // The button goes.
    focusTitle()
    setWentOnAfter(results)
    setStopped(false)
  }
  const total = results.length + left
  const failed = results.filter(({ ok }) => !ok).length
  const done = results.length - failed
  return (
    <div className="stack stack--loose">
      <PageHeader
        title={left > 0 ? `${results.length} of ${cities(total)}` : `${done} of ${cities(total)} changed`}
      />
      {problem && (
        <ErrorSummary title="The run has stopped here" problems={[{ message: problem }]} answer={results} />
      )}
      <div className="stack stack--tight" role="status">
        <progress className="plain-progress" max={total} value={results.length} aria-label="Cities done" />
        <p>
          {done} changed, {failed} left as they were, {left} to go.
        </p>
      </div>
      {left > 0 ? (
        <Form method="post" action="/admin/bulk" ref={form} className="row" onSubmit={goOn}>
          <OperationFields {...props} />
          {/* It stays where it is, so that a second press of either button never reaches the other one. */}
          {isHydrated && (
            <Button type="button" look="quiet" isBusy={isStopped} onClick={stop}>
              Stop after these
            </Button>
          )}
          {(!isHydrated || isStopped) && <Button>Go on</Button>}
        </Form>
      ) : (
        <div className="row">
          <ButtonLink to="/admin/bulk" look="quiet">
            Back
          </ButtonLink>
        </div>
      )}
      <Records
        label="Results"
        rows={results.toSorted((one, other) => Number(one.ok) - Number(other.ok))}
        keyOf={({ cityId }) => cityId}
        columns={[
          {
            text: 'City',
            cell: ({ cityId }) => (
              <Link to={`/admin/cities/${cityId}`}>{cityNames.get(cityId) ?? cityId}</Link>
            ),
          },
          {
            text: 'Result',
            cell: ({ ok }) =>
              ok ? (
                <StatusTag meaning="good" icon="good">
                  Changed
                </StatusTag>
              ) : (
                <StatusTag meaning="warn" icon="warn">
                  Left as it was
                </StatusTag>
              ),
          },
          { text: 'Now', cell: ({ text }) => text },
        ]}
      />
    </div>
  )
}
