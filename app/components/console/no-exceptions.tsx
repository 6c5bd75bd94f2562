import { EmptyState } from '@/app/components/empty-state'

/** A list of exceptions without any. Only where none waits does that speak for the payments. */
export function NoExceptions({ state }: { state: 'waiting' | 'resolved' | 'all' }) {
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
