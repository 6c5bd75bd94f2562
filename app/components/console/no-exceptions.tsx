import { EmptyState } from '@/app/components/empty-state'
import type { ExceptionFilter } from '@/lib/payments/exception-filter'

type ExceptionState = NonNullable<ExceptionFilter['state']>

/** A list of exceptions without any. Only where none waits does that speak for the payments. */
export function NoExceptions({ state, isSearched }: { state: ExceptionState; isSearched: boolean }) {
  if (isSearched) {
    return (
      <EmptyState title="No exception fits">
        <p>Enter the whole email address or id; a part finds nothing.{elsewhere[state]}</p>
      </EmptyState>
    )
  }
  switch (state) {
    case 'waiting':
      return (
        <EmptyState title="Nothing waits">
          <p>Every payment has its seats, or its money back.</p>
        </EmptyState>
      )
    case 'resolved':
      return (
        <EmptyState title="None yet">
          <p>No exception has been resolved yet.</p>
        </EmptyState>
      )
    case 'all':
      return (
        <EmptyState title="None yet">
          <p>No payment has needed a person yet.</p>
        </EmptyState>
      )
  }
}

const elsewhere: Record<ExceptionState, string> = {
  waiting: ' Only those that wait were looked through.',
  resolved: ' Only the resolved ones were looked through.',
  all: '',
}
